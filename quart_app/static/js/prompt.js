// The line that is typed: keys, history, the grey remainder, and the hint below.
import { ask } from "./ask.js";
import { byId, el } from "./dom.js";
import { linesOf, replace, wordBefore } from "./editing.js";
import { History } from "./history.js";
import { say } from "./words.js";

/** What browsers call a key that belongs to a word being composed, some of them after its end. */
const COMPOSING = 229;

/** Keys of the row after which something is chosen: a chat, a command. */
const LISTED = new Set(["@", "| "]);

export class Prompt {
  #form = byId("form");
  #ghost = byId("ghost");
  #tip = byId("tip");
  #history = new History();
  #leaves = false;
  #acts;
  #completion = null;
  #catalogue;

  /** `acts`: run(line) -> true if it was sent, cancel() -> true if something ran, clear(), tell(text) aloud, tooLong(). */
  constructor({ catalogue, acts }) {
    this.line = byId("line");
    this.#catalogue = catalogue;
    this.#acts = acts;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.run(this.line.value);
    });
    this.line.addEventListener("input", () => this.#edited());
    this.line.addEventListener("offered", () => this.draw());
    this.line.addEventListener("nothing", () => this.#nothing());
    this.line.addEventListener("blur", () => this.#completion.shut());
    this.line.addEventListener("keydown", (event) => this.#key(event));
    this.line.addEventListener("paste", (event) => this.#paste(event));
    document.addEventListener("keydown", (event) => this.#pageKey(event));
    for (const button of document.querySelectorAll("[data-key]")) {
      button.addEventListener("click", () => this.#tapped(button.dataset.key));
    }
    this.line.readOnly = false; // until now a line would have been lost
  }

  complete(completion) {
    this.#completion = completion;
  }

  /** Run `text`; it stays in the line if it could not be sent. */
  run(text) {
    const line = text.trim();
    if (!line) return;
    this.#completion.shut();
    if (!this.#acts.run(line)) {
      this.put(line);
      return;
    }
    this.#history.push(line);
    this.put("", { focus: false });
  }

  put(text, { cursor = text.length, focus = true } = {}) {
    if (focus) {
      this.line.focus({ preventScroll: true });
      replace(this.line, 0, this.line.value.length, text);
      this.line.setSelectionRange(cursor, cursor);
    } else this.line.value = text;
    this.#completion.changed();
    this.draw();
  }

  #edited() {
    this.#leaves = false;
    this.#completion.changed();
    this.draw();
  }

  /** Nothing completes the word: whoever pressed Tab to go on can. */
  #nothing() {
    this.#leaves = true;
    this.#acts.tell(say("nothing_fits"));
  }

  #rest() {
    const text = this.line.value;
    if (!text || this.line.selectionStart !== text.length) return "";
    const isKnown = (line) => this.#catalogue.find(line.split(/\s/)[0]) !== undefined;
    return this.#history.beginningWith(text, isKnown)?.slice(text.length) ?? this.#completion.rest;
  }

  /** Show the grey remainder and the hint for what stands in the line. */
  draw() {
    const text = this.line.value;
    this.#form.classList.toggle("has-text", text !== "");
    const isFull = this.line.scrollWidth > this.line.clientWidth;
    this.#ghost.replaceChildren(text, el("i", {}, isFull ? "" : this.#rest()));
    const word = text.split("|").at(-1).trim().split(/\s/)[0];
    const known = word ? this.#catalogue.find(word) : undefined;
    if (known) this.#tip.replaceChildren(el("code", {}, known.usage), ` ${known.summary}`);
    else {
      const wide = el("span", { class: "only-wide" }, say(text ? "tip_tab" : "tip_wide"));
      const narrow = el("span", { class: "only-narrow" }, say(text ? "tip_type" : "tip_narrow"));
      const begin = text ? [] : [say("tip_try"), el("code", {}, "list")];
      this.#tip.replaceChildren(...begin, wide, narrow);
    }
  }

  #key(event) {
    if (event.isComposing || event.keyCode === COMPOSING || event.altKey || event.metaKey) return;
    if (event.ctrlKey) {
      this.#control(event);
      return;
    }
    const acts = {
      Tab: () => this.#tab(event),
      ArrowDown: () => this.#down(),
      ArrowUp: () => this.#up(),
      ArrowRight: () => this.#takeRest(),
      Enter: () => this.#completion.isOpen && !this.#completion.isTyped && this.#completion.take() !== false,
      Escape: () => this.#escape(),
    };
    if (acts[event.key]?.()) event.preventDefault();
  }

  /** As in any shell: stop, search earlier lines, delete a word, to the start or to the end, go to either. */
  #control(event) {
    const { selectionStart: from, selectionEnd: to, value } = this.line;
    const acts = {
      c: () => from === to && this.#interrupt(event),
      r: () => this.#completion.recall((text) => this.#history.holding(text)),
      u: () => replace(this.line, 0, to, ""),
      k: () => replace(this.line, from, value.length, ""),
      w: () => replace(this.line, from === to ? wordBefore(value, to) : from, to, ""),
      a: () => this.line.setSelectionRange(0, from === 0 && to === 0 ? value.length : 0),
      e: () => this.line.setSelectionRange(value.length, value.length),
    };
    const act = event.shiftKey ? undefined : acts[event.key.toLowerCase()];
    if (!act) return;
    if (event.key.toLowerCase() !== "c") event.preventDefault();
    act();
    this.draw();
  }

  #tab(event) {
    if (this.#completion.isOpen && !event.shiftKey) {
      this.#completion.take();
      return true;
    }
    if (event.shiftKey || this.#leaves || !this.line.value) return false;
    this.#completion.open({ takesOnly: true });
    return true;
  }

  #down() {
    if (this.#completion.isOpen) this.#completion.move(1);
    else if (!this.#history.isAtEnd) this.#recall(this.#history.newer());
    else this.#completion.open();
    return true;
  }

  #up() {
    if (this.#completion.isOpen) this.#completion.move(-1);
    else this.#recall(this.#history.older(this.line.value));
    return true;
  }

  #recall(line) {
    if (line !== undefined) this.put(line);
  }

  #takeRest() {
    const rest = this.#rest();
    if (!rest) return false;
    this.put(this.line.value + rest);
    return true;
  }

  #escape() {
    this.#leaves = true;
    this.#completion.shut();
    return true;
  }

  /** Ctrl-C: stop what runs; with nothing running, empty the line. */
  #interrupt(event) {
    event.preventDefault();
    if (!this.#acts.cancel()) this.put("");
  }

  #pageKey(event) {
    if (document.querySelector("dialog[open]")) return;
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.ctrlKey && !event.altKey && event.key.toLowerCase() === "l") {
      event.preventDefault();
      this.#acts.clear();
      this.line.focus();
    } else if (event.ctrlKey && event.key === "c" && event.target !== this.line && getSelection().isCollapsed) {
      if (this.#acts.cancel()) event.preventDefault();
    } else if (isPlain && event.target.id === "log" && event.key.length === 1 && event.key !== " ") {
      this.line.focus();
    }
  }

  #tapped(key) {
    if (key === "up") {
      this.#recall(this.#history.older(this.line.value));
      return;
    }
    const needsSpace = this.line.value !== "" && !this.line.value.endsWith(" ");
    this.put(`${this.line.value}${needsSpace ? " " : ""}${key}`);
    if (LISTED.has(key)) this.#completion.open(); // there is no Tab to ask for it
  }

  /** Several lines can't be one command without being asked: they may have been meant for another window. */
  async #paste(event) {
    const pasted = event.clipboardData?.getData("text/plain") ?? "";
    const lines = linesOf(pasted);
    const [from, to] = [this.line.selectionStart, this.line.selectionEnd];
    const joined = lines.join(" ");
    const isTooLong = this.line.value.length - (to - from) + joined.length > this.line.maxLength;
    if (!isTooLong && joined === pasted) return;
    event.preventDefault();
    if (isTooLong) this.#acts.tooLong();
    else if (lines.length < 2 || (await this.#joins(lines.length))) {
      this.line.focus({ preventScroll: true });
      replace(this.line, from, to, joined);
    }
  }

  async #joins(n) {
    const answer = await ask({
      title: say("join_title", { n }),
      text: say("join_text"),
      choices: [{ value: "no", text: say("join_no") }, { value: "yes", text: say("join_yes") }],
      safe: "no",
    });
    return answer === "yes";
  }
}
