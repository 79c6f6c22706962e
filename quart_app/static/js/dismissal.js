// Takes answers off the screen. Thousands of rows at once would freeze the page: they go out of sight, then a few at a time.

const BUDGET = 6;
const MANY = 30;
const PARTS = "tbody, .text.part, .about";

/** Remove `node`; it shows nothing and can't be reached from now on. */
export function dismiss(node) {
  const parts = [...node.querySelectorAll(PARTS)];
  if (parts.length < MANY) {
    node.remove();
    return;
  }
  node.inert = true;
  node.classList.replace("run", "gone");
  requestAnimationFrame(() => takeApart(node, parts));
}

function takeApart(node, parts) {
  const until = performance.now() + BUDGET;
  while (parts.length > 0 && performance.now() < until) parts.pop().remove();
  if (parts.length > 0) requestAnimationFrame(() => takeApart(node, parts));
  else node.remove();
}
