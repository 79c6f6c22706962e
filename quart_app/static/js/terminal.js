// The terminal page: puts connection, output and prompt together.
import { speak } from "./aloud.js";
import { Answers } from "./answers.js";
import { Catalogue } from "./catalogue.js";
import { Completion } from "./completion.js";
import { byId } from "./dom.js";
import { endingHere, offerEnding } from "./end_session.js";
import { takeAway } from "./focus.js";
import { deliver } from "./frames.js";
import { OutputLog } from "./log.js";
import { Prompt } from "./prompt.js";
import { RENDER } from "./render.js";
import { Connection } from "./socket.js";
import { StatusBar } from "./statusbar.js";
import { Toasts } from "./toasts.js";
import { say } from "./words.js";

/** As many as the server reads. */
const MOST_SIGNS = 4096;
const MOST_EARLY = 8;

class Terminal {
  catalogue = new Catalogue();
  log = new OutputLog();
  toasts = new Toasts();
  answers = new Answers(this);
  #greeted = false;
  /** Lines entered before the first hello, which is only a moment away; null once it has come, or failed to. */
  #early = [];

  constructor() {
    this.status = new StatusBar({
      onEnd: (state) => this.#sessionEnded(state),
      onOpen: () => this.toasts.drop("session"),
    });
    this.connection = new Connection({
      onFrame: (data) => deliver(data, RENDER, this),
      onState: (state) => this.#linkChanged(state),
    });
    this.prompt = new Prompt({
      catalogue: this.catalogue,
      acts: {
        run: (line) => this.#run(line),
        cancel: () => this.#cancel(),
        clear: () => this.answers.clear(),
        tell: speak,
        tooLong: () => this.toasts.say(say("too_long")),
      },
    });
    this.completion = new Completion({
      line: this.prompt.line,
      catalogue: this.catalogue,
      send: (frame) => this.send(frame),
      onTake: (text, cursor) => this.prompt.put(text, { cursor }),
    });
    this.prompt.complete(this.completion);
    this.connection.open();
  }

  send(frame) {
    return this.connection.send(frame);
  }

  /** Tell a screen reader. */
  speak(text) {
    speak(text);
  }

  /** The server has said hello: lines can be run. What ran before it will not be answered. */
  greeted(resume) {
    this.connection.begun(resume);
    this.answers.lost();
    this.#connected("back");
  }

  /** The server goes on where it was, and has heard so many frames of this page. */
  resumed(heard) {
    this.connection.resumed(heard);
    this.#connected("back_at_once");
  }

  #connected(said) {
    this.#greeted = true;
    if (this.toasts.drop("link")) this.toasts.say(say(said));
    this.status.link("open");
    this.prompt.draw();
    const early = this.#early ?? [];
    this.#early = null;
    for (const line of early) this.#run(line);
  }

  #linkChanged(state) {
    if (state === "open") return;
    if (state === "gone") {
      this.answers.lost();
      return;
    }
    this.#greeted = false;
    this.status.link(state);
    if (state === "signed_out") {
      location.assign("/login");
    } else if (state === "lost") {
      const waiting = this.#early?.pop();
      this.#early = null;
      if (waiting !== undefined) this.prompt.put(waiting);
      if (!this.connection.hasPlace) this.answers.lost();
      this.toasts.keep("link", say("lost"), { spins: true });
    }
  }

  #run(line) {
    if (!this.#greeted || !this.connection.isOpen) {
      if (this.#early !== null && this.#early.length < MOST_EARLY) return this.#early.push(line) > 0;
      this.toasts.say(say("not_sent"));
      return false;
    }
    if ([...line].length > MOST_SIGNS) {
      this.toasts.say(say("too_long"));
      return false;
    }
    const hello = byId("hello");
    if (hello) takeAway(hello);
    const answer = this.answers.begin(line);
    this.send({ type: "run", id: answer.id, line });
    return true;
  }

  #cancel() {
    const answer = this.answers.latestRunning;
    answer?.cancel();
    return answer !== undefined;
  }

  #sessionEnded(state) {
    if (endingHere()) return;
    const isLocked = state === "locked";
    const link = { href: "/terminal", text: say(isLocked ? "unlock" : "start_again") };
    this.toasts.drop("session");
    this.toasts.keep("session", say(isLocked ? "session_locked" : "session_ended"), { link });
  }
}

const terminal = new Terminal();
offerEnding();

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-run], [data-fill]");
  if (!button) return;
  if (button.dataset.run !== undefined) terminal.prompt.run(button.dataset.run);
  else terminal.prompt.put(button.dataset.fill);
});

if (matchMedia("(pointer: fine)").matches) terminal.prompt.line.focus({ preventScroll: true });
terminal.prompt.draw();
