"""What is taken out of an answer: as text, as CSV that no spreadsheet runs, by hand while more is coming."""

from __future__ import annotations

import csv
import io
from typing import Final

import pytest
from playwright.async_api import expect

from tests.product.person import Crowd
from tests.product.tab import OpenTab, Tab

pytestmark = pytest.mark.browser

HOSTILE: Final = (
    '=HYPERLINK("http://x","y")',
    "+1",
    "-1",
    "@SUM(A1)",
    "  =1+1",
    "\t=1",
    "\r=1",
    "\n=1",
    "\uff1d1",
    "\uff0b1",
    "\uff0d1",
    "\uff20x",
)
HARMLESS: Final = ('he said "no", twice', "one\nline more", "a,b;c", "’=1", "1+1", "💶 مرحبا", "")
EXPORT: Final = """async (texts) => {
  const own = document.querySelector("script[src*='js/terminal.js']").src;
  const { asCsv, asText } = await import(own.replace("terminal.js", "copying.js"));
  const columns = [{ name: "who", title: "Who" }, { name: "text", title: "Text" }, { name: "n", title: "N" }];
  const held = texts.map((text, at) => [{ id: at, title: text, username: "u" }, text, -at]);
  return { csv: asCsv({ columns, held }), text: asText([{ columns, held }]) };
}"""


@pytest.fixture
async def tab(open_tab: OpenTab, crowd: Crowd) -> Tab:
    tab = await open_tab(crowd.person(), width=1280)
    await tab.register()
    await tab.log_in()
    await tab.open_session()
    return tab


async def test_no_cell_is_a_formula_and_none_is_changed_otherwise(tab: Tab) -> None:
    texts = [*HOSTILE, *HARMLESS]
    made = await tab.page.evaluate(EXPORT, texts)
    head, *rows = csv.reader(io.StringIO(made["csv"], newline=""))
    assert head == ["who", "text", "n"]
    assert [row[1] for row in rows] == [*(f"'{text}" for text in HOSTILE), *HARMLESS]
    named = [f"{text} @u" for text in HARMLESS if text]
    assert [row[0] for row in rows] == [*(f"'{text} @u" for text in HOSTILE), *named, "' @u"]
    assert [row[2] for row in rows] == ["0", *(str(-at) for at in range(1, len(texts)))], (
        "numbers stay numbers"
    )
    lines = made["text"].split("\n")
    assert len(lines) == 1 + len(texts), "one row, one line"
    assert all(line.count("\t") == 2 for line in lines)


async def test_an_answer_is_copied_and_saved(tab: Tab) -> None:
    await tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    answer = await tab.type("list 3")
    await answer.get_by_role("button", name="Copy").click()
    await expect(answer.get_by_role("button", name="Copied")).to_be_visible()
    text: str = await tab.page.evaluate("navigator.clipboard.readText()")
    head, *rows = text.splitlines()
    assert head.lower().split("\t")[:2] == ["chat", "unread"]
    assert len(rows) == 3
    async with tab.page.expect_download() as caught:
        await answer.get_by_role("button", name="CSV").click()
    download = await caught.value
    assert download.suggested_filename.endswith(".csv")
    saved = (await download.path()).read_bytes()
    assert saved.startswith(b"\xef\xbb\xbf"), "or Excel misreads accents"
    assert len(list(csv.reader(io.StringIO(saved.decode("utf-8-sig"), newline="")))) == 4


async def test_what_is_selected_stays_selected_while_more_comes(tab: Tab) -> None:
    answer = await tab.type("list 3")
    select = "(row) => getSelection().selectAllChildren(row)"
    await answer.locator("tbody tr").first.evaluate(select)
    selected = await tab.page.evaluate("getSelection().toString()")
    assert selected
    await tab.line.fill("list 40")
    await tab.page.locator("#log").focus()
    await answer.locator("tbody tr").first.evaluate(select)
    await tab.page.evaluate("document.getElementById('form').requestSubmit()")
    long = tab.page.get_by_role("log").get_by_role("group", name="list 40", exact=True)
    await expect(long).to_have_attribute("data-status", "ok")
    await expect(long.locator("tbody tr")).to_have_count(40)
    assert await tab.page.evaluate("getSelection().toString()") == selected
    await tab.page.keyboard.press("Control+c")
    assert await tab.page.evaluate("getSelection().toString()") == selected
