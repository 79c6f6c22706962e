"""Thousands of rows: drawn a few at a time, and what is out of sight is not laid out, yet can be found and read."""

from __future__ import annotations

from typing import Final

import pytest
from playwright.async_api import expect

from tests.product.person import Crowd
from tests.product.tab import OpenTab

pytestmark = pytest.mark.browser

ROWS: Final = 5000
DRAW: Final = """async (many) => {
  const own = document.querySelector("script[src*='js/terminal.js']").src;
  const { Table } = await import(own.replace("terminal.js", "tables.js"));
  const columns = [{ name: "chat", kind: "chat" }, { name: "unread", kind: "integer" }, { name: "last", kind: "time" }];
  let growths = 0;
  let isDone = () => {};
  const whole = new Promise((done) => { isDone = done; });
  const grown = (table) => {
    growths += 1;
    if (table.element.querySelectorAll("tbody tr").length === many) isDone();
  };
  const catalogue = { startOf: () => undefined, isExample: () => false };
  const table = new Table({ columns }, { label: "many", catalogue, onGrowth: () => grown(table) });
  document.getElementById("out").append(table.element);
  const row = (at) => [{ id: at, title: `Chat ${at}`, type: "channel", username: `chat_${at}` }, at % 9, 1.7e9 + at];
  table.append(Array.from({ length: many }, (_, at) => row(at)));
  await whole;
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  const groups = [...table.element.querySelectorAll("tbody")];
  const isLaidOut = (group) => group.rows[0].checkVisibility({ contentVisibilityAuto: true });
  return {
    growths,
    largest: Math.max(...groups.map((group) => group.rows.length)),
    laidOut: groups.filter(isLaidOut).length,
    order: groups.flatMap((group) => [...group.rows]).every((each, at) => each
      .querySelector(".chat-name").textContent === `Chat ${at}`),
  };
}"""


@pytest.mark.parametrize("width", [1280, 390])
async def test_rows_out_of_sight_cost_nothing(width: int, open_tab: OpenTab, crowd: Crowd) -> None:
    tab = await open_tab(crowd.person(), width=width)
    await tab.register()
    await tab.log_in()
    await tab.open_session()
    drawn = await tab.page.evaluate(DRAW, ROWS)
    assert drawn["order"]
    assert drawn["largest"] <= 25
    assert drawn["growths"] > 1, "all at once would freeze the page"
    assert 1 <= drawn["laidOut"] <= 10
    await tab.check_width()
    await tab.page.evaluate("document.getElementById('log').scrollTo(0, 1e9)")
    last = tab.page.get_by_role("table", name="many").locator("tbody tr").last
    await expect(last).to_be_in_viewport()
    await expect(last).to_contain_text(f"Chat {ROWS - 1}")
