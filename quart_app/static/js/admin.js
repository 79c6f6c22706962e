// The overview's figures, brought up to date while the page is looked at.
import { api } from "./api.js";
import { drawChart } from "./chart.js";
import { el } from "./dom.js";
import { number } from "./format.js";
import { say } from "./words.js";

const SECONDS = 5;
const at = (selector) => document.querySelector(selector);
const chart = at('[data-chart="minutes"]');
let drawn = "";

function figures(board) {
  for (const place of document.querySelectorAll("[data-figure]"))
    place.textContent = number(Math.round(board[place.dataset.figure] * 10) / 10);
}

/** Drawn anew only with a new minute: whoever reads its table is not interrupted. */
function minutes(board) {
  const key = JSON.stringify(board.minutes);
  if (key === drawn || board.minutes.length === 0) return;
  drawn = key;
  const columns = [
    { name: "time", kind: "time", title: say("time") },
    { name: "commands", kind: "integer", title: say("commands") },
    { name: "slowest", kind: "integer", title: say("slowest_ms") },
  ];
  const rows = board.minutes.map((minute) => [minute.at, minute.commands, Math.round(minute.slowest_ms)]);
  chart.replaceChildren(drawChart({ form: "bars", title: chart.dataset.title, columns, rows }));
}

function list(selector, entries) {
  if (entries.length) at(selector).replaceChildren(...entries);
}

function workers(board) {
  const entry = ([name, held]) => el("li", {}, el("b", {}, name.slice(0, 6)), el("span", { class: "num" }, number(held)));
  list("[data-workers]", Object.entries(board.workers).map(entry));
}

function calls(board) {
  const heads = [...at("[data-calls]").closest("table").querySelectorAll("th")].map((head) => head.textContent);
  const cell = (place, text, name) => el("td", { class: name, "data-label": heads[place] }, text);
  const row = (call) =>
    el(
      "tr",
      {},
      cell(0, call.method, "lead-cell k-code"),
      cell(1, number(call.ok), "k-integer"),
      cell(2, number(call.failed), "k-integer"),
      cell(3, `${number(call.wait_seconds)} s`, "k-integer"),
    );
  list("[data-calls]", board.calls.map(row));
}

function errors(board) {
  const entry = ({ kind, count }) =>
    el("li", {}, el("i", { class: "dot dot-warn" }), el("code", {}, kind), el("span", { class: "num" }, number(count)));
  list("[data-errors]", board.errors.map(entry));
}

async function refresh() {
  if (document.visibilityState === "visible") {
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
