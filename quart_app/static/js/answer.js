// One answer: the line that asked, what came back, and at its foot how it went and what can be done with it.
import { ask } from "./ask.js";
import { asCsv, asText, save } from "./copying.js";
import { el, icon, visible } from "./dom.js";
import { clock, elapsed, number } from "./format.js";
import { listOf } from "./frames.js";
import { Table } from "./tables.js";
import { say, sayMany } from "./words.js";

const NOUNS = { chat: "chats", user: "users", message: "messages" };
const SPOKEN_AT_MOST = 300;

export class Answer {
  #terminal;
  #tables = new Map();
  #texts = [];
  #said = [];
  #afterwards = [];
  #withdraw = new AbortController();
  #job = null;
  #isDone = false;

  constructor(id, line, terminal) {
    this.id = id;
    this.line = line;
    this.#terminal = terminal;
    this.glyph = el("span", { class: "glyph", "aria-hidden": "true" }, "›");
    this.heading = el("h2", {}, ...terminal.catalogue.coloured(line));
    this.body = el("div", { class: "run-body" });
    const now = new Date();
    const time = el("time", { datetime: now.toISOString() }, clock(now));
    const head = el("div", { class: "run-head" }, this.glyph, this.heading, time);
    const about = { class: "run", role: "group", "aria-label": line, "data-status": "waiting" };
    this.node = el("div", about, head, this.body);
    terminal.log.begin(this.node);
  }

  get rowCount() {
    return [...this.#tables.values()].reduce((sum, table) => sum + table.held.length, 0);
  }

  whenDone(call) {
    this.#afterwards.push(call);
  }

  started() {
    this.node.dataset.status = "running";
  }

  cancel() {
    this.#terminal.send({ type: "cancel", id: this.id });
  }

  /** Show what was wrong in the line; `at` in units of its string, or null. */
  mark(at) {
    if (at) this.heading.replaceChildren(...this.#terminal.catalogue.coloured(this.line, at));
  }

  /** Keep `text` for the one announcement that a screen reader hears at the end. */
  say(text) {
    this.#said.push(visible(text));
  }

  add(node) {
    this.body.append(node);
    this.#terminal.log.settle();
  }

  text(text) {
    const shown = visible(text ?? "");
    this.#texts.push(shown);
    this.say(shown);
    const last = this.body.lastElementChild;
    if (last?.matches("pre.text")) last.append("\n", shown);
    else if (last?.matches("p.text")) last.replaceWith(el("pre", { class: "text" }, last.textContent, "\n", shown));
    else this.body.append(el(shown.includes("\n") ? "pre" : "p", { class: "text" }, shown));
    this.#terminal.log.settle();
  }

  table(frame) {
    const { catalogue, log } = this.#terminal;
    const table = new Table(frame, { label: this.line, catalogue, onGrowth: () => log.settle() });
    this.#tables.set(frame.table, table);
    this.add(table.element);
  }

  rows(id, rows) {
    this.#tables.get(id)?.append(rows);
  }

  progress({ done, total, text }) {
    if (!this.#job) {
      const stop = el("button", { type: "button", class: "btn btn-s", onclick: () => this.cancel() }, say("stop"));
      this.#job = { label: el("span"), bar: el("progress", { "aria-label": this.line }) };
      this.#job.node = el("div", { class: "job" }, this.#job.label, this.#job.bar, stop);
    }
    const isKnown = Number.isFinite(total);
    const counted = isKnown ? say("of", { done: number(done), total: number(total) }) : number(done ?? 0);
    this.#job.label.textContent = text ? `${visible(text)} ${counted}` : counted;
    if (isKnown) {
      this.#job.bar.max = total;
      this.#job.bar.value = done;
    }
    if (!this.#job.node.isConnected) this.add(this.#job.node);
  }

  async ask(frame) {
    const choices = listOf(frame.choices).filter((choice) => typeof choice?.value === "string");
    const safe = (choices.find((choice) => choice.value === "no") ?? choices.at(-1))?.value ?? "no";
    const value = await ask({ title: frame.text ?? "", choices, safe, signal: this.#withdraw.signal });
    if (!this.#isDone) this.#terminal.send({ type: "answer", id: this.id, ask: frame.ask, value });
  }

  finished({ status, ms, rows }) {
    const counted = this.#counted(rows ?? 0);
    const parts = [status === "ok" ? counted : say(`status_${status}`), status === "ok" ? "" : rows ? counted : ""];
    this.#end(status, [...parts, Number.isFinite(ms) ? elapsed(ms) : ""].filter(Boolean));
  }

  #counted(rows) {
    const first = [...this.#tables.values()][0];
    if (!first || first.isProfile) return "";
    return sayMany(NOUNS[first.columns[0]?.kind] ?? "rows", rows, number(rows));
  }

  lost() {
    const more = el("span", { class: "sub" }, say("lost_while_running_more"));
    const said = el("div", {}, el("strong", {}, say("lost_while_running")), more);
    this.add(el("div", { class: "notice notice-warn" }, icon("alert"), said));
    this.#end("unknown", []);
  }

  #end(status, parts) {
    this.#isDone = true;
    this.#withdraw.abort();
    this.#job?.node.remove();
    this.#tidy();
    this.node.dataset.status = status;
    if (status !== "ok") this.glyph.textContent = "×";
    const acts = el("span", { class: "acts" }, ...this.#acts());
    this.node.append(el("div", { class: "run-foot" }, el("span", {}, parts.join(" · ")), acts));
    const spoken = [...this.#said.slice(0, 3), parts[0] ?? ""].filter(Boolean).join(". ").slice(0, SPOKEN_AT_MOST);
    this.#terminal.speak(say("spoken_done", { line: this.line, result: spoken }));
    for (const call of this.#afterwards) call();
    this.#terminal.log.settle();
  }

  /** A table without rows says nothing; if nothing else was said either, that is said. */
  #tidy() {
    const empty = [...this.#tables.values()].filter((table) => table.held.length === 0);
    for (const table of empty) table.element.remove();
    if (empty.length && !this.#said.length) this.body.append(el("p", { class: "text" }, say("nothing")));
    if (this.body.childElementCount === 0) this.body.remove();
  }

  #acts() {
    const quiet = (text, properties) => el("button", { type: "button", class: "quiet", ...properties }, text);
    const tables = [...this.#tables.values()].filter((table) => table.held.length > 0);
    const acts = [];
    if (navigator.clipboard && (tables.length || this.#texts.length)) {
      acts.push(quiet(say("copy"), { onclick: (event) => this.#copy(event.target, tables) }));
    }
    if (tables.length) {
      acts.push(quiet(say("csv"), { onclick: () => save(asCsv(tables[0]), "answer.csv", "text/csv") }));
    }
    acts.push(quiet(say("run_again"), { "data-run": this.line }));
    return acts;
  }

  async #copy(button, tables) {
    const text = [...this.#texts, ...(tables.length ? [asText(tables)] : [])].join("\n");
    await navigator.clipboard.writeText(text);
    button.textContent = say("copied");
    setTimeout(() => { button.textContent = say("copy"); }, 1_500);
  }
}
