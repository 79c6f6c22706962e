// A value of each kind of column, as what stands in a cell.
import { el, hasIcon, icon, named, visible } from "./dom.js";
import { duration, instant, moment, number, size, wholeMoment } from "./format.js";
import { has, say } from "./words.js";

const TINTS = 6;
const letters = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const SAFE_LINKS = new Set(["http:", "https:", "tg:"]);

function initials(name) {
  const words = String(name).match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu) ?? [];
  const first = words.map((word) => letters.segment(word)[Symbol.iterator]().next().value.segment);
  const isLatin = /^\p{Script=Latin}|^\p{N}/u.test(first[0] ?? "");
  return first.slice(0, isLatin ? 2 : 1).join("").toLocaleUpperCase() || "#";
}

/** The mark of a chat or person: its shape says the kind, its colour nothing. */
export function monogram({ id, title, name, type }, isBig = false) {
  const kind = ["user", "bot", "group", "supergroup", "channel"].includes(type) ? type : "user";
  const tint = (Math.abs(Number(id) || 0) % TINTS) + 1;
  const look = `mono-av is-${kind} tint-${tint}${isBig ? " big" : ""}`;
  return el("span", { class: look, "aria-hidden": "true" }, initials(title ?? name ?? ""));
}

/** A link that leads out, or its text where the address is none that a browser should open. */
export function outside(href, text) {
  let url = null;
  try {
    url = new URL(href);
  } catch {
    return named(text || href);
  }
  if (!SAFE_LINKS.has(url.protocol)) return named(text || href);
  const shown = named(text || url.host + url.pathname);
  return el("a", { href: url.href, rel: "noreferrer noopener", target: "_blank" }, shown);
}

function who({ username, ...thing }, name) {
  const shown = username
    ? el("button", { type: "button", class: "chat-name", "data-fill": `@${username}` }, named(name))
    : el("span", { class: "chat-name" }, named(name));
  const handle = username ? el("small", { dir: "ltr" }, `@${visible(username)}`) : null;
  return el("div", { class: "chat" }, monogram(thing), el("span", {}, shown, handle));
}

function message({ text, time, from, link }) {
  const at = instant(time);
  const about = [from?.name ? named(from.name) : null, at ? moment(at) : null, link ? outside(link, "↗") : null];
  const parts = about.filter(Boolean).flatMap((part, index) => (index ? [" · ", part] : [part]));
  return el("div", { class: "message" }, el("small", {}, ...parts), el("p", {}, named(text ?? "")));
}

function flag(word) {
  const shown = has(`flag_${word}`) ? say(`flag_${word}`) : visible(word);
  if (!hasIcon(word)) return el("span", { class: "tag" }, shown);
  return el("span", { title: shown }, icon(word), el("span", { class: "vh" }, shown));
}

const CELLS = {
  chat: (chat) => who({ ...chat, type: chat.type }, chat.title ?? ""),
  user: (user) => who({ ...user, type: "user" }, user.name ?? ""),
  message,
  time(value) {
    const date = instant(value);
    return date ? el("time", { datetime: date.toISOString(), title: wholeMoment(date) }, moment(date)) : visible(value);
  },
  integer: (value) => number(value),
  number: (value) => number(value),
  text: (value) => named(value),
  flag: (value) => say(value ? "yes" : "no"),
  flags: (words) => el("span", { class: "flags" }, ...words.map(flag)),
  link: ({ href, text }) => outside(href, text),
  bytes: (value) => size(value),
  duration: (value) => duration(value),
};

/** What stands in a cell of `kind`; a dash for no value, plain text for kinds and shapes that are not known. */
export function content(kind, value) {
  if (value === null || value === undefined || value === "") return el("span", { class: "none" }, "–");
  const isUnknown = !Object.hasOwn(CELLS, kind);
  try {
    if (!isUnknown && (kind !== "text" || typeof value !== "object")) return CELLS[kind](value);
  } catch {
    // a value of another shape than its kind promises is shown as it came
  }
  return named(typeof value === "object" ? JSON.stringify(value) : value);
}
