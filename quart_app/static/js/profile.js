// One chat and all there is to know about it: a card instead of a row.
import { content, monogram, outside } from "./cells.js";
import { inWords, title } from "./columns.js";
import { el, named, visible } from "./dom.js";
import { say } from "./words.js";

const IN_THE_HEAD = new Set(["chat", "kind", "title", "username"]);

/** The card of one row; `columns` begin with a chat and contain `about`. */
export function profile(columns, row) {
  const chat = row[0] ?? {};
  const by = Object.fromEntries(columns.map((column, at) => [column.name, row[at]]));
  const username = by.username ?? chat.username;
  const kind = by.kind ?? chat.type;
  const pairs = columns
    .map((column, at) => [column, row[at]])
    .filter(([column, value]) => !IN_THE_HEAD.has(column.name) && value !== null && value !== undefined && value !== "")
    .flatMap(([column, value]) => [el("dt", {}, title(column)), el("dd", {}, content(column.kind, value))]);
  if (chat.link) pairs.push(el("dt", {}, say("link")), el("dd", {}, outside(chat.link)));
  return el(
    "div",
    { class: "about" },
    monogram({ ...chat, type: chat.type }, true),
    el(
      "div",
      {},
      el("h3", {}, named(by.title ?? chat.title ?? ""), kind ? el("span", { class: "tag" }, visible(inWords({ name: "kind" }, kind))) : null),
      username ? el("p", { class: "mono", dir: "ltr" }, `@${visible(username)}`) : null,
      pairs.length ? el("dl", { class: "pairs" }, ...pairs) : null,
    ),
  );
}
