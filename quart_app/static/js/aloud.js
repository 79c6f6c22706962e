// What a screen reader is told, in order and each thing once. Rows, seconds and bars that move are for eyes.
import { byId, el, visible } from "./dom.js";

const HEARD_AFTER = 15_000;
const QUARTERS = 4;
const SELDOM = 5_000;
const AT_LEAST_EVERY = 30_000;

/** Politely: after what is being read. What was said before is not said again. */
export function speak(text) {
  const said = el("p", {}, visible(text));
  byId("spoken").append(said);
  setTimeout(() => said.remove(), HEARD_AFTER);
}

/** When it is worth telling how far a job is: at each quarter if that is seldom, and where a quarter takes long. */
export class Milestones {
  #toldAt = performance.now();
  #quarters = 0;

  /** Whether to tell of `done` of `total`; a job whose end is not known has no quarters. */
  isDue(done, total) {
    const quarters = total > 0 ? Math.floor((done / total) * QUARTERS) : 0;
    const silent = performance.now() - this.#toldAt;
    if (silent < (quarters > this.#quarters ? SELDOM : AT_LEAST_EVERY)) return false;
    this.#toldAt = performance.now();
    this.#quarters = quarters;
    return true;
  }
}
