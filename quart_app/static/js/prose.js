// What a command says in plain text: thousands of lines too, in parts that the browser may leave out while out of sight.
import { el } from "./dom.js";

const LINES = 50;

export class Prose {
  #body;
  #part = null;
  #lines = 0;

  /** Writes at the end of `body`. */
  constructor(body) {
    this.#body = body;
  }

  /** Begin a line with `text`, below the text before, unless something else has come between. */
  add(text) {
    if (this.#part === null || this.#part !== this.#body.lastElementChild) this.#begin(text.includes("\n") ? "pre" : "p");
    else if (this.#part.matches("p")) this.#preform();
    const lines = text.split("\n");
    for (let at = 0; at < lines.length; at += LINES) this.#fill(lines.slice(at, at + LINES));
  }

  #begin(name) {
    this.#part = el(name, { class: "text" });
    this.#lines = 0;
    this.#body.append(this.#part);
  }

  /** A second line: now they are no sentence. */
  #preform() {
    const part = el("pre", { class: "text" }, this.#part.textContent);
    this.#part.replaceWith(part);
    this.#part = part;
  }

  #fill(lines) {
    const fitting = lines.slice(0, LINES - this.#lines);
    const rest = lines.slice(fitting.length);
    if (fitting.length) this.#part.append(`${this.#lines ? "\n" : ""}${fitting.join("\n")}`);
    this.#lines += fitting.length;
    if (!rest.length) return;
    this.#part.classList.add("part");
    this.#begin("pre");
    this.#part.classList.add("part");
    this.#fill(rest);
  }
}
