// The connection to the terminal: comes back by itself, and says what it is doing.
import { api } from "./api.js";

const PROTOCOL = "tcm.v1";
const PING_EVERY = 20_000;
const SILENT_AFTER = 45_000;
const STEADY_AFTER = 5_000;
const LONGEST_WAIT = 30_000;
const MOST_MOVES = 30;
const CLOSED = { restart: 1012, policy: 1008, signedOut: 4401, tooMany: 4429 };

export class Connection {
  #socket = null;
  #attempts = 0;
  #moves = 0;
  #retry = null;
  #beat = null;
  #heardAt = 0;
  #onFrame;
  #onState;

  /** `onFrame(text)` for each frame; `onState("connecting" | "open" | "lost" | "signed_out")`. */
  constructor({ onFrame, onState }) {
    this.#onFrame = onFrame;
    this.#onState = onState;
    addEventListener("online", () => this.#comeBack());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.#comeBack();
    });
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Send one frame; false if there is no connection to send it over. */
  send(frame) {
    if (!this.isOpen) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  open() {
    clearTimeout(this.#retry);
    this.#retry = null;
    const url = new URL("/ws", location.href);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(url, PROTOCOL);
    let openedAt = null;
    this.#socket = socket;
    this.#onState("connecting");
    socket.addEventListener("open", () => {
      openedAt = performance.now();
      this.#beginBeat();
      this.#onState("open");
    });
    socket.addEventListener("message", (event) => {
      this.#heardAt = performance.now();
      this.#onFrame(event.data);
    });
    socket.addEventListener("close", (event) => {
      if (socket === this.#socket) this.#closed(event.code, openedAt);
    });
  }

  #beginBeat() {
    this.#heardAt = performance.now();
    clearInterval(this.#beat);
    let pings = 0;
    this.#beat = setInterval(() => {
      if (performance.now() - this.#heardAt > SILENT_AFTER) this.#abandon();
      else this.send({ type: "ping", id: `p${(pings += 1)}` });
    }, PING_EVERY);
  }

  /** A connection that died without a word would take minutes to close by itself. */
  #abandon() {
    const dead = this.#socket;
    this.#socket = null;
    dead?.close();
    this.#closed(1006, performance.now());
  }

  #closed(code, openedAt) {
    clearInterval(this.#beat);
    this.#socket = null;
    if (code === CLOSED.signedOut) {
      this.#signedOut();
      return;
    }
    const wasSteady = openedAt !== null && performance.now() - openedAt > STEADY_AFTER;
    if (wasSteady) this.#attempts = this.#moves = 0;
    if ((code === CLOSED.tooMany || code === CLOSED.policy) && this.#attempts < 2) this.#attempts = 2;
    this.#onState("lost");
    if (openedAt === null && this.#attempts >= 1) this.#checkSignIn();
    this.#retry = setTimeout(() => this.open(), this.#wait(code));
  }

  /** Milliseconds until the next try. A server that says "come back at once" is there: it, or the next, is asked soon. */
  #wait(code) {
    if (code === CLOSED.restart && this.#moves < MOST_MOVES) {
      this.#moves += 1;
      return this.#moves === 1 ? Math.random() * 250 : 200 + Math.random() * 600;
    }
    const wait = Math.min(LONGEST_WAIT, Math.random() * 3_000 * 2 ** this.#attempts);
    this.#attempts += 1;
    return wait;
  }

  /** A refused handshake looks like a network failure to a page; the API can tell the two apart. */
  async #checkSignIn() {
    try {
      await api("GET", "/telegram/session");
    } catch (problem) {
      if (problem.status === 401) this.#signedOut();
    }
  }

  #signedOut() {
    clearTimeout(this.#retry);
    this.#retry = null;
    this.#onState("signed_out");
  }

  #comeBack() {
    if (this.#retry !== null) this.open();
  }
}
