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
  if (address.pathname.startsWith(KEPT)) event.respondWith(fromCache(request, (work) => event.waitUntil(work)));
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

/** A browser that can't store now (a full disk, a cache that is being removed) gets its file all the same. */
async function fromCache(request, later) {
  const cache = await caches.open(CACHE).catch(() => null);
  const kept = await cache?.match(request).catch(() => undefined);
  if (kept) return kept;
  const answer = await fetch(request).catch(() => fetch(request)); // a network that has just changed
  if (answer.ok && cache) later(cache.put(request, answer.clone()).catch(() => {}));
  return answer;
}

async function offline() {
  const cache = await caches.open(CACHE);
  return (await cache.match(OFFLINE)) ?? Response.error();
}
