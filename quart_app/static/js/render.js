// One builder for each kind of frame that the server sends; the keys are those of CONTRACT, and a test compares them.
import { drawChart } from "./chart.js";
import { downloadLink } from "./download.js";
import { showNotice } from "./notices.js";
import { moment } from "./format.js";
import { visible } from "./dom.js";
import { say } from "./words.js";

/** What concerns the safety of the account stays until it has been seen. */
const ALERTS = new Set(["login_code", "new_login", "service_notice"]);

export const RENDER = {
  hello(frame, terminal) {
    terminal.catalogue.learn(frame.commands);
    terminal.status.session(frame.session);
    terminal.greeted(frame.resume);
  },
  resumed(frame, terminal) {
    terminal.resumed(frame.heard);
  },
  session(frame, terminal) {
    terminal.status.session(frame);
  },
  started(frame, terminal) {
    terminal.answers.find(frame.id)?.started(frame.commands);
  },
  text(frame, terminal) {
    terminal.answers.find(frame.id)?.text(frame.text);
  },
  table(frame, terminal) {
    terminal.answers.find(frame.id)?.table(frame);
  },
  rows(frame, terminal) {
    terminal.answers.find(frame.id)?.rows(frame.table, frame.rows);
  },
  notice(frame, terminal) {
    showNotice(frame, terminal);
  },
  progress(frame, terminal) {
    terminal.answers.find(frame.id)?.progress(frame);
  },
  chart(frame, terminal) {
    const answer = terminal.answers.find(frame.id);
    answer?.add(drawChart(frame.chart ?? {}));
    answer?.say(visible(frame.chart?.title ?? ""));
  },
  download(frame, terminal) {
    const answer = terminal.answers.find(frame.id);
    answer?.add(downloadLink(frame));
    answer?.say(say("download", { name: frame.name ?? "" }));
  },
  ask(frame, terminal) {
    terminal.answers.find(frame.id)?.ask(frame);
  },
  clear(frame, terminal) {
    terminal.answers.clear(frame.id);
  },
  completions(frame, terminal) {
    terminal.completion.offered(frame.id, frame.items);
  },
  event(frame, terminal) {
    if (typeof frame.text !== "string") return;
    const text = `${moment(new Date())} ${visible(frame.text)}`;
    if (ALERTS.has(frame.event)) terminal.toasts.warn(frame.event, text);
    else terminal.toasts.say(text);
  },
  finished(frame, terminal) {
    terminal.answers.find(frame.id)?.finished(frame);
  },
  pong() {},
  goodbye(frame, terminal) {
    if (frame.text) terminal.toasts.say(visible(frame.text));
  },
};
