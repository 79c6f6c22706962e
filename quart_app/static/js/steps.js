// The steps of START SESSION: one is shown at a time, with what went wrong in it.
import { countDown } from "./countdown.js";
import { byId } from "./dom.js";
import { countdown } from "./format.js";
import { say } from "./words.js";

const sections = [...document.querySelectorAll("[data-step]")];
const title = document.title.split(" · ").slice(1);
let stopCounting = () => {};

export const sectionOf = (step) => sections.find((section) => section.dataset.step === step);

export const shownStep = () => sections.find((section) => !section.hidden)?.dataset.step ?? "start";

/** Show `step` and put the focus where the next thing is to be done. */
export function showStep(step) {
  const wanted = sectionOf(step) ? step : "start";
  const isNew = sectionOf(wanted).hidden;
  const where = sectionOf(wanted).querySelector("h1").textContent;
  document.title = [where, ...title].join(" · ");
  for (const section of sections) section.hidden = section.dataset.step !== wanted;
  const section = sectionOf(wanted);
  const field = section.querySelector("input:not([type=radio])");
  if (isNew) scrollTo(0, 0);
  if (isNew) (field ?? section.querySelector("h1")).focus({ preventScroll: true });
  else if (document.activeElement === document.body) field?.focus({ preventScroll: true });
}

/** Say `text` in the section, with the seconds until it makes sense to try again; "" takes it away. */
export function saySo(step, text, retryAfter = null) {
  stopCounting();
  const section = sectionOf(step);
  const box = section.querySelector("[data-wrong], [data-said]");
  const field = section.querySelector("input[aria-describedby]");
  box.hidden = !text;
  field?.setAttribute("aria-invalid", String(Boolean(text)));
  if (!text) return;
  const [main, more] = box.matches("[data-said]")
    ? [box.querySelector("[data-said-text]"), box.querySelector("[data-said-more]")]
    : [box.querySelector("span"), null];
  main.textContent = text;
  if (more) more.hidden = true;
  if (retryAfter) count(more ?? main, more ? "" : `${text} `, retryAfter);
}

/** Seconds in plain text: the element stands in an alert, so it is taken out of the announcements first. */
function count(place, before, seconds) {
  const left = document.createElement("span");
  left.setAttribute("aria-live", "off");
  place.hidden = false;
  place.replaceChildren(before, left);
  stopCounting = countDown(seconds, (now) => { left.textContent = say("retry_in", { time: countdown(now) }); }, () => {
    left.textContent = say("retry_now");
  });
}

/** Keep a form's buttons still while `work` is under way, so that nothing is sent twice. */
export async function busy(work) {
  const main = byId("main");
  if ("busy" in main.dataset) return;
  main.dataset.busy = ""; // not aria-busy, within which nothing is announced
  try {
    await work();
  } finally {
    delete main.dataset.busy;
  }
}
