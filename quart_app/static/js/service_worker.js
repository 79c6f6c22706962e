// Keeps files that are the same for everybody, and one page that says there is no connection. Nothing of anybody's: no
// page, no answer of the API, no message is ever kept here.

const DIGEST = new URL(self.location).searchParams.get("files");
const CACHE = `static-${DIGEST}`;
const KEPT = `/static/${DIGEST}/`;
const OFFLINE = "/offline";

self.addEventListener("install", (event) => event.waitUntil(keepTheOfflinePage()));
self.addEventListener("activate", (event) => event.waitUntil(forgetOtherVersions()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (address.pathname.startsWith(KEPT)) event.respondWith(fromCache(request));
  else if (request.mode === "navigate") event.respondWith(fetch(request).catch(offline));
});

async function keepTheOfflinePage() {
  const cache = await caches.open(CACHE);
  const answer = await fetch(OFFLINE, { credentials: "same-origin", cache: "no-store" });
  if (!answer.ok) throw new Error("no page for being offline");
  const page = await answer.clone().text();
  await cache.put(OFFLINE, answer);
  const needed = [...page.matchAll(/(?:href|src)="([^"]+)"/g)].map((hit) => hit[1]).filter((path) => path.startsWith(KEPT));
  await cache.addAll([...new Set(needed)]);
  await self.skipWaiting();
}

async function forgetOtherVersions() {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
  await self.clients.claim();
}

async function fromCache(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(request, answer.clone());
  return answer;
}

async function offline() {
  const cache = await caches.open(CACHE);
  return (await cache.match(OFFLINE)) ?? Response.error();
}
