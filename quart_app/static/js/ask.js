// A question in a native dialog. One at a time; the safe answer has the focus, and Escape means it.
import { byId, el, visible } from "./dom.js";

let turn = Promise.resolve();

function button(choice, isSafe) {
  const look = isSafe ? "btn" : choice.danger ? "btn btn-danger" : "btn btn-main";
  return el("button", { class: look, type: "submit", value: choice.value, autofocus: isSafe }, visible(choice.text));
}

function show({ title, text, choices, safe, signal }) {
  const dialog = byId("ask");
  if (signal?.aborted) return Promise.resolve(safe);
  const parts = visible(title).split("\n");
  const safeFirst = [...choices].sort((a, b) => Number(b.value === safe) - Number(a.value === safe));
  const buttons = safeFirst.map((choice) => button(choice, choice.value === safe));
  dialog.replaceChildren(
    el(
      "form",
      { class: "dlg", method: "dialog" },
      el("h2", { id: "ask-title" }, parts[0]),
      ...parts.slice(1).filter(Boolean).map((part) => el("p", {}, part)),
      text ? el("p", {}, visible(text)) : null,
      el("div", { class: "dlg-foot" }, ...buttons),
    ),
  );
  const before = document.activeElement;
  dialog.returnValue = safe;
  dialog.showModal();
  const withdraw = () => dialog.close(safe);
  signal?.addEventListener("abort", withdraw, { once: true });
  return new Promise((done) => {
    dialog.addEventListener("cancel", () => { dialog.returnValue = safe; }, { once: true });
    dialog.addEventListener(
      "close",
      () => {
        signal?.removeEventListener("abort", withdraw);
        if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
        done(dialog.returnValue || safe);
      },
      { once: true },
    );
  });
}

/** The value of the choice taken; `safe` if the question is closed or withdrawn by `signal`. */
export function ask(question) {
  const answer = turn.then(() => show(question));
  turn = answer.catch(() => {});
  return answer;
}
