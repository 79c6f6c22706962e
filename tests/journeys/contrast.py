"""What axe doesn't see of contrast: edges of controls, rings of focus, drawings, and what is chosen or current."""

from __future__ import annotations

from typing import Any, Final

from playwright.async_api import Page

LOOK: Final = r"""
async ({ forced, strict }) => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const rgba = (colour) => {
    if (!known.has(colour)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      known.set(colour, [...canvas.getImageData(0, 0, 1, 1).data]);
    }
    return known.get(colour);
  };
  const luminance = ([red, green, blue]) => [red, green, blue]
    .map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const ratio = (one, other) => {
    const [dark, bright] = [luminance(rgba(one)), luminance(rgba(other))].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
  const isSolid = (colour) => rgba(colour)[3] > 200;
  const ground = (node) => {
    for (let each = node; each; each = each.parentElement) {
      const { backgroundColor } = getComputedStyle(each);
      if (isSolid(backgroundColor)) return backgroundColor;
    }
    return getComputedStyle(document.documentElement).colorScheme.includes("dark") ? "black" : "white";
  };
  const isShown = (node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
    node.getClientRects().length > 0 && !node.closest(".vh, [inert]");
  const named = (node) => node.outerHTML.slice(0, 110);
  const CHOSEN = "[aria-selected=true], [aria-current], .seg label:has(:checked)";
  const found = [];

  // The edge of a field tells where to type: 3:1 against what is around it.
  const edge = (node) => {
    const { borderTopWidth, borderTopColor, borderTopStyle } = getComputedStyle(node);
    const isDrawn = parseFloat(borderTopWidth) > 0 && borderTopStyle !== "none" && isSolid(borderTopColor);
    const around = ground(node.parentElement);
    return Math.max(isDrawn ? ratio(borderTopColor, around) : 0, ratio(ground(node), around));
  };
  for (const field of document.querySelectorAll("input:not([type=hidden], [type=radio], [type=checkbox]), select")) {
    if (!isShown(field)) continue;
    const drawn = field.closest(".line") ?? (field.closest(".code.drawn")?.querySelector("span") || field);
    if (edge(drawn) < 3) found.push(["edge", named(field)]);
  }
  for (const button of document.querySelectorAll(".btn, .start, .cmd")) {
    const isOff = button.disabled || button.getAttribute("aria-disabled") === "true";
    if ((forced || (strict && !button.matches(".start"))) && isShown(button) && !isOff && edge(button) < 3) {
      found.push(["edge", named(button)]);
    }
  }

  // Drawings that tell something: strokes and fills against their ground.
  const shapes = ".icon *, .mark .go, .mark .left, .plot .trend, .plot rect:not(.s0, .s1, .s2, .s3)";
  for (const shape of document.querySelectorAll(shapes)) {
    if (!isShown(shape.closest("svg"))) continue;
    const style = getComputedStyle(shape);
    const drawn = [style.stroke, style.fill].filter((colour) => colour !== "none" && isSolid(colour));
    const isDim = !forced && !strict && shape.matches(".dim");
    const ownButton = shape.closest("button:disabled");
    if (!isDim && !ownButton && !drawn.some((colour) => ratio(colour, ground(shape.closest("svg"))) >= 3)) {
      found.push(["drawing", named(shape)]);
    }
  }
  for (const dot of document.querySelectorAll(".dot")) {
    const { backgroundColor, boxShadow } = getComputedStyle(dot);
    const ring = boxShadow.match(/^(.*?\)|\w+) /)?.[1];
    const colours = [backgroundColor, ring].filter((colour) => colour && isSolid(colour));
    const isClear = colours.some((colour) => ratio(colour, ground(dot.parentElement)) >= 3);
    if (isShown(dot) && !isClear) found.push(["dot", named(dot)]);
  }

  // What is chosen differs from its neighbours by more than a ground, which forced colours take away.
  const look = (node) => {
    const style = getComputedStyle(node);
    const before = getComputedStyle(node, "::before");
    const sign = ["none", "normal"].includes(before.content) ? "" : before.backgroundColor;
    const edges = [style.borderTopColor, style.borderBottomColor, style.outlineStyle];
    return [style.fontWeight, style.textDecorationLine, ...edges, sign].join();
  };
  const deep = (node) => [node, ...node.querySelectorAll("b")].map(look).join("|");
  for (const chosen of document.querySelectorAll(CHOSEN)) {
    const other = [...chosen.parentElement.children].find((each) => each !== chosen &&
      each.localName === chosen.localName && !each.matches(`${CHOSEN}, .done`));
    if (forced && isShown(chosen) && other && deep(other) === deep(chosen)) found.push(["chosen", named(chosen)]);
  }

  // The ring of whatever has the focus: there, and 3:1 against what is around it.
  const before = document.activeElement;
  const unfolded = [...document.querySelectorAll("details[open]")];
  const room = document.querySelector("dialog[open], .menu[open]") ?? document;
  const STOPS = "a[href], button, input:not([type=hidden]), select, summary, [tabindex='0']";
  const kinds = new Map();
  const isNew = (node) => {
    const kind = `${node.localName} ${node.className} ${node.parentElement.className}`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    return kinds.get(kind) <= 2;
  };
  const stops = [...room.querySelectorAll(STOPS)].filter((each) => isShown(each) && !each.disabled && isNew(each));
  const rings = (node) => [node, node.parentElement, node.parentElement?.parentElement, node.previousElementSibling,
    ...(node.closest(".code.drawn, .line")?.children ?? []), node.closest(".line")].filter(Boolean);
  const drawn = (node) => {
    const { outlineStyle, outlineWidth, outlineColor, borderTopColor, boxShadow } = getComputedStyle(node);
    const isRing = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    const shadow = boxShadow.match(/^(rgba?\([^)]*\)) 0px 0px 0px [12]px/)?.[1];
    return [isRing ? outlineColor : "", forced ? "" : shadow ?? ""].filter((colour) => colour && isSolid(colour));
  };
  before?.blur(); // what had the focus by a tap would keep the ring from the next
  for (const stop of stops) {
    stop.focus({ preventScroll: true, focusVisible: true });
    if (document.activeElement !== stop) continue;
    for (const each of document.getAnimations()) each.finish();
    const around = ground(stop.closest(".log, .bar, .dock, dialog, .panel") ?? document.body);
    const seen = rings(stop).flatMap(drawn);
    if (!seen.some((colour) => ratio(colour, around) >= 3)) found.push(["focus", named(stop)]);
  }
  before?.focus?.({ preventScroll: true });
  for (const each of unfolded) each.open = true;
  return found;
}
"""


async def unclear(page: Page, *, forced: bool = False, strict: bool = False) -> list[Any]:
    """What can't be told apart, with its beginning; ``strict`` as whoever asked for more contrast expects it."""
    found: list[Any] = await page.evaluate(LOOK, {"forced": forced, "strict": strict})
    return found
