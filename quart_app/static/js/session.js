// START SESSION: from the red button over a QR code or a code, and perhaps a password, to an open session. The server
// knows the step; a page that is reloaded asks it and goes on there.
import { api } from "./api.js";
import { ask } from "./ask.js";
import { byId, visible } from "./dom.js";
import { clock, ending, instant } from "./format.js";
import { code, drawCode, drawTries, leaveCode } from "./session_code.js";
import { QrStep } from "./session_qr.js";
import { busy, saySo, shownStep, showStep } from "./steps.js";
import { say } from "./words.js";

const SESSION = "/telegram/session";
const STEPS = {
  qr_wait: "qr",
  code_sent: "code",
  email_needed: "email",
  password_needed: "password",
  locked: "locked",
  active: "open",
};
const TRIES = { code: "otp-tries", password: "two-step-tries" };
const DAY_MS = 86_400_000;
const DEVICE_TIME = { day: "2-digit", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC" };

const qr = new QrStep(look);
let replacesWithoutAsking = false;

const chosen = (name) => byId("start-form").elements[name].value;

function stepOf(session) {
  if (session.state === "email_needed" && session.email) return "email_code";
  return STEPS[session.state] ?? "start";
}

function drawEnd() {
  const time = clock(new Date(Date.now() + DAY_MS));
  byId("after").textContent = say(chosen("keep") === "until_left" ? "ends_when_left" : "ends_tomorrow", { time });
}

/** The time in a device's name is written by the server, in English. */
function drawLeftBehind(moment) {
  const ended = instant(moment);
  byId("left-behind").hidden = !ended;
  if (!ended) return;
  const parts = new Intl.DateTimeFormat("en-GB", DEVICE_TIME).formatToParts(ended);
  const { day, month, hour, minute } = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  byId("left-behind-text").textContent = say("left_behind", { time: `${day} ${month} ${hour}:${minute}` });
}

function drawPassword({ hint, attempts_left: left }) {
  const help = byId("two-step-hint");
  help.hidden = !hint;
  help.querySelector("bdi").textContent = visible(hint ?? "");
  drawTries("two-step-tries", left);
}

const DRAW = {
  start: (session) => drawLeftBehind(session.left_behind),
  qr: (session) => qr.draw(session.qr),
  code: drawCode,
  email_code: (session) => { byId("email-sent-to").textContent = visible(session.email.sent_to); },
  password: drawPassword,
  open(session) {
    const until = instant(session.expires_at);
    if (until) byId("open-until").textContent = say("open_until", { when: ending(until) });
  },
};

/** What was agreed on, for whoever takes another way after a reload. */
function keepTerms(session) {
  for (const name of ["scope", "keep"]) {
    if (session[name]) byId("start-form").elements[name].value = session[name];
  }
}

/** Show where the server says that this login stands. */
function follow(session) {
  const step = stepOf(session);
  keepTerms(session);
  if (step !== "qr") qr.leave();
  if (step !== "code") leaveCode();
  DRAW[step]?.(session);
  showStep(step);
  if (session.problem) saySo("start", session.problem.detail);
}

function proceed(session) {
  follow(session);
  if (session.state === "active") location.assign("/terminal");
}

/** While a QR code is shown: has somebody scanned it? What fails is asked again. */
async function look() {
  let now;
  try {
    now = await api("GET", SESSION);
  } catch (problem) {
    if (problem.code === "signed_out") location.assign("/login");
    else if (shownStep() === "qr") saySo("qr", problem.message);
    return;
  }
  if (shownStep() !== "qr") return;
  saySo("qr", "");
  proceed(now);
  if (now.state === "none" && !now.problem) saySo("start", say("qr_ran_out"));
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
  const reached = now ? stepOf(now) : step;
  if (reached !== step) follow(now);
  else if (TRIES[step]) drawTries(TRIES[step], null); // the problem says how many are left
  saySo(reached, problem.message, problem.retryAfter);
  if (reached === "code" && step === "code") {
    code.empty();
    code.isWrong = true;
    code.focus();
  }
}

async function start(method, replace) {
  const step = shownStep();
  saySo(step, "");
  try {
    const terms = { scope: chosen("scope"), keep: chosen("keep") };
    proceed(await api("POST", SESSION, { method, ...terms, replace }));
    replacesWithoutAsking = false;
  } catch (problem) {
    if (problem.code === "session_exists" && !replace) await offerReplacing(method);
    else await failed(step, problem);
  }
}

async function offerReplacing(method) {
  const answer = await ask({
    title: say("replace_title"),
    text: say("replace_text"),
    choices: [{ value: "no", text: say("replace_no") }, { value: "yes", text: say("replace_yes"), danger: true }],
    safe: "no",
  });
  if (answer === "yes") await start(method, true);
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

/** What was typed into `field` goes to `path` as `name`, and nowhere else. */
function sendField(step, path, name, field, missing) {
  const value = byId(field).value;
  if (!value) {
    saySo(step, say(missing));
    return undefined;
  }
  if (name !== "address") byId(field).value = "";
  return send(step, path, { [name]: value });
}

function startOver() {
  replacesWithoutAsking = true;
  follow({ state: "none" });
  saySo("start", say("replace_note"));
}

submit("start-form", () => start("qr", replacesWithoutAsking));
submit("code-form", sendCode);
submit("email-form", () => sendField("email", "email", "address", "email-address", "address_missing"));
submit("email-code-form", () => sendField("email_code", "email", "code", "email-code", "code_missing"));
submit("password-form", () => sendField("password", "password", "password", "two-step", "password_missing"));
submit("unlock-form", () => sendField("locked", "unlock", "password", "unlock-password", "password_missing"));
byId("start-form").addEventListener("change", drawEnd);
byId("start-over").addEventListener("click", startOver);
byId("resend").addEventListener("click", (event) => {
  if (event.currentTarget.getAttribute("aria-disabled") !== "true") busy(resend);
});
for (const button of document.querySelectorAll("[data-method]")) {
  button.addEventListener("click", () => busy(() => start(button.dataset.method, false)));
}
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
