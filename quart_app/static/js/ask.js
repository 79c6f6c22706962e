// A question in a native dialog. One at a time; the safe answer has the focus, and Escape or a press beside it means it.
import { byId, el, visible } from "./dom.js";

let turn = Promise.resolve();

/** The second half of a double click was meant for the question before this one. */
function notTwice(event) {
  if (event.detail > 1) event.preventDefault();
}

function button(choice, isSafe) {
  const look = isSafe ? "btn" : choice.danger ? "btn btn-danger" : "btn btn-main";
  const about = { class: look, type: "submit", value: choice.value, autofocus: isSafe };
  return el("button", { ...about, onclick: isSafe ? null : notTwice }, visible(choice.text));
}

function form({ title, text, detail = [], cost, about, choices, safe }) {
  const [first, ...others] = visible(title).split("\n");
  const told = [...others, text, detail.join(" ")].filter(Boolean).map((part) => el("p", {}, visible(part)));
  const safeFirst = [...choices].sort((a, b) => Number(b.value === safe) - Number(a.value === safe));
  return el(
    "form",
    { class: "dlg", method: "dialog" },
    el("h2", { id: "ask-title" }, first),
    el("div", { class: "dlg-told", id: "ask-told" }, ...told, cost ? el("p", { class: "cost" }, visible(cost)) : null),
    about,
    el("div", { class: "dlg-foot" }, ...safeFirst.map((choice) => button(choice, choice.value === safe))),
  );
}

/** Whatever closes the dialog but a choice means `safe`. */
function closesSafely(dialog, safe, signal) {
  let pressed = null;
  dialog.addEventListener("cancel", () => { dialog.returnValue = safe; }, { signal });
  dialog.addEventListener("pointerdown", (event) => { pressed = event.target; }, { signal });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog && pressed === dialog) dialog.close(safe);
  }, { signal });
  // The Enter that ran the line may still be held down.
  dialog.addEventListener("keydown", (event) => {
    if (event.repeat && event.key === "Enter") event.preventDefault();
  }, { signal });
}

/** Whatever is told meanwhile is told in the dialog: all else is behind it, out of reach. */
function takeToasts(dialog, signal) {
  const toasts = byId("toasts");
  const home = toasts?.parentElement;
  if (!home) return;
  dialog.append(toasts);
  signal.addEventListener("abort", () => home.prepend(toasts));
}

function show(question) {
  const { safe, signal, returnTo } = question;
  const dialog = byId("ask");
  if (signal?.aborted) return Promise.resolve(safe);
  const before = returnTo ?? document.activeElement;
  const shown = new AbortController();
  dialog.replaceChildren(form(question));
  dialog.returnValue = safe;
  closesSafely(dialog, safe, shown.signal);
  if (signal) takeToasts(dialog, shown.signal); // it waits for a run, and the run for the connection
  signal?.addEventListener("abort", () => dialog.close(safe), { signal: shown.signal });
  return new Promise((done) => {
    dialog.addEventListener("close", () => {
      shown.abort();
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
      done(dialog.returnValue || safe);
    }, { signal: shown.signal });
    dialog.showModal();
  });
}

/** The value of the choice taken; `safe` if the question is closed or withdrawn by `signal`. Then `returnTo` has the focus, or what had it before. */
export function ask(question) {
  const answer = turn.then(() => show(question));
  turn = answer.catch(() => {});
  return answer;
}
