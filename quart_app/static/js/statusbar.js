// The status bar: session, connection, and the time left, drawn as well in the ring of the mark.
import { byId } from "./dom.js";
import { instant, left } from "./format.js";
import { say } from "./words.js";

const DAY_HOURS = 24;
const OFTEN = 15_000;
const SESSIONS = { active: ["open", "dot"], locked: ["locked", "dot dot-warn"] };
const LINKS = {
  open: ["connected", "dot"],
  connecting: ["connecting", "dot dot-off"],
  lost: ["reconnecting", "dot dot-warn"],
  signed_out: ["ended", "dot dot-off"],
};

function set(cell, [word, dot]) {
  cell.querySelector(".dot").className = dot;
  cell.querySelector("span").textContent = say(word);
}

export class StatusBar {
  #expiresAt = null;
  #ring = document.querySelector("[data-clock]");
  #onEnd;
  #onOpen;
  #hasEnded = false;

  /** `onEnd(state)` when the session is over or locked, `onOpen()` when it is open (again). */
  constructor({ onEnd, onOpen }) {
    this.#onEnd = onEnd;
    this.#onOpen = onOpen;
    this.#expiresAt = instant(document.body.dataset.expiresAt);
    setInterval(() => this.#tick(), OFTEN);
    document.addEventListener("visibilitychange", () => this.#tick());
    this.#tick();
  }

  get expiresAt() {
    return this.#expiresAt;
  }

  link(state) {
    if (state === "connecting" && byId("st-link").textContent.trim() === say("reconnecting")) return;
    set(byId("st-link"), LINKS[state] ?? LINKS.lost);
  }

  /** What the server says of the session: `state`, `expires_at`, `scope`. */
  session(session) {
    if (!session || typeof session.state !== "string") return;
    this.#expiresAt = session.state === "active" ? (instant(session.expires_at) ?? this.#expiresAt) : null;
    if (session.scope) this.#access(session.scope);
    set(byId("st-session"), SESSIONS[session.state] ?? ["ended", "dot dot-off"]);
    this.#hasEnded = session.state !== "active";
    if (this.#hasEnded) this.#onEnd(session.state);
    else this.#onOpen();
    this.#tick();
  }

  /** What the session may do is said beside the prompt as well, unless it may do everything. */
  #access(scope) {
    byId("st-scope").textContent = say(scope);
    byId("ps-scope").hidden = scope === "full";
  }

  #tick() {
    if (!this.#expiresAt) {
      byId("st-left").textContent = say("no_time");
      this.#ring.setAttribute("stroke-dasharray", `0 ${DAY_HOURS}`);
      return;
    }
    const seconds = Math.max(0, (this.#expiresAt.getTime() - Date.now()) / 1_000);
    byId("st-left").textContent = left(seconds);
    this.#ring.setAttribute("stroke-dasharray", `${Math.min(DAY_HOURS, seconds / 3_600).toFixed(2)} ${DAY_HOURS}`);
    if (seconds === 0 && !this.#hasEnded) this.session({ state: "none" });
  }
}
