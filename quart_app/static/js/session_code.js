// The step of the code: where it went, how long it is, how many tries are left, how else it can come.
import { CodeField } from "./code_field.js";
import { countDown } from "./countdown.js";
import { byId, visible } from "./dom.js";
import { countdown } from "./format.js";
import { has, say, sayMany } from "./words.js";

let stopWaiting = () => {};

export const code = new CodeField(byId("otp-box"), { onComplete: () => byId("code-form").requestSubmit() });

function drawWhere({ sent_to: way, hint, url }) {
  const key = `sent_${way}`;
  byId("sent-to").textContent = say(has(key) ? key : "sent_other");
  byId("sent-hint").hidden = !hint;
  byId("sent-hint").textContent = visible(hint ?? "");
  const link = byId("sent-link");
  link.hidden = !url;
  if (url) link.href = url;
}

function drawResend({ timeout, next }) {
  const button = byId("resend");
  const another = say(has(`another_${next}`) ? `another_${next}` : "another");
  const wait = byId("resend-wait");
  stopWaiting();
  button.hidden = !next;
  wait.hidden = true;
  byId("no-other-way").hidden = Boolean(next);
  if (!next) return;
  button.textContent = another;
  button.removeAttribute("aria-disabled");
  if (!timeout) return;
  // The seconds stand beside the button: a name that changes is read out each time to whoever rests on it.
  button.setAttribute("aria-disabled", "true");
  wait.hidden = false;
  stopWaiting = countDown(timeout, (left) => { wait.textContent = say("another_in", { time: countdown(left) }); }, () => {
    button.removeAttribute("aria-disabled");
    wait.hidden = true;
  });
}

/** Say how many tries are left, in the element `id`. */
export function drawTries(id, left) {
  byId(id).textContent = Number.isInteger(left) ? sayMany("tries", left) : "";
}

/** Show what the server says of a code that is on its way. */
export function drawCode({ code: sent, attempts_left: left }) {
  drawWhere(sent);
  byId("otp-label").textContent = sent.length ? say("code_digits", { n: sent.length }) : say("code");
  drawTries("otp-tries", left);
  code.expect(sent.length);
  byId("otp-sends").hidden = !code.sendsItself;
  drawResend(sent);
}

export function leaveCode() {
  stopWaiting();
  code.empty();
}
