// The connection to the terminal: comes back by itself, to the same terminal if the server still has it, and says what
// it is doing. Frames of the server are counted, and what the server has not heard is sent again: see LastingWire there.
import { api } from "./api.js";
import { Pulse } from "./pulse.js";
import { Unheard } from "./unheard.js";

const PROTOCOL = "tcm.v1";
const STEADY_AFTER = 5_000;
/** A handshake that is lost is asked for again by the system after 1, 3 and 7 seconds. */
const HANDSHAKE = 7_500;
const LONGEST_WAIT = { visible: 6_000, hidden: 30_000 };
const MOST_MOVES = 30;
/** Given up by this page itself, which has waited long enough by then. */
const SILENT = 0;
const SOON = 500;
const SEEN_AFTER = 1_000;
const SEEN_EVERY = 64 << 10;
/** How frames begin; the only one that isn't counted is the one that says where the count stands. */
const [PONG, RESUMED] = ['{"type":"pong"', '{"type":"resumed"'];
const CLOSED = { restart: 1012, policy: 1008, signedOut: 4401, tooMany: 4429 };

export class Connection {
  #socket = null;
  #attempts = 0;
  #moves = 0;
  #retry = null;
  #pulse;
  #unheard = new Unheard();
  /** The terminal to come back to: its id, and until when it can be hoped for once the connection is lost. */
  #place = null;
  #seen = { frames: 0, bytes: 0, timer: null };
  #onFrame;
  #onState;

  /** `onFrame(text)` for each frame; `onState("connecting" | "open" | "lost" | "gone" | "signed_out")`. */
  constructor({ onFrame, onState }) {
    this.#onFrame = onFrame;
    this.#onState = onState;
    this.#pulse = new Pulse({ ping: (id) => this.send({ type: "ping", id }), onSilence: () => this.#abandon() });
    addEventListener("online", () => this.#comeBack());
    addEventListener("pageshow", (event) => event.persisted && this.#comeBack());
    addEventListener("pagehide", (event) => event.persisted || this.#signal({ type: "leave" }));
    navigator.connection?.addEventListener?.("change", () => this.#comeBack());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.#comeBack();
    });
  }

  /** Whether there is a terminal that it may come back to. */
  get hasPlace() {
    return this.#place !== null;
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Send one frame; false if there is no connection, and none that it could wait for. */
  send(frame) {
    if (!this.isOpen) return this.#place !== null && this.#unheard.waits(frame);
    this.#unheard.sent(frame);
    this.#socket.send(JSON.stringify(frame));
    if (frame.type !== "ping") this.#pulse.expect();
    return true;
  }

  /** What isn't counted: it is about the connection itself. */
  #signal(frame) {
    if (this.isOpen && this.#place !== null) this.#socket.send(JSON.stringify(frame));
  }

  open() {
    clearTimeout(this.#retry);
    this.#retry = null;
    const socket = new WebSocket(this.#address(), PROTOCOL);
    let openedAt = null;
    this.#socket = socket;
    this.#onState("connecting");
    const patience = setTimeout(() => socket === this.#socket && this.#abandon(), HANDSHAKE);
    socket.addEventListener("open", () => {
      clearTimeout(patience);
      if (socket !== this.#socket) return;
      openedAt = performance.now();
      this.#pulse.begin();
      this.#onState("open");
    });
    socket.addEventListener("message", (event) => socket === this.#socket && this.#heard(event.data));
    socket.addEventListener("close", (event) => {
      clearTimeout(patience);
      if (socket === this.#socket) this.#closed(event.code, openedAt);
    });
  }

  #address() {
    const url = new URL("/ws", location.href);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    url.searchParams.set("resume", this.#place?.id ?? "");
    if (this.#place) url.searchParams.set("seen", this.#seen.frames);
    return url;
  }

  #heard(data) {
    this.#pulse.heard();
    this.#onFrame(data);
    if (data.startsWith(RESUMED)) return;
    this.#seen.frames += 1;
    if (data.startsWith(PONG)) return;
    this.#pulse.expect();
    this.#see(data.length);
  }

  /** `hello`: a terminal that nothing is known of yet; `resume` if this page may come back to it. */
  begun(resume) {
    clearTimeout(this.#place?.timer);
    this.#unheard.forget();
    this.#seen.frames = 0;
    this.#place = typeof resume?.id === "string" ? { id: resume.id, hope: (resume.seconds ?? 0) * 1_000 } : null;
  }

  /** `resumed`: the same terminal as before, which has heard so many frames of this page. */
  resumed(heard) {
    clearTimeout(this.#place?.timer);
    if (this.#place) this.#place.timer = null;
    for (const frame of this.#unheard.after(heard)) this.send(frame);
  }

  /** Tell the server now and then what has come, so that it need not keep it. */
  #see(bytes) {
    this.#seen.bytes += bytes;
    if (this.#seen.bytes >= SEEN_EVERY) this.#tellSeen();
    else this.#seen.timer ??= setTimeout(() => this.#tellSeen(), SEEN_AFTER);
  }

  #tellSeen() {
    clearTimeout(this.#seen.timer);
    this.#seen.timer = null;
    this.#seen.bytes = 0;
    this.#signal({ type: "seen", frames: this.#seen.frames });
  }

  /** A connection that died without a word would take minutes to close by itself. */
  #abandon() {
    const dead = this.#socket;
    this.#socket = null;
    dead?.close();
    this.#closed(SILENT, null);
  }

  #closed(code, openedAt) {
    this.#pulse.end();
    this.#socket = null;
    if (code === CLOSED.signedOut) {
      this.#signedOut();
      return;
    }
    const wasSteady = openedAt !== null && performance.now() - openedAt > STEADY_AFTER;
    if (wasSteady) this.#attempts = this.#moves = 0;
    if ((code === CLOSED.tooMany || code === CLOSED.policy) && this.#attempts < 2) this.#attempts = 2;
    // Another worker has the session: until there is a terminal, finding it is a part of connecting.
    const isMoving = code === CLOSED.restart && this.#place === null && this.#moves < MOST_MOVES;
    this.#onState(isMoving ? "connecting" : "lost");
    if (this.#place) this.#place.timer ??= setTimeout(() => this.#giveUp(), this.#place.hope);
    if (openedAt === null && this.#attempts >= 1) this.#checkSignIn();
    this.#retry = setTimeout(() => this.open(), this.#wait(code));
  }

  /** The server has waited for this page as long as it does. */
  #giveUp() {
    this.#place = null;
    this.#unheard.forget();
    this.#onState("gone");
  }

  /** Milliseconds until the next try. A server that says "come back at once" is there: it, or the next, is asked soon. */
  #wait(code) {
    if (code === CLOSED.restart && this.#moves < MOST_MOVES) {
      this.#moves += 1;
      return this.#moves === 1 ? Math.random() * 250 : 200 + Math.random() * 600;
    }
    if (code === SILENT) return Math.random() * SOON;
    const longest = LONGEST_WAIT[document.visibilityState] ?? LONGEST_WAIT.hidden;
    const wait = Math.min(longest, 3_000 * 2 ** this.#attempts) * Math.random();
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

  /** Something has changed: try now, or find out now whether the connection still lives. */
  #comeBack() {
    if (this.#retry !== null) this.open();
    else if (this.isOpen) this.#pulse.doubt();
  }
}
