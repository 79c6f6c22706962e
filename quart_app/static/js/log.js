// The output region: the start of an answer stays in view, scrolling by hand stops all following.
import { byId } from "./dom.js";
import { takeAway } from "./focus.js";

const AT_THE_END = 48;
const NEARLY_THE_END = 110;
const OWN_SCROLL = 4;

export class OutputLog {
  #region = byId("log");
  #content = byId("out");
  #more = byId("more");
  #follows = true;
  #pinned = null;
  #scrolledTo = 0;
  #isSettling = false;

  constructor() {
    this.#region.addEventListener("scroll", () => {
      if (Math.abs(this.#region.scrollTop - this.#scrolledTo) > OWN_SCROLL) this.#follows = this.#below() < AT_THE_END;
      this.#more.hidden = this.#below() < NEARLY_THE_END;
    });
    this.#more.addEventListener("click", () => {
      this.#follows = false;
      this.#region.scrollBy({ top: this.#region.clientHeight * 0.8, behavior: "smooth" });
      this.#region.focus({ preventScroll: true });
    });
    new ResizeObserver(() => this.settle()).observe(this.#region);
  }

  #below() {
    return this.#region.scrollHeight - this.#region.scrollTop - this.#region.clientHeight;
  }

  /** Append a new answer and pin the view to its first line. */
  begin(node) {
    this.#content.append(node);
    this.#follows = true;
    this.#pinned = node;
    this.settle();
  }

  /** Once per frame, after content has grown or shrunk: put the pinned answer where it belongs. */
  settle() {
    if (this.#isSettling) return;
    this.#isSettling = true;
    requestAnimationFrame(() => {
      this.#isSettling = false;
      if (this.#follows && this.#pinned?.isConnected) {
        const furthest = this.#region.scrollHeight - this.#region.clientHeight;
        this.#region.scrollTop = Math.min(this.#pinned.offsetTop - 8, furthest);
        this.#scrolledTo = this.#region.scrollTop;
      }
      this.#more.hidden = this.#below() < NEARLY_THE_END;
    });
  }

  /** Remove all that `isKept` doesn't claim. */
  clear(isKept) {
    takeAway(...[...this.#content.children].filter((node) => !isKept(node)));
    this.#pinned = null;
    this.#follows = true;
    this.settle();
  }
}
