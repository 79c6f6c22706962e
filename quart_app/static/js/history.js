// The lines run in this tab: they stay in the tab's own storage, and go with it and with the log-in that ran them.

const KEY = "lines";
const OWNER = "lines-of";
const MOST = 200;

/** What tells this log-in from the next one in the same tab; nothing can be done with it. */
function owner() {
  const token = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
  return String([...token].reduce((sum, sign) => (Math.imul(sum, 31) + sign.codePointAt(0)) | 0, 7));
}

export class History {
  #lines = [];
  #at = 0;
  #draft = "";

  constructor() {
    try {
      if (sessionStorage.getItem(OWNER) !== owner()) sessionStorage.removeItem(KEY);
      sessionStorage.setItem(OWNER, owner());
      const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
      if (Array.isArray(kept)) this.#lines = kept.filter((line) => typeof line === "string");
    } catch {
      // storage may be blocked; the lines then last as long as the page
    }
    this.#at = this.#lines.length;
  }

  push(line) {
    if (this.#lines.at(-1) !== line) this.#lines.push(line);
    this.#lines = this.#lines.slice(-MOST);
    this.#at = this.#lines.length;
    try {
      sessionStorage.setItem(KEY, JSON.stringify(this.#lines));
    } catch {
      // storage may be blocked or full
    }
  }

  get isAtEnd() {
    return this.#at === this.#lines.length;
  }

  /** The line before the one shown; `draft` is kept to come back to. Undefined at the oldest. */
  older(draft) {
    if (this.isAtEnd) this.#draft = draft;
    if (this.#at === 0) return undefined;
    return this.#lines[(this.#at -= 1)];
  }

  newer() {
    if (this.isAtEnd) return undefined;
    this.#at += 1;
    return this.isAtEnd ? this.#draft : this.#lines[this.#at];
  }

  /** The newest lines that hold `text`, each once, at most `most`. */
  holding(text, most = 8) {
    const start = text.toLowerCase();
    const found = this.#lines.toReversed().filter((line) => line.toLowerCase().includes(start) && line !== text);
    return [...new Set(found)].slice(0, most);
  }

  /** The newest line that begins with `start`, goes on, and is `fit` to be run again. */
  beginningWith(start, fit) {
    return this.#lines.findLast((line) => line.startsWith(start) && line !== start && fit(line));
  }
}
