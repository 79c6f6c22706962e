// Rows as a real table, which becomes cards on a phone. Thousands of rows arrive without freezing the page.
import { content } from "./cells.js";
import { classOf, heading, inWords, title } from "./columns.js";
import { el, visible } from "./dom.js";
import { listOf } from "./frames.js";
import { profile } from "./profile.js";

const BUDGET = 6;
const CHAT_LIST = new Set(["chat", "unread", "kind", "last", "flags"]);
const WIDE = 7;
const LONG = 300;
/** Rows are in groups, which the browser may leave out while they are out of sight: one watch a group, not a row. */
const GROUP = 10;

function columnHeader(column) {
  const text = column.kind === "flags" ? [el("span", { class: "vh" }, title(column))] : heading(column);
  return el("th", { scope: "col", role: "columnheader", class: classOf(column) }, ...text);
}

export class Table {
  #drawn = 0;
  #isDrawing = false;
  #isGlossary = false;
  #body;
  #catalogue;
  #onGrowth;

  /** `frame` opens the table; `label` names it for readers; `onGrowth` is called after rows were drawn. */
  constructor(frame, { label, catalogue, onGrowth }) {
    this.columns = listOf(frame.columns).map((column) => ({ ...column, name: String(column?.name ?? "") }));
    this.held = [];
    this.#catalogue = catalogue;
    this.#onGrowth = onGrowth;
    this.isProfile = this.columns[0]?.kind === "chat" && this.columns.some((column) => column.name === "about");
    this.element = this.isProfile ? el("div", { class: "profiles" }) : this.#frame(label);
    if (this.isProfile) this.#body = this.element;
  }

  #frame(label) {
    const isChatList = this.columns[0]?.kind === "chat" && this.columns.every((column) => CHAT_LIST.has(column.name));
    this.#isGlossary = this.columns.length === 2 && this.columns.every((column) => column.kind === "text");
    const isSingle = this.columns.length === 1;
    const look = ["cards", isChatList && "chats", this.#isGlossary && "terms", isSingle && "single"];
    this.#body = el(
      "table",
      { class: look.filter(Boolean).join(" "), role: "table", "aria-label": label },
      el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, ...this.columns.map(columnHeader))),
    );
    if (this.columns.length < WIDE) return this.#body;
    return el("div", { class: "scroll-x", tabindex: "0", role: "region", "aria-label": label }, this.#body);
  }

  append(rows) {
    for (const row of listOf(rows)) if (Array.isArray(row)) this.held.push(row);
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    requestAnimationFrame(() => this.#draw());
  }

  /** Draw for some milliseconds, then let the page breathe. */
  #draw() {
    const until = performance.now() + BUDGET;
    if (this.held.length > LONG && !this.isProfile) this.#body.classList.add("long");
    while (this.#drawn < this.held.length && performance.now() < until) this.#drawGroup();
    this.#onGrowth();
    this.#isDrawing = this.#drawn < this.held.length;
    if (this.#isDrawing) requestAnimationFrame(() => this.#draw());
  }

  /** The rest of a group, or what of it has come. */
  #drawGroup() {
    const until = Math.min(this.held.length, (Math.floor(this.#drawn / GROUP) + 1) * GROUP);
    const rows = this.held.slice(this.#drawn, until);
    const isNew = this.#drawn % GROUP === 0;
    this.#drawn = until;
    if (this.isProfile) return this.#body.append(...rows.map((row) => profile(this.columns, row)));
    const drawn = rows.map((row) => this.#row(row));
    if (isNew) this.#body.append(el("tbody", { role: "rowgroup" }, ...drawn));
    else this.#body.lastElementChild.append(...drawn);
    return undefined;
  }

  #row(values) {
    const unread = this.columns.findIndex((column) => column.name === "unread");
    const cells = this.columns.map((column, at) => this.#cell(column, values[at], at));
    return el("tr", { role: "row", class: values[unread] > 0 ? "unread" : null }, ...cells);
  }

  #cell(column, value, at) {
    const isLead = this.#isGlossary || (at === 0 && column.kind !== "chat");
    const look = `${classOf(column, value)}${isLead ? " lead-cell" : ""}`;
    const shown = this.#usage(column, value) ?? content(column.kind, inWords(column, value));
    return el("td", { class: look, role: at === 0 ? "rowheader" : "cell", "data-label": title(column) }, shown);
  }

  /** A text that is a command's usage or example is a button that puts it in the prompt. */
  #usage(column, value) {
    if (column.kind !== "text" || typeof value !== "string") return null;
    const start = this.#catalogue.startOf(value) ?? (this.#catalogue.isExample(value) ? value : undefined);
    if (start === undefined) return null;
    return el("button", { type: "button", class: "chat-name mono", "data-fill": start }, visible(value));
  }
}
