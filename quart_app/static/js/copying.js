// Answers as text for the clipboard and as CSV for a spreadsheet.
import { el } from "./dom.js";

/** As the server's own csv has it: some spreadsheets skip spaces, and read the full-width signs alike. */
const FORMULA = /^[\t\r\n]|^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/;

/** A value as plain text: names, not identifiers. */
export function plain(value) {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.join(" ");
  if (typeof value !== "object") return String(value);
  const name = value.title ?? value.name ?? value.text ?? value.href ?? "";
  return value.username ? `${name} @${value.username}` : String(name);
}

/** Tables as lines with tabs between the cells. */
export function asText(tables) {
  const line = (cells) => cells.map((cell) => plain(cell).replace(/[\t\r\n]+/g, " ")).join("\t");
  const head = (table) => line(table.columns.map((column) => column.title || column.name));
  return tables.map((table) => [head(table), ...table.held.map(line)].join("\n")).join("\n\n");
}

/** A cell that no spreadsheet takes for a formula, unless it is a number. */
function quoted(value) {
  const text = plain(value);
  const safe = typeof value !== "number" && FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function asCsv(table) {
  const rows = [table.columns.map((column) => column.name), ...table.held];
  return rows.map((row) => row.map(quoted).join(",")).join("\r\n") + "\r\n";
}

/** Give `text` to the reader as a file. */
export function save(text, name, type) {
  const url = URL.createObjectURL(new Blob(["\ufeff", text], { type }));
  el("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
