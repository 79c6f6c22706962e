// Whether the other side is still there. Asked often while somebody waits for an answer, seldom otherwise.

const TICK = 1_000;
const ASK_AFTER = { waiting: 3_000, idle: 20_000 };
/** Ticks, not milliseconds: a page that was held up itself has not looked at what has come. */
const SILENT_AFTER = 5;
/** What was typed or tapped so long ago is no longer waited for. */
const WAITING_FOR = 60_000;

export class Pulse {
  #timer = null;
  #heardAt = 0;
  #asked = null;
  #waitingUntil = 0;
  #pings = 0;
  #ping;
  #onSilence;

  /** `ping(id)` asks; `onSilence()` when there was no answer. */
  constructor({ ping, onSilence }) {
    this.#ping = ping;
    this.#onSilence = onSilence;
  }

  begin() {
    this.end();
    this.#heardAt = performance.now();
    this.#timer = setInterval(() => this.#look(), TICK);
  }

  end() {
    clearInterval(this.#timer);
    this.#timer = null;
    this.#asked = null;
  }

  heard() {
    this.#heardAt = performance.now();
    this.#asked = null;
  }

  /** Something was sent that an answer is waited for. */
  expect() {
    this.#waitingUntil = performance.now() + WAITING_FOR;
  }

  /** Ask now. */
  doubt() {
    if (this.#asked !== null) return;
    this.#asked = 0;
    this.#ping(`p${(this.#pings += 1)}`);
  }

  #look() {
    if (this.#asked !== null) {
      this.#asked += 1;
      if (this.#asked >= SILENT_AFTER) this.#onSilence();
      return;
    }
    const now = performance.now();
    const after = now < this.#waitingUntil ? ASK_AFTER.waiting : ASK_AFTER.idle;
    if (now - this.#heardAt > after) this.doubt();
  }
}
