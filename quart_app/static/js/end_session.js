// End session: asks, ends it, and says truthfully what became of it at Telegram.
import { api } from "./api.js";
import { ask } from "./ask.js";
import { say } from "./words.js";

let isEnding = false;

/** Whether it ends by this page's own button, whose dialog says so. */
export const endingHere = () => isEnding;

async function tell(title, text) {
  await ask({ title, text, choices: [{ value: "on", text: say("end_on") }], safe: "on" });
}

async function end() {
  const answer = await ask({
    title: say("end_title"),
    text: say("end_text"),
    choices: [{ value: "no", text: say("end_no") }, { value: "yes", text: say("end_yes"), danger: true }],
    safe: "no",
  });
  if (answer !== "yes") return;
  isEnding = true;
  try {
    const { logged_out_at_telegram: loggedOut } = await api("DELETE", "/telegram/session");
    await tell(say("end_done"), say(loggedOut ? "end_logged_out" : "end_not_logged_out"));
  } catch (problem) {
    isEnding = false;
    await tell(say("end_title"), problem.message);
    if (problem.code !== "signed_out") return;
  }
  location.assign("/terminal");
}

/** Make every "End session" button on the page work. */
export function offerEnding() {
  for (const button of document.querySelectorAll("[data-end-session]")) {
    button.addEventListener("click", () => {
      const menu = button.closest("details");
      menu?.removeAttribute("open");
      menu?.querySelector("summary").focus(); // a button that is out of sight could not have the focus back
      end();
    });
  }
}
