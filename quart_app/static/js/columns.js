// How a column is headed, and how its cells look.
import { el, visible } from "./dom.js";
import { has, say } from "./words.js";

/** The column's own title, with a capital. */
export function title(column) {
  const text = visible(column.title || column.name);
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}

/** The title, and beside it the name by which expressions call the column, where that is another word. */
export function heading(column) {
  const text = title(column);
  if (text.toLowerCase() === column.name.toLowerCase()) return [text];
  return [text, " ", el("code", { class: "col-name" }, visible(column.name))];
}

const WORDED = new Set(["kind", "outcome"]);

/** A value as its cell shows it: words of ours in the reader's language, while expressions and copies keep them. */
export function inWords({ name }, value) {
  return WORDED.has(name) && has(`${name}_${value}`) ? say(`${name}_${value}`) : value;
}

/** The classes of a cell: by kind, and for unread counts by whether there is something to read. */
export function classOf(column, value) {
  const base = column.name === "kind" ? "k-kind" : `k-${column.kind}`;
  if (column.kind !== "integer") return base;
  if (column.name === "unread" && value > 0) return `${base} some`;
  return value === 0 ? `${base} zero` : base;
}
