// The focus is never nowhere: when what has it goes away, it goes where one would go on.
import { dismiss } from "./dismissal.js";
import { byId } from "./dom.js";

/** To the line; with fingers to the output, for the line would call the keyboard up. */
export function restFocus() {
  byId(matchMedia("(pointer: fine)").matches ? "line" : "log").focus({ preventScroll: true });
}

export function takeAway(...nodes) {
  const hadFocus = nodes.some((node) => node.contains(document.activeElement));
  for (const node of nodes) dismiss(node);
  if (hadFocus) restFocus();
}
