// A chart: bars or a line for one series, and the same values as a table. Other forms are the table alone.
import { content } from "./cells.js";
import { title as heading } from "./columns.js";
import { el, svg, visible } from "./dom.js";
import { day, number } from "./format.js";
import { plain } from "./copying.js";
import { say } from "./words.js";

const HEIGHT = 60;
const STEP = 10;
const LABELS = 5;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return [1, 2, 4, 5, 8, 10].map((step) => step * power).find((step) => step >= value) ?? 10 * power;
}

function bars(values, scale) {
  const highest = Math.max(...values);
  return values.map((value, at) => {
    const height = value * scale;
    const look = value === highest ? "" : "dim";
    return svg("rect", { x: at * STEP + 1.5, y: HEIGHT - height, width: STEP - 3, height, class: look });
  });
}

function trend(values, scale) {
  const points = values.map((value, at) => `${at * STEP + STEP / 2},${HEIGHT - value * scale}`);
  return [svg("polyline", { class: "trend", points: points.join(" ") })];
}

function plot(form, values, label) {
  const top = roundUp(Math.max(0, ...values));
  const width = values.length * STEP;
  const grid = [0, HEIGHT / 2].map((y) => svg("line", { class: "grid", x1: 0, x2: width, y1: y, y2: y }));
  const drawn = (form === "line" ? trend : bars)(values, HEIGHT / top);
  const base = svg("line", { class: "base", x1: 0, x2: width, y1: HEIGHT, y2: HEIGHT });
  const axis = [top, top / 2, 0].map((value) => el("span", {}, number(value)));
  const frame = { class: "plot", viewBox: `0 0 ${width} ${HEIGHT}`, preserveAspectRatio: "none" };
  return [
    el("div", { class: "y", "aria-hidden": "true" }, ...axis),
    svg("svg", { ...frame, role: "img", "aria-label": label }, ...grid, ...drawn, base),
  ];
}

/** What stands on the axis: a date in short, anything else as it is. */
function label(value) {
  const text = plain(value);
  return visible(DATE.test(text) ? day(new Date(text)) : text);
}

/** The chart in a sentence, for whoever doesn't see it; all numbers are in the table below. */
function summary(title, names, values) {
  const highest = Math.max(...values);
  const facts = { count: number(values.length), value: number(highest), least: number(Math.min(...values)) };
  return say("chart_summary", { title: visible(title), name: names[values.indexOf(highest)], ...facts });
}

function table(columns, rows) {
  const head = columns.map((column) => el("th", { scope: "col", class: `k-${column.kind}` }, heading(column)));
  const cell = (column, value) => el("td", { class: `k-${column.kind}` }, content(column.kind, value));
  const body = rows.map((row) => el("tr", {}, ...columns.map((column, at) => cell(column, row[at]))));
  return el("table", {}, el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...body));
}

/** `{form, title, columns, rows}`: the first column is the axis, the others are series, the first of which is drawn. */
export function drawChart({ form, title = "", columns = [], rows = [] }) {
  const values = rows.map((row) => Number(row[1]) || 0);
  const isDrawn = (form === "bars" || form === "line") && values.length > 0 && values.every((value) => value >= 0);
  const every = Math.ceil(rows.length / LABELS);
  const names = rows.map((row) => label(row[0]));
  const marks = names.map((name, at) => el("span", {}, at % every === 0 ? name : ""));
  const caption = el("figcaption", {}, visible(title));
  if (!isDrawn) return el("figure", {}, caption, table(columns, rows));
  const axis = el("div", { class: "x x-bars", "aria-hidden": "true" }, ...marks);
  return el(
    "div",
    {},
    el("figure", { class: "chart" }, caption, ...plot(form, values, summary(title, names, values)), axis),
    el("details", { class: "data" }, el("summary", {}, say("numbers")), table(columns, rows)),
  );
}
