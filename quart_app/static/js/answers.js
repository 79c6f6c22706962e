// All answers on the screen: one for each line that was run, found by its id until it is finished.
import { Answer } from "./answer.js";
import { dismiss } from "./dismissal.js";

const MOST_ANSWERS = 200;
const MOST_ROWS = 10_000;

export class Answers {
  #running = new Map();
  #shown = [];
  #count = 0;
  #terminal;

  constructor(terminal) {
    this.#terminal = terminal;
  }

  /** A new answer to `line`; its id goes to the server with it. */
  begin(line) {
    const id = `r${(this.#count += 1)}`;
    const answer = new Answer(id, line, this.#terminal);
    answer.whenDone(() => this.#running.delete(id));
    this.#running.set(id, answer);
    this.#shown.push(answer);
    this.#forget();
    return answer;
  }

  find(id) {
    return this.#running.get(id);
  }

  get latestRunning() {
    return [...this.#running.values()].at(-1);
  }

  /** Empty the screen; what still runs stays, except the run `id` that asked for it. */
  clear(id = null) {
    const kept = new Set([...this.#running.values()].filter((answer) => answer.id !== id).map((answer) => answer.node));
    this.#terminal.log.clear((node) => kept.has(node));
    this.#shown = this.#shown.filter((answer) => kept.has(answer.node));
  }

  /** The connection has gone: nothing that runs will be answered. */
  lost() {
    for (const answer of [...this.#running.values()]) answer.lost();
  }

  /** A tab that is open for a day must not grow for a day. */
  #forget() {
    let rows = this.#shown.reduce((sum, answer) => sum + answer.rowCount, 0);
    while (this.#shown.length > MOST_ANSWERS || (rows > MOST_ROWS && this.#shown.length > 1)) {
      if (this.#running.has(this.#shown[0].id)) return;
      const oldest = this.#shown.shift();
      rows -= oldest.rowCount;
      dismiss(oldest.node);
    }
  }
}
