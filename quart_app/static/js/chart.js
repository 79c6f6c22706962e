// A chart: bars or a line for one series, shades for several, and the same values as a table.
import { content } from "./cells.js";
import { title as heading } from "./columns.js";
import { el, svg, visible } from "./dom.js";
import { day, moment, number } from "./format.js";
import { plain } from "./copying.js";
import { say } from "./words.js";

const HEIGHT = 60;
const STEP = 10;
const LABELS = 5;
const SHADES = 5;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/** The top of the axis. Half of it is marked as well, and what is counted in whole numbers has no halves. */
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  const steps = power === 1 && Number.isInteger(value) ? [2, 4, 6, 8, 10] : [1, 2, 4, 5, 8, 10];
  return steps.map((step) => step * power).find((step) => step >= value) ?? 10 * power;
}

function bars(values, scale) {
  const highest = values.indexOf(Math.max(...values));
  return values.map((value, at) => {
    const height = value * scale;
    const look = at === highest ? "" : "dim";
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

/** What stands on the axis: a date or a moment in short, anything else as it is. */
function label(value) {
  const text = plain(value);
  if (INSTANT.test(text)) return moment(new Date(text));
  return visible(DATE.test(text) ? day(new Date(text)) : text);
}

/** The chart in a sentence, for whoever doesn't see it; all numbers are in the table below. */
function summary(title, names, values) {
  const highest = Math.max(...values);
  const facts = { count: number(values.length), value: number(highest), least: number(Math.min(...values)) };
  return say("chart_summary", { title: visible(title), name: names[values.indexOf(highest)], ...facts });
}

function table(columns, rows, name) {
  const head = columns.map((column) => el("th", { scope: "col", class: `k-${column.kind}` }, heading(column)));
  const cell = (column, value) => el("td", { class: `k-${column.kind}` }, content(column.kind, value));
  const first = (column, value) => (DATE.test(value) ? el("td", {}, label(value)) : cell(column, value));
  const body = rows.map((row) => el("tr", {}, ...columns.map((column, at) => (at ? cell : first)(column, row[at]))));
  return el("table", { "aria-label": visible(name) }, el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...body));
}

/** Every series as a band of shades: a row of the grid for each row, a cell for each series. */
function shades(grid, label) {
  const highest = Math.max(...grid.flat()) || 1;
  const cell = (value, x, y) => {
    const look = `s${Math.ceil((value / highest) * SHADES)}`;
    return svg("rect", { x: x * STEP + 0.5, y: y * STEP + 0.5, width: STEP - 1, height: STEP - 1, class: look });
  };
  const cells = grid.flatMap((line, y) => line.map((value, x) => cell(value, x, y)));
  const frame = { viewBox: `0 0 ${grid[0].length * STEP} ${grid.length * STEP}`, preserveAspectRatio: "none" };
  return svg("svg", { class: "plot heat", ...frame, role: "img", "aria-label": label }, ...cells);
}

function axis(names) {
  const every = Math.ceil(names.length / LABELS);
  const marks = names.map((name, at) => el("span", {}, at % every === 0 ? name : ""));
  return el("div", { class: "x x-bars", "aria-hidden": "true" }, ...marks);
}

function heat(title, names, columns, grid) {
  const series = columns.slice(1).map(heading);
  const cells = names.flatMap((name) => series.map((column) => `${name}, ${column}`));
  const side = el("div", { class: "y y-heat", "aria-hidden": "true" }, ...names.map((name) => el("span", {}, name)));
  return [side, shades(grid, summary(title, cells, grid.flat())), axis(series)];
}

/** `{form, title, columns, rows}`: the first column is the axis, the others are series; all of them for `heat`, else one. */
export function drawChart({ form, title = "", columns = [], rows = [] }) {
  const wanted = form === "heat" ? rows.map((row) => row.slice(1)) : rows.map((row) => row.slice(1, 2));
  const grid = wanted.map((line) => line.map((value) => Number(value) || 0));
  const fits = ["bars", "line", "heat"].includes(form) && grid.length > 0 && grid[0].length > 0;
  const isDrawn = fits && grid.flat().every((value) => value >= 0);
  const caption = el("figcaption", {}, visible(title));
  if (!isDrawn) return el("figure", {}, caption, table(columns, rows, title));
  const names = rows.map((row) => label(row[0]));
  const values = grid.flat();
  const drawn = form === "heat"
    ? heat(title, names, columns, grid)
    : [...plot(form, values, summary(title, names, values)), axis(names)];
  return el(
    "div",
    {},
    el("figure", { class: "chart" }, caption, ...drawn),
    el("details", { class: "data" }, el("summary", {}, say("numbers")), table(columns, rows, title)),
  );
}
