// What this page has sent and the server may not have heard: it is sent again, once, when the connection is back.

/** Others are about a moment that has passed. */
const KEPT = new Set(["run", "cancel", "answer"]);
const MOST = 64;

export class Unheard {
  #count = 0;
  #frames = [];

  /** `frame` goes out now. */
  sent(frame) {
    this.#count += 1;
    this.#keep(frame, this.#count);
  }

  /** There is no connection: true if `frame` will be sent when there is one. */
  waits(frame) {
    if (frame.type === "run" || !KEPT.has(frame.type)) return false;
    this.#keep(frame, Infinity);
    return true;
  }

  #keep(frame, number) {
    if (KEPT.has(frame.type)) this.#frames.push({ frame, number });
    if (this.#frames.length > MOST) this.#frames.shift();
  }

  /** The frames to send again, for the server has heard the first `heard`; they are forgotten here. */
  after(heard) {
    const left = this.#frames.filter(({ number }) => number > heard).map(({ frame }) => frame);
    this.#frames = [];
    this.#count = heard;
    return left;
  }

  forget() {
    this.#frames = [];
    this.#count = 0;
  }
}
