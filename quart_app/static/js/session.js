// START SESSION: from the red button over code and password to an open session. The server knows the step; a page
// that is reloaded asks it and goes on there.
import { api } from "./api.js";
import { ask } from "./ask.js";
import { CodeField } from "./code_field.js";
import { countDown } from "./countdown.js";
import { byId, visible } from "./dom.js";
import { clock, countdown, ending, instant } from "./format.js";
import { busy, saySo, showStep } from "./steps.js";
import { has, say } from "./words.js";

const SESSION = "/telegram/session";
const STEPS = { none: "start", code_sent: "code", password_needed: "password", locked: "locked", active: "open" };
const DAY_MS = 86_400_000;

const code = new CodeField(byId("otp-box"), { onComplete: () => byId("code-form").requestSubmit() });
let stopResend = () => {};
let replacesWithoutAsking = false;

function keep() {
  return byId("start-form").elements.keep.value;
}

function drawEnd() {
  const time = clock(new Date(Date.now() + DAY_MS));
  byId("after").textContent = say(keep() === "until_left" ? "ends_when_left" : "ends_tomorrow", { time });
}

function drawResend({ timeout, next }) {
  const button = byId("resend");
  stopResend();
  button.hidden = !next;
  if (!next) return;
  button.setAttribute("aria-disabled", "true");
  const ready = () => {
    button.removeAttribute("aria-disabled");
    button.textContent = say("another");
  };
  const waiting = (left) => { button.textContent = say("another_in", { time: countdown(left) }); };
  if (!timeout) ready();
  else stopResend = countDown(timeout, waiting, ready);
}

function drawCode(sent) {
  const where = `sent_${sent.sent_to}`;
  byId("sent-to").textContent = say(has(where) ? where : "sent_other");
  byId("otp-label").textContent = sent.length ? say("code_digits", { n: sent.length }) : say("code");
  code.expect(sent.length);
  drawResend(sent);
}

function drawHint(hint) {
  const help = byId("two-step-hint");
  help.hidden = !hint;
  help.querySelector("bdi").textContent = visible(hint ?? "");
}

/** Show where the server says that this login stands. */
function follow(session) {
  const step = STEPS[session.state] ?? "start";
  if (step === "code" && session.code) drawCode(session.code);
  if (step === "password") drawHint(session.hint);
  const until = instant(session.expires_at);
  if (step === "open" && until) byId("open-until").textContent = say("open_until", { when: ending(until) });
  if (step !== "code") code.empty();
  showStep(step);
}

function open(session) {
  follow(session);
  location.assign("/terminal");
}

function proceed(session) {
  if (session.state === "active") open(session);
  else follow(session);
}

/** A problem of `step`: said there, or at the start if the login has ended meanwhile. */
async function failed(step, problem) {
  if (problem.code === "signed_out") {
    location.assign("/login");
    return;
  }
  let now = null;
  try {
    now = await api("GET", SESSION);
  } catch {
    // the first problem is the one to tell
  }
  const reached = now ? (STEPS[now.state] ?? "start") : step;
  if (reached !== step) follow(now);
  saySo(reached, problem.message, problem.retryAfter);
  if (reached === "code") {
    code.empty();
    code.isWrong = true;
    code.focus();
  }
}

async function start(replace) {
  saySo("start", "");
  try {
    proceed(await api("POST", SESSION, { method: "code", scope: "full", keep: keep(), replace }));
    replacesWithoutAsking = false;
  } catch (problem) {
    if (problem.code === "session_exists" && !replace) await offerReplacing();
    else await failed("start", problem);
  }
}

async function offerReplacing() {
  const answer = await ask({
    title: say("replace_title"),
    text: say("replace_text"),
    choices: [{ value: "no", text: say("replace_no") }, { value: "yes", text: say("replace_yes"), danger: true }],
    safe: "no",
  });
  if (answer === "yes") await start(true);
}

async function send(step, path, body) {
  saySo(step, "");
  try {
    proceed(await api("POST", `${SESSION}/${path}`, body));
  } catch (problem) {
    await failed(step, problem);
  }
}

async function resend() {
  saySo("code", "");
  try {
    follow(await api("POST", `${SESSION}/resend`));
    byId("resend-said").textContent = say("another_sent");
    byId("resend-said").hidden = false;
  } catch (problem) {
    await failed("code", problem);
  }
}

async function cancel() {
  stopResend();
  try {
    await api("DELETE", SESSION);
  } catch (problem) {
    await failed("start", problem);
    return;
  }
  follow({ state: "none" });
}

function submit(id, act) {
  byId(id).addEventListener("submit", (event) => {
    event.preventDefault();
    busy(act);
  });
}

function sendCode() {
  if (code.value) return send("code", "code", { code: code.value });
  return saySo("code", say("code_missing"));
}

function sendPassword(step, path, field) {
  const password = byId(field).value;
  if (!password) {
    saySo(step, say("password_missing"));
    return undefined;
  }
  byId(field).value = "";
  return send(step, path, { password });
}

function startOver() {
  replacesWithoutAsking = true;
  follow({ state: "none" });
  saySo("start", say("replace_note"));
}

submit("start-form", () => start(replacesWithoutAsking));
submit("code-form", sendCode);
submit("password-form", () => sendPassword("password", "password", "two-step"));
submit("unlock-form", () => sendPassword("locked", "unlock", "unlock-password"));
byId("start-form").addEventListener("change", drawEnd);
byId("start-over").addEventListener("click", startOver);
byId("resend").addEventListener("click", (event) => {
  if (event.currentTarget.getAttribute("aria-disabled") !== "true") busy(resend);
});
for (const button of document.querySelectorAll("[data-cancel]")) button.addEventListener("click", () => busy(cancel));

drawEnd();
code.expect(5);
busy(async () => {
  try {
    follow(await api("GET", SESSION));
  } catch (problem) {
    await failed(byId("main").dataset.first, problem);
  }
  // A click before now would have been lost: no form here is sent without its script.
  byId("start-form").querySelector(".start").disabled = false;
});
