// Numbers, times and sizes, written for people.
import { locale, say } from "./words.js";

const numbers = new Intl.NumberFormat(locale);
const tenths = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const hours = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const weekdays = new Intl.DateTimeFormat(locale, { weekday: "short" });
const days = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
const datesOnly = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" });
const dates = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" });
const whole = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "medium" });
const dated = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });

export const number = (value) => numbers.format(value);
export const clock = (date) => hours.format(date);
/** Of a date without a time, which is midnight in UTC. */
export const day = (date) => datesOnly.format(date);
export const dateAndTime = (date) => dated.format(date);
export const wholeMoment = (date) => whole.format(date);

function daysAgo(date, now) {
  const midnight = (moment) => new Date(moment.getFullYear(), moment.getMonth(), moment.getDate()).getTime();
  return Math.round((midnight(now) - midnight(date)) / 86_400_000);
}

/** As chat lists do it: a time today, then a weekday, then a date. */
export function moment(date, now = new Date()) {
  const ago = daysAgo(date, now);
  if (ago === 0) return clock(date);
  if (ago === 1 || ago === -1) return relative.format(-ago, "day");
  if (ago > 1 && ago < 7) return weekdays.format(date);
  return date.getFullYear() === now.getFullYear() ? days.format(date) : dates.format(date);
}

export function size(bytes) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let at = 0;
  while (value >= 1000 && at < units.length - 1) {
    value /= 1000;
    at += 1;
  }
  return `${value < 10 && at > 0 ? tenths.format(value) : number(Math.round(value))} ${units[at]}`;
}

/** Seconds as the two largest units that matter: "2 d 3 h", "4 min 5 s". */
export function duration(seconds) {
  const sign = seconds < 0 ? "−" : "";
  let rest = Math.round(Math.abs(seconds));
  const parts = [];
  for (const [unit, length] of [[say("unit_day"), 86_400], ["h", 3_600], ["min", 60], ["s", 1]]) {
    const many = Math.floor(rest / length);
    rest -= many * length;
    if (many) parts.push(`${number(many)} ${unit}`);
  }
  return sign + (parts.slice(0, 2).join(" ") || "0 s");
}

export const elapsed = (ms) => (ms < 1_000 ? `${Math.max(1, Math.round(ms))} ms` : `${tenths.format(ms / 1_000)} s`);

/** A countdown: "42 s" up to a minute and a half, then "1:52", then hours. */
export function countdown(seconds) {
  if (seconds <= 90) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  return duration(seconds - (seconds % 60));
}

/** What is left of a session, at most 16 letters. */
export function left(seconds) {
  if (seconds < 60) return say("left_seconds");
  const values = { hours: Math.floor(seconds / 3_600), minutes: Math.floor((seconds % 3_600) / 60) };
  return say(values.hours ? "left_hours" : "left_minutes", values);
}

/** "today at 16:38" or "tomorrow at 16:38". */
export function ending(date, now = new Date()) {
  return say(daysAgo(date, now) === 0 ? "today_at" : "tomorrow_at", { time: clock(date) });
}

/** A moment of the server, Unix seconds or ISO 8601, as a date; null where there is none. */
export function instant(value) {
  if (value === null || value === undefined || value === "") return null;
  const isSeconds = typeof value === "number" || /^\d+(\.\d+)?$/.test(value);
  const date = new Date(isSeconds ? Number(value) * 1_000 : value);
  return Number.isNaN(date.getTime()) ? null : date;
}
