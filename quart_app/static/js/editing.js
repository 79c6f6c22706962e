// Changes to the line that the browser can undo, as if they had been typed.

/** Put `text` in the place of what stands from `from` to `to`. */
export function replace(line, from, to, text) {
  line.setSelectionRange(from, to);
  if (from === to && text === "") return;
  const isDone = document.activeElement === line && document.execCommand(text ? "insertText" : "delete", false, text);
  if (!isDone) line.setRangeText(text, from, to, "end");
}

/** Where the word before `at` begins, with the spaces after it. */
export function wordBefore(text, at) {
  return text.slice(0, at).match(/\S*\s*$/).index;
}

const BREAKS = /[\r\n\u0085\u2028\u2029]+/;
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/g;

/** The lines of a text that is pasted, without what can't be seen and would be run all the same. */
export function linesOf(text) {
  const clean = (line) => line.replaceAll("\t", " ").replace(CONTROLS, "");
  if (!BREAKS.test(text)) return [clean(text)];
  return text.split(BREAKS).map((line) => clean(line).trim()).filter(Boolean);
}
