// Short words above the prompt, about the connection and the session.
import { byId, el, icon } from "./dom.js";
import { takeAway } from "./focus.js";
import { say } from "./words.js";

const SHOWN_FOR = 6_000;

export class Toasts {
  #box = byId("toasts");
  #alerts = byId("alerts");
  #lasting = new Map();
  #warnings = new Map();

  /** Show `text` for some seconds; said again, it is not shown twice. */
  say(text) {
    for (const older of this.#box.children) if (older.textContent === text) older.remove();
    const toast = el("div", { class: "toast" }, el("span", {}, text));
    this.#box.append(toast);
    setTimeout(() => toast.remove(), SHOWN_FOR);
  }

  /** Show `text` until it is closed by hand, or there is newer to say under `name`. */
  warn(name, text) {
    this.#warnings.get(name)?.remove();
    const close = el("button", { class: "btn btn-s", type: "button", onclick: () => takeAway(toast) }, say("close"));
    const toast = el("div", { class: "toast", role: "alert" }, icon("alert"), el("span", {}, text), close);
    this.#warnings.set(name, toast);
    this.#alerts.append(toast);
  }

  /** Show `text` under `name` until it is taken away, with a ring that turns or a link if given. */
  keep(name, text, { spins = false, link = null } = {}) {
    if (this.#lasting.has(name)) return;
    const toast = el(
      "div",
      { class: "toast" },
      spins ? el("span", { class: "spin", "aria-hidden": "true" }) : null,
      el("span", {}, text),
      link ? el("a", { href: link.href }, link.text) : null,
    );
    this.#lasting.set(name, toast);
    this.#box.append(toast);
  }

  /** Take away what was kept under `name`; true if there was something. */
  drop(name) {
    this.#lasting.get(name)?.remove();
    return this.#lasting.delete(name);
  }
}
