// A file that the server offers once: a link, only to this server.
import { el, visible } from "./dom.js";
import { size } from "./format.js";
import { say } from "./words.js";

export function downloadLink({ url, name, size: bytes }) {
  const address = new URL(url, location.href);
  if (address.origin !== location.origin) throw new Error("a download leads elsewhere");
  const label = say("download", { name: visible(name ?? "") });
  const weight = Number.isFinite(bytes) ? el("span", { class: "meta" }, size(bytes)) : null;
  return el("p", {}, el("a", { class: "btn btn-s", href: address.href, download: name ?? "" }, label, weight));
}
