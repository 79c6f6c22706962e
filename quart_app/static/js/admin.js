// The overview's figures, brought up to date while the page is looked at.
import { api } from "./api.js";
import { drawChart } from "./chart.js";
import { el } from "./dom.js";
import { number } from "./format.js";
import { say } from "./words.js";

const SECONDS = 5;
const at = (selector) => document.querySelector(selector);
const chart = at('[data-chart="minutes"]');
const hold = at("#hold");
const drawn = new Map();

function figures(board) {
  for (const place of document.querySelectorAll("[data-figure]"))
    place.textContent = number(Math.round(board[place.dataset.figure] * 10) / 10);
}

/** Whether `facts` differ from those drawn last: what is drawn anew throws out whoever reads it line by line. */
function isNew(name, facts) {
  const key = JSON.stringify(facts);
  const before = drawn.get(name);
  drawn.set(name, key);
  return key !== before;
}

/** Whether its numbers are unfolded, or it has the focus. */
const isRead = (place) => place.querySelector("details[open]") !== null || place.contains(document.activeElement);

function minutes(board) {
  if (board.minutes.length === 0 || isRead(chart) || !isNew("minutes", board.minutes)) return;
  const columns = [
    { name: "time", kind: "time", title: say("time") },
    { name: "commands", kind: "integer", title: say("commands") },
    { name: "slowest", kind: "integer", title: say("slowest_ms") },
  ];
  const rows = board.minutes.map((minute) => [minute.at, minute.commands, Math.round(minute.slowest_ms)]);
  chart.replaceChildren(drawChart({ form: "bars", title: chart.dataset.title, columns, rows }));
}

function list(selector, facts, entry) {
  if (facts.length && isNew(selector, facts)) at(selector).replaceChildren(...facts.map(entry));
}

function workers(board) {
  const entry = ([name, held]) => el("li", {}, el("b", {}, name.slice(0, 6)), el("span", { class: "num" }, number(held)));
  list("[data-workers]", Object.entries(board.workers), entry);
}

function calls(board) {
  const heads = [...at("[data-calls]").closest("table").querySelectorAll("th")].map((head) => head.textContent);
  const cell = (place, text, name) => el("td", { class: name, role: "cell", "data-label": heads[place] }, text);
  const row = (call) =>
    el(
      "tr",
      { role: "row" },
      cell(0, call.method, "lead-cell k-code"),
      cell(1, number(call.ok), "k-integer"),
      cell(2, number(call.failed), "k-integer"),
      cell(3, `${number(call.wait_seconds)} s`, "k-integer"),
    );
  list("[data-calls]", board.calls, row);
}

function errors(board) {
  const entry = ({ kind, count }) =>
    el("li", {}, el("i", { class: "dot dot-warn" }), el("code", {}, kind), el("span", { class: "num" }, number(count)));
  list("[data-errors]", board.errors, entry);
}

const isHeld = () => hold.getAttribute("aria-pressed") === "true";

hold.addEventListener("click", () => hold.setAttribute("aria-pressed", String(!isHeld())));

async function refresh() {
  if (document.visibilityState === "visible" && !isHeld()) {
    try {
      const board = await api("GET", "/admin/board");
      for (const show of [figures, minutes, workers, calls, errors]) show(board);
    } catch {
      // what is shown stays; the next round tries again
    }
  }
  setTimeout(refresh, SECONDS * 1000);
}

refresh();
