// The login code: one real input under as many drawn boxes as the code has digits. Pasting, autofill and screen
// readers all meet one field.
import { el } from "./dom.js";

const MOST_BOXES = 8;

export class CodeField {
  #box;
  #input;
  #cells = [];
  #length = 0;
  #onComplete;

  /** `onComplete()` is called when the last digit stands. */
  constructor(box, { onComplete }) {
    this.#box = box;
    this.#input = box.querySelector("input");
    this.#onComplete = onComplete;
    this.#input.addEventListener("input", () => this.#typed());
    for (const name of ["focus", "blur", "select", "keyup"]) this.#input.addEventListener(name, () => this.#draw());
  }

  /** Draw `length` boxes; a plain field where the length is not known or too long to draw. */
  expect(length) {
    const boxes = Number.isInteger(length) && length > 0 && length <= MOST_BOXES ? length : 0;
    this.#length = boxes;
    for (const cell of this.#cells) cell.remove();
    this.#cells = Array.from({ length: boxes }, () => el("span", { "aria-hidden": "true" }));
    this.#box.prepend(...this.#cells);
    this.#box.classList.toggle("drawn", boxes > 0);
    if (boxes) this.#input.maxLength = boxes;
    else this.#input.maxLength = 12;
    this.#draw();
  }

  /** Whether the last digit sends the code: that must be said beforehand. */
  get sendsItself() {
    return this.#length > 0;
  }

  get value() {
    return this.#input.value.trim();
  }

  focus() {
    this.#input.focus({ preventScroll: true });
  }

  empty() {
    this.#input.value = "";
    this.#draw();
  }

  set isWrong(wrong) {
    this.#box.classList.toggle("bad", wrong);
    this.#input.setAttribute("aria-invalid", String(wrong));
  }

  #typed() {
    this.isWrong = false;
    if (this.#length) this.#input.value = this.#input.value.replace(/\D/g, "").slice(0, this.#length);
    this.#draw();
    if (this.#length && this.#input.value.length === this.#length) this.#onComplete();
  }

  #draw() {
    const text = this.#input.value;
    this.#cells.forEach((cell, at) => {
      cell.textContent = text[at] ?? "";
      cell.classList.toggle("now", at === Math.min(text.length, this.#cells.length - 1)); // where the focus is seen
    });
  }
}
