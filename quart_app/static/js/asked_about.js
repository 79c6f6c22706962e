// What a question is about: the first few by name, and all of them for whoever wants to look.
import { monogram } from "./cells.js";
import { el, named } from "./dom.js";
import { number } from "./format.js";
import { say, sayMany } from "./words.js";

const FEW = 5;
const AT_ONCE = 200;
const KINDS = new Set(["chat", "user", "message"]);

function item(value, kind, unread) {
  const thing = kind === "message" ? value.chat : kind === "user" ? { ...value, type: "user" } : value;
  const name = kind === "message" ? value.text : (value.title ?? value.name);
  const waiting = unread > 0 ? el("span", { class: "num" }, sayMany("unread", unread, number(unread))) : null;
  return el("li", {}, monogram(thing ?? {}), el("span", {}, named(name ?? "")), waiting);
}

/** A list of the things that the rows of `table` are about; null where there are none. */
export function namesOf(table) {
  const at = table?.columns.findIndex(({ kind }) => KINDS.has(kind)) ?? -1;
  const rows = at < 0 ? [] : table.held.filter((row) => row[at] !== null && typeof row[at] === "object");
  if (!rows.length) return null;
  const unread = table.columns.findIndex(({ name }) => name === "unread");
  const draw = (row) => item(row[at], table.columns[at].kind, row[unread]);
  const list = el("ul", { class: "dlg-list", "aria-label": say("asked_about") });
  list.append(...rows.slice(0, FEW).map(draw));
  if (rows.length > FEW) list.append(more(rows.slice(FEW), list, draw));
  return list;
}

function more(rows, list, draw) {
  const unfold = (button) => {
    list.tabIndex = 0; // it scrolls now, by keys as well
    list.focus();
    button.parentElement.remove();
    let drawn = 0;
    const on = () => {
      list.append(...rows.slice(drawn, (drawn += AT_ONCE)).map(draw));
      if (drawn < rows.length) requestAnimationFrame(on);
    };
    on();
  };
  const words = sayMany("and_more", rows.length, number(rows.length));
  const button = el("button", { type: "button", class: "quiet", onclick: () => unfold(button) }, words);
  return el("li", {}, button);
}
