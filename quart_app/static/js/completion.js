// What may stand at the cursor: names of commands at once, the rest from the server; a list, and a grey remainder.
import { byId, el, named, visible } from "./dom.js";
import { listOf } from "./frames.js";

const DEBOUNCE = 120;

/** The word that ends at `cursor`, and what stands before it. */
function wordAt(text, cursor) {
  const typed = text.slice(0, cursor);
  const word = typed.match(/[^\s|]*$/)[0];
  const head = typed.slice(0, typed.length - word.length);
  return { word, head, isFirst: /(^|\|)\s*$/.test(head), isPiped: head.includes("|") };
}

export class Completion {
  #line;
  #list = byId("pop");
  #catalogue;
  #send;
  #onTake;
  #items = [];
  #chosen = -1;
  #asked = { id: null, text: "" };
  #count = 0;
  #timer = null;
  /** Another option has another id, else nobody would be told of it. */
  #drawings = 0;
  #wants = "";
  /** While earlier lines are searched: from what is typed to those that hold it. */
  #recalls = null;

  /** `send(frame)` asks the server; `onTake(text, cursor)` gets the line with the completion in it. */
  constructor({ line, catalogue, send, onTake }) {
    this.#line = line;
    this.#catalogue = catalogue;
    this.#send = send;
    this.#onTake = onTake;
    this.#list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const option = event.target.closest("[role=option]");
      if (option) this.take([...this.#list.children].indexOf(option));
    });
  }

  get isOpen() {
    return !this.#list.hidden;
  }

  #here() {
    return wordAt(this.#line.value, this.#line.selectionStart ?? this.#line.value.length);
  }

  /** The line has changed: offer what is known here, and ask the server for the rest. */
  changed() {
    if (this.#recalls) {
      this.#items = this.#recalls(this.#line.value);
      this.#draw();
      return;
    }
    const { word, isFirst, isPiped } = this.#here();
    const isName = isFirst && !word.startsWith("@");
    this.#items = isName ? this.#catalogue.beginning(word, isPiped) : this.#stillFitting(word);
    if (this.isOpen) this.#draw();
    clearTimeout(this.#timer);
    if (this.#line.value) this.#timer = setTimeout(() => this.#ask(), DEBOUNCE);
  }

  #stillFitting(word) {
    const start = word.toLowerCase();
    return this.#items.filter((item) => word && item.value.toLowerCase().startsWith(start));
  }

  #ask() {
    clearTimeout(this.#timer);
    const text = this.#line.value;
    const cursor = [...text.slice(0, this.#line.selectionStart ?? text.length)].length;
    this.#asked = { id: `c${(this.#count += 1)}`, text };
    this.#send({ type: "complete", id: this.#asked.id, line: text, cursor });
  }

  /** The server's answer to the request `id`; an answer to an older line is of no use. */
  offered(id, items) {
    if (id !== this.#asked.id || this.#asked.text !== this.#line.value) return;
    const found = listOf(items).filter((item) => typeof item?.text === "string");
    this.#items = found.map((item) => ({ value: item.text, text: item.help ?? "" }));
    if (this.#wants && !this.#items.length) this.#line.dispatchEvent(new CustomEvent("nothing"));
    if (this.#wants) this.#satisfy();
    else if (this.isOpen) this.#draw();
    this.#line.dispatchEvent(new CustomEvent("offered"));
  }

  /** Offer whole lines instead of words until one is taken: `find(text)` gives those that hold `text`. */
  recall(find) {
    if (this.#recalls && this.isOpen) {
      this.move(1);
      return;
    }
    clearTimeout(this.#timer);
    this.#recalls = (text) => find(text).map((line) => ({ value: line, text: "" }));
    this.#items = this.#recalls(this.#line.value);
    this.#draw();
  }

  /** Open the list, now or when the server has answered; `takesOnly` takes a single completion at once. */
  open({ takesOnly = false } = {}) {
    const { word, isPiped } = this.#here();
    if (!this.#line.value) this.#items = this.#catalogue.beginning(word, isPiped);
    this.#wants = takesOnly ? "take" : "list";
    if (this.#items.length) this.#satisfy();
    else if (this.#line.value) this.#ask();
  }

  #satisfy() {
    const takes = this.#wants === "take" && this.#items.length === 1;
    this.#wants = "";
    if (takes) this.take(0);
    else this.#draw();
  }

  shut() {
    this.#wants = "";
    this.#recalls = null;
    this.#list.hidden = true;
    this.#chosen = -1;
    this.#line.setAttribute("aria-expanded", "false");
    this.#line.removeAttribute("aria-activedescendant");
  }

  /** What would complete the word at the end of the line, as far as it is not typed. */
  get rest() {
    const { word } = this.#here();
    if (!word || this.#line.selectionStart !== this.#line.value.length) return "";
    const found = this.#items.find((item) => item.value.startsWith(word));
    return found ? found.value.slice(word.length) : "";
  }

  move(by) {
    this.#point((this.#chosen + by + this.#items.length) % this.#items.length);
  }

  /** Whether what is chosen stands in the line already: then Enter runs it. */
  get isTyped() {
    return !this.#recalls && this.#items[this.#chosen]?.value === this.#here().word;
  }

  take(index = this.#chosen) {
    const item = this.#items[index];
    if (!item) return;
    if (this.#recalls) {
      this.shut();
      this.#onTake(item.value, item.value.length);
      return;
    }
    const { word, head } = this.#here();
    const after = this.#line.value.slice(head.length + word.length);
    const space = item.value === "@" || item.value.endsWith("=") || after.startsWith(" ") ? "" : " ";
    const before = `${head}${item.value}${space}`;
    this.shut();
    this.#onTake(before + after, before.length);
  }

  #draw() {
    if (!this.#items.length) {
      this.shut();
      return;
    }
    const { word } = this.#here();
    this.#drawings += 1;
    this.#list.replaceChildren(...this.#items.map((item, at) => this.#option(item, at, word)));
    this.#list.hidden = false;
    this.#line.setAttribute("aria-expanded", "true");
    this.#point(0);
  }

  #option(item, at, word) {
    const isTyped = item.value.toLowerCase().startsWith(word.toLowerCase());
    const typed = isTyped ? item.value.slice(0, word.length) : "";
    const value = el("span", {}, el("b", {}, visible(typed)), visible(item.value.slice(typed.length)));
    const about = { role: "option", id: `option-${this.#drawings}-${at}`, "aria-selected": "false" };
    return el("div", about, value, el("span", {}, named(item.text)));
  }

  #point(index) {
    this.#chosen = index;
    [...this.#list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    this.#list.children[index]?.scrollIntoView({ block: "nearest" });
    this.#line.setAttribute("aria-activedescendant", `option-${this.#drawings}-${index}`);
  }
}
