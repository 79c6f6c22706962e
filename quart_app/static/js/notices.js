// What the server has to say about a line: told as a sentence, with what can be done about it.
import { countDown } from "./countdown.js";
import { outside } from "./cells.js";
import { command, el, icon, visible } from "./dom.js";
import { countdown } from "./format.js";
import { say } from "./words.js";

const LOOK = { warning: ["warn", "alert"], error: ["danger", "error"] };
/** Good news, by their code: what was to be done is done. */
const DONE = { report: ["ok", "ok"] };
const SESSION_LINKS = { session_needed: "start_again", session_ended: "start_again", locked: "unlock" };

/** A [from, to) counted in code points, as the server counts, in the units of a JavaScript string. */
export function inUnits(line, at) {
  if (!Array.isArray(at) || !at.every(Number.isInteger)) return null;
  const signs = [...line];
  const upTo = (count) => signs.slice(0, count).join("").length;
  return [upTo(at[0]), upTo(at[1])];
}

function remedies(frame, line, catalogue) {
  const at = inUnits(line, frame.at);
  if (frame.code === "unknown_command" && at) {
    const names = catalogue.namedIn(frame.hint ?? "").slice(0, 3);
    return [...names.map((name) => command(line.slice(0, at[0]) + name + line.slice(at[1]))), command("help")];
  }
  if (frame.code === "username_not_found") {
    const word = line.match(/@?([\p{L}\p{N}]+)/u)?.[1];
    return word ? [command(`search ${word}`)] : [];
  }
  const link = SESSION_LINKS[frame.code];
  return link ? [el("a", { class: "btn btn-s", href: "/terminal" }, say(link))] : [];
}

const isWait = ({ retry_after: seconds }) => Number.isFinite(seconds) && seconds > 0;

/** A wait that Telegram asks for, counted in plain text; the answer stops the count when it ends. */
function wait(frame, answer) {
  const goesOn = frame.level !== "error";
  const left = el("span", { class: "count" });
  const text = el("span", { class: "sub" }, say(goesOn ? "wait_goes_on" : "wait_free"), " ", left, ".");
  const stop = countDown(Math.ceil(frame.retry_after), (seconds) => { left.textContent = countdown(seconds); }, () => {
    text.textContent = goesOn ? "" : say("wait_over");
  });
  if (!goesOn) return [text];
  const button = el("button", { type: "button", class: "btn btn-s", onclick: () => answer.cancel() }, say("dont_wait"));
  answer.whenDone(() => {
    stop();
    button.remove();
    text.remove();
  });
  return [text, button];
}

/** What a sponsored message wants pressed: its address comes last. */
function advertised(hint) {
  const [, text, address] = String(hint).match(/^(.*): (\S+)$/s) ?? [];
  return address ? outside(address, text) : visible(hint);
}

function build(frame, answer, catalogue) {
  const told = frame.code === "sponsored" ? advertised : visible;
  const hint = frame.hint ? el("span", { class: "sub" }, told(frame.hint)) : null;
  const chips = remedies(frame, answer.line, catalogue);
  const acts = chips.length ? el("span", { class: "cmds" }, ...chips) : null;
  const counting = isWait(frame) ? wait(frame, answer) : [];
  const text = visible(frame.text ?? "");
  const known = Object.hasOwn(LOOK, frame.level) ? LOOK[frame.level] : Object.hasOwn(DONE, frame.code) && DONE[frame.code];
  if (!known) return el("div", { class: "told" }, el("p", {}, text), hint, ...counting, acts);
  const [look, sign] = known;
  const said = el("div", {}, el("strong", {}, text), hint, ...counting, acts);
  return el("div", { class: `notice notice-${look}` }, icon(sign), said);
}

/** Show a notice under its answer; one that belongs to none for a moment above the prompt. */
export function showNotice(frame, terminal) {
  const answer = terminal.answers.find(frame.id);
  if (!answer) {
    if (frame.id === undefined || frame.id === null) terminal.toasts.say(visible(frame.text ?? ""));
    return;
  }
  answer.add(build(frame, answer, terminal.catalogue));
  const told = [frame.text, frame.code === "sponsored" ? "" : frame.hint].filter(Boolean).join(" ");
  if (isWait(frame) && frame.level !== "error") {
    // Told now, for the answer's end is far; the seconds that pass are not.
    terminal.speak(`${visible(told)} ${say("wait_goes_on")} ${countdown(Math.ceil(frame.retry_after))}.`);
  } else if (told) {
    answer.say(told);
  }
  if (frame.level === "error") answer.mark(inUnits(answer.line, frame.at));
}
