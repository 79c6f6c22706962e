"""What a screen reader would be told by itself: what is put into a live region, in order, with its urgency."""

from __future__ import annotations

from typing import Final

from playwright.async_api import Page

LISTEN: Final = """() => {
  window.announced = [];
  const element = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement);
  const regionOf = (node) => element(node)?.closest("[aria-live], [role=status], [role=alert], [role=log]");
  const tell = (region, text) => {
    const live = region.getAttribute("aria-live") ?? (region.role === "alert" ? "assertive" : "polite");
    const said = text.replace(/\\s+/g, " ").trim();
    if (live !== "off" && said && region.checkVisibility()) window.announced.push(`${live}: ${said}`);
  };
  const whole = (region) => region.ariaAtomic !== "false";
  new MutationObserver((changes) => {
    const told = new Set();
    for (const { type, target, addedNodes } of changes) {
      for (const node of type === "childList" ? addedNodes : [target]) {
        const region = node.isConnected && regionOf(node);
        if (!region || told.has(region)) continue;
        if (whole(region)) told.add(region);
        tell(region, whole(region) ? region.innerText : node.textContent);
      }
    }
  }).observe(document, { childList: true, subtree: true, characterData: true, attributeFilter: ["hidden"] });
}"""


async def listen(page: Page) -> None:
    """From now on, until the page is left."""
    await page.evaluate(LISTEN)


async def heard(page: Page) -> list[str]:
    """All that was announced since this was last asked."""
    told: list[str] = await page.evaluate(
        "new Promise((done) => requestAnimationFrame(() => done(window.announced.splice(0))))"
    )
    return told
