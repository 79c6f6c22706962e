"""What a page loses when its letters grow or its window shrinks: text that is cut off or stands outside."""

from __future__ import annotations

from typing import Any, Final

from playwright.async_api import Page

LOST: Final = r"""
() => {
  const MAY_BE_CUT = ".ghost, .ghost *, .chat-name, .chat-name *, .vh, .mini b, .mini b *, .pop *, .job > span";
  const isShown = (node) => node.checkVisibility({ contentVisibilityAuto: true, opacityProperty: true,
    visibilityProperty: true }) && node.getClientRects().length > 0;
  const known = new Map();
  const styleOf = (node) => {
    if (!known.has(node)) {
      const { clipPath, overflowX, overflowY } = getComputedStyle(node);
      known.set(node, { clipPath, overflowX, overflowY });
    }
    return known.get(node);
  };
  const isClipped = (node) => styleOf(node).clipPath !== "none";
  const scrolls = (node, across) => {
    for (let each = node; each; each = each.parentElement) {
      const style = styleOf(each);
      if (["auto", "scroll"].includes(across ? style.overflowX : style.overflowY)) return true;
    }
    return false;
  };
  const named = (node) => node.outerHTML.slice(0, 120);
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (seen.has(node) || !walker.currentNode.data.trim()) continue;
    seen.add(node);
    if (!isShown(node) || node.closest("script, noscript, .skip")) continue;
    let hidden = node.matches(MAY_BE_CUT);
    for (let each = node; each && !hidden; each = each.parentElement) hidden = isClipped(each);
    if (hidden) continue;
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    const box = range.getBoundingClientRect();
    if (box.width === 0) continue;
    if ((box.left < -1 || box.right > innerWidth + 1) && !scrolls(node, true)) found.push(["outside", named(node)]);
    for (let each = node; each && each !== document.body; each = each.parentElement) {
      const style = styleOf(each);
      if (style.overflowX === "visible" && style.overflowY === "visible") continue;
      const around = each.getBoundingClientRect();
      const isCutAcross = style.overflowX !== "visible" && !scrolls(each, true) &&
        (box.right > around.right + 1 || box.left < around.left - 1);
      const isCutDown = style.overflowY !== "visible" && !scrolls(each, false) &&
        (box.bottom > around.bottom + 2 || box.top < around.top - 2);
      if (isCutAcross || isCutDown) { found.push(["cut", named(node)]); break; }
    }
    if (document.body.matches(".app") && !scrolls(node, false) && (box.bottom > innerHeight + 1 || box.top < -1)) {
      found.push(["below", named(node)]);
    }
  }
  return found;
}
"""


async def lost(page: Page) -> list[Any]:
    """How, and the beginning of the element; nothing for what can be scrolled to."""
    found: list[Any] = await page.evaluate(LOST)
    return found
