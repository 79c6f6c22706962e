// The commands that the server offers: what is known, how it is used, and how a line is coloured.
import { el, visible } from "./dom.js";
import { listOf } from "./frames.js";

export class Catalogue {
  #commands = [];
  #examples = new Set();

  /** Take the descriptions of `hello`; whatever is malformed is left out. */
  learn(commands) {
    const usable = listOf(commands).filter((one) => typeof one?.name === "string");
    this.#commands = usable.map((one) => ({
      name: one.name,
      usage: typeof one.usage === "string" ? one.usage : one.name,
      summary: typeof one.summary === "string" ? one.summary : "",
      begins: one.does !== "stage",
      follows: one.does === "stage" || one.does === "effect",
    }));
    this.#examples = new Set(usable.flatMap((one) => listOf(one.examples)));
  }

  /** The command that a line beginning with `word` calls. */
  find(word) {
    return this.#commands.find((one) => one.name === word) ?? (word.startsWith("@") ? this.#sigil() : undefined);
  }

  #sigil() {
    return this.#commands.find((one) => one.name.startsWith("@") || one.usage.startsWith("@"));
  }

  isExample(text) {
    return this.#examples.has(text);
  }

  /** What to put in the prompt for a text that is a command's usage; undefined for any other text. */
  startOf(usage) {
    const found = this.#commands.find((one) => one.usage === usage);
    if (!found) return undefined;
    if (found === this.#sigil()) return "@";
    return found.begins ? `${found.name} ` : `list | ${found.name} `;
  }

  /** Commands named in `text`, such as a hint. */
  namedIn(text) {
    const words = new Set(String(text).match(/[\p{L}\d_-]+/gu) ?? []);
    return this.#commands.filter((one) => words.has(one.name)).map((one) => one.name);
  }

  /** Commands whose name begins with `part`, as completions: those that read rows after a bar, the others before. */
  beginning(part, afterBar) {
    return this.#commands
      .filter((one) => one.name.startsWith(part) && (afterBar ? one.follows : one.begins))
      .map((one) => ({ value: one === this.#sigil() ? "@" : one.name, text: one.summary }));
  }

  /** `line` as nodes: known commands, unknown ones, options and bars; `wrong` is the [from, to) of a mistake. */
  coloured(line, wrong) {
    const nodes = [];
    let isFirst = true;
    let at = 0;
    for (const token of line.split(/(\s+|\|)/)) {
      const from = at;
      at += token.length;
      if (token === "") continue;
      const isWrong = wrong && from < wrong[1] && at > wrong[0] && token.trim() !== "";
      const kind = isWrong ? "tk-e" : this.#kind(token, isFirst);
      nodes.push(kind ? el("span", { class: kind }, visible(token)) : visible(token));
      if (token === "|") isFirst = true;
      else if (token.trim()) isFirst = false;
    }
    return nodes;
  }

  #kind(token, isFirst) {
    if (token === "|") return "tk-x";
    if (!token.trim()) return "";
    if (isFirst) return this.#commands.length === 0 || this.find(token) ? "tk-c" : "tk-e";
    return token.startsWith("--") ? "tk-o" : "";
  }
}
