// One answer: the line that asked, what came back, and at its foot how it went and what can be done with it.
import { Milestones } from "./aloud.js";
import { ask } from "./ask.js";
import { namesOf } from "./asked_about.js";
import { asCsv, asText, plain, save } from "./copying.js";
import { el, icon, visible } from "./dom.js";
import { restFocus } from "./focus.js";
import { clock, elapsed, number } from "./format.js";
import { listOf } from "./frames.js";
import { Prose } from "./prose.js";
import { Table } from "./tables.js";
import { say, sayMany } from "./words.js";

const NOUNS = { chat: "chats", user: "users", message: "messages" };
const SAID_AT_MOST = 3;
const SPOKEN_AT_MOST = 300;

export class Answer {
  #terminal;
  #tables = new Map();
  #texts = [];
  #said = [];
  #prose;
  #afterwards = [];
  #withdraw = new AbortController();
  #unanswered = 0;
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
    this.#prose = new Prose(this.body);
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
    if (this.#said.length < SAID_AT_MOST) this.#said.push(visible(text));
  }

  add(node) {
    this.body.append(node);
    this.#terminal.log.settle();
  }

  text(text) {
    const shown = visible(text ?? "");
    this.#texts.push(shown);
    const lines = shown.trim().split("\n").length;
    this.say(lines > 1 ? sayMany("lines", lines, number(lines)) : shown);
    this.#prose.add(shown);
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
      this.#job = { label: el("span"), bar: el("progress", { "aria-label": this.line }), worth: new Milestones() };
      this.#job.node = el("div", { class: "job" }, this.#job.label, this.#job.bar, stop);
    }
    const isKnown = Number.isFinite(total);
    const counted = isKnown ? say("of", { done: number(done), total: number(total) }) : number(done ?? 0);
    this.#job.label.textContent = text ? `${visible(text)}: ${counted}` : counted;
    if (isKnown) {
      this.#job.bar.max = total;
      this.#job.bar.value = done;
    }
    if (!this.#job.node.isConnected) this.add(this.#job.node);
    if (this.#job.worth.isDue(done, total)) this.#terminal.speak(this.#job.label.textContent);
  }

  async ask(frame) {
    const choices = listOf(frame.choices).filter((choice) => typeof choice?.value === "string");
    const safe = (choices.find((choice) => choice.value === "no") ?? choices.at(-1))?.value ?? "no";
    const about = namesOf(this.#tables.get(frame.table));
    const told = { title: frame.text ?? "", detail: listOf(frame.detail), cost: frame.cost, about };
    this.#unanswered += 1;
    const value = await ask({ ...told, choices, safe, signal: this.#withdraw.signal, returnTo: this.#prompt });
    if (this.#isDone) return;
    this.#unanswered -= 1;
    this.#fold(this.#tables.get(frame.table));
    this.#terminal.send({ type: "answer", id: this.id, ask: frame.ask, value });
  }

  /** What was asked about has been looked at: from now on what is done stands first. */
  #fold(table) {
    if (!table || table.element.closest("details")) return;
    const folded = el("details", { class: "data asked" }, el("summary", {}, say("asked_about_all")));
    table.element.replaceWith(folded);
    folded.append(table.element);
    this.#terminal.log.settle();
  }

  /** Where to go on typing; not on a phone, where it would call the keyboard up. */
  get #prompt() {
    return matchMedia("(pointer: fine)").matches ? this.#terminal.prompt.line : null;
  }

  /** Why a question has gone without an answer. */
  #withdrawn(reason) {
    if (!this.#unanswered) return false;
    this.#warn(say(reason), say("not_done"));
    return true;
  }

  #warn(sentence, more) {
    const said = el("div", {}, el("strong", {}, sentence), el("span", { class: "sub" }, more));
    this.add(el("div", { class: "notice notice-warn" }, icon("alert"), said));
    this.say(sentence);
  }

  finished({ status, ms, rows }) {
    this.#withdrawn("ended_unanswered");
    const counted = this.#counted(rows ?? 0);
    const outcome = status === "ok" ? counted : say(`status_${status}`);
    const parts = [outcome, status !== "ok" && rows ? counted : "", Number.isFinite(ms) ? elapsed(ms) : ""];
    for (const [chat] of this.#profiles()) this.say(plain(chat));
    const single = this.#single();
    this.#end(status, parts.filter(Boolean), status === "ok" && single ? single : outcome);
  }

  /** The only value of an answer that has no more, such as a count. */
  #single() {
    const [row, ...others] = [...this.#tables.values()].flatMap((table) => table.held);
    return row?.length === 1 && !others.length ? plain(row[0]) : "";
  }

  #profiles() {
    return [...this.#tables.values()].flatMap((table) => (table.isProfile ? table.held : []));
  }

  #counted(rows) {
    const first = [...this.#tables.values()][0];
    if (!first || first.isProfile) return "";
    return sayMany(NOUNS[first.columns[0]?.kind] ?? "rows", rows, number(rows));
  }

  lost() {
    if (this.#withdrawn("lost_unanswered")) {
      this.#end("cancelled", []);
      return;
    }
    this.#warn(say("lost_while_running"), say("lost_while_running_more"));
    this.#end("unknown", []);
  }

  #end(status, parts, outcome = "") {
    this.#isDone = true;
    const heldFocus = this.body.contains(document.activeElement);
    this.#withdraw.abort();
    this.#job?.node.remove();
    this.#tidy();
    this.node.dataset.status = status;
    if (status !== "ok") this.glyph.textContent = "×";
    const acts = el("span", { class: "acts" }, ...this.#acts());
    this.node.append(el("div", { class: "run-foot" }, el("span", {}, parts.join(" · ")), acts));
    this.#terminal.speak(say("spoken_done", { line: this.line, result: this.#spoken(status, outcome) }));
    for (const call of this.#afterwards) call();
    if (heldFocus && document.activeElement === document.body) restFocus();
    this.#terminal.log.settle();
  }

  /** The whole answer in a breath: what was told and how much came, never the rows. */
  #spoken(status, outcome) {
    const isTold = this.#said.length > 0 && status === "error";
    const parts = [...this.#said, isTold ? "" : outcome].filter(Boolean);
    if (!parts.length) parts.push(say("status_ok"));
    const joined = parts.reduce((told, part) => `${told}${/[.?!…]$/.test(told) ? "" : "."} ${part}`);
    return joined.slice(0, SPOKEN_AT_MOST);
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
    this.#terminal.speak(say("copied"));
    setTimeout(() => { button.textContent = say("copy"); }, 1_500);
  }
}
