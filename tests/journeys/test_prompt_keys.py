"""The keys of the prompt: earlier lines are found, words completed, and nobody is trapped in the line."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.product.person import Crowd
from tests.product.tab import OpenTab, Tab

pytestmark = pytest.mark.browser


@pytest.fixture
async def tab(open_tab: OpenTab, crowd: Crowd) -> Tab:
    tab = await open_tab(crowd.person(), width=1280)
    await tab.register()
    await tab.log_in()
    await tab.open_session()
    return tab


async def test_earlier_lines_are_searched(tab: Tab) -> None:
    for line in ("list 1", "search offerte", "help list", "list 2"):
        await tab.type(line)
    options = tab.page.get_by_role("listbox").get_by_role("option")
    await tab.line.focus()
    await tab.page.keyboard.press("Control+r")
    await expect(options).to_have_text(["list 2", "help list", "search offerte", "list 1"])
    await tab.page.keyboard.type("list")
    await expect(options).to_have_text(["list 2", "help list", "list 1"])
    await tab.page.keyboard.press("Control+r")
    await expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    await tab.page.keyboard.press("Enter")
    await expect(tab.line).to_have_value("help list")
    await expect(options.first).to_be_hidden()
    await tab.page.keyboard.press("Control+r")
    await tab.page.keyboard.press("Escape")
    await expect(tab.line).to_have_value("help list")
    await tab.page.keyboard.press("Control+u")
    await expect(tab.line).to_have_value("")


async def test_words_are_completed_and_tab_leaves(tab: Tab) -> None:
    await tab.line.focus()
    await tab.page.keyboard.type("sea")
    await tab.page.keyboard.press("Tab")
    await expect(tab.line).to_have_value("search ")
    await tab.page.keyboard.press("Control+u")
    await tab.page.keyboard.press("Tab")
    await expect(tab.line).not_to_be_focused()


async def test_the_lines_end_with_the_tab(tab: Tab) -> None:
    await tab.type("list 1")
    await tab.page.reload()
    await tab.line.focus()
    await expect(tab.line).to_be_editable()
    await tab.page.keyboard.press("ArrowUp")
    await expect(tab.line).to_have_value("list 1")
    assert "list 1" not in await tab.page.evaluate("JSON.stringify(localStorage)")


async def paste(tab: Tab, text: str) -> None:
    await tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await tab.page.evaluate("(text) => navigator.clipboard.writeText(text)", text)
    await tab.line.focus()
    await tab.page.keyboard.press("Control+v")


async def test_the_keys_of_a_shell_and_undo(tab: Tab) -> None:
    keys = tab.page.keyboard
    await tab.line.focus()
    await keys.type("list 5 | where unread > 0 ")
    for key, left in (
        ("Control+w", "list 5 | where unread > "),
        ("Control+w", "list 5 | where unread "),
        ("Control+a", "list 5 | where unread "),
        ("Delete", "ist 5 | where unread "),
        ("Control+e", "ist 5 | where unread "),
        ("Backspace", "ist 5 | where unread"),
        ("Control+w", "ist 5 | where "),
        ("Home", "ist 5 | where "),
        ("Control+k", ""),
        ("Control+z", "ist 5 | where "),
        ("End", "ist 5 | where "),
        ("Control+u", ""),
        ("Control+z", "ist 5 | where "),
        ("Control+a", "ist 5 | where "),
        ("Control+a", "ist 5 | where "),
        ("x", "x"),
    ):
        await keys.press(key)
        await expect(tab.line).to_have_value(left)
    await keys.press("Control+c")
    await expect(tab.line).to_have_value("")


async def test_what_tab_completes_can_be_undone(tab: Tab) -> None:
    await tab.line.focus()
    await tab.page.keyboard.type("sea")
    await tab.page.keyboard.press("Tab")
    await expect(tab.line).to_have_value("search ")
    await tab.page.keyboard.press("Control+z")
    await expect(tab.line).to_have_value("sea")


async def test_enter_while_a_word_is_composed_runs_nothing(tab: Tab) -> None:
    """As Japanese is typed: Enter takes the word; the next one runs the line."""
    devtools = await tab.page.context.new_cdp_session(tab.page)
    answers = tab.page.get_by_role("log").get_by_role("group")
    await tab.line.focus()
    await tab.page.keyboard.type("search ")
    composed = {"text": "にほん", "selectionStart": 3, "selectionEnd": 3}
    await devtools.send("Input.imeSetComposition", composed)
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    await devtools.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    await devtools.send("Input.dispatchKeyEvent", {"type": "keyUp", **enter})
    await devtools.send("Input.insertText", {"text": "日本"})
    await expect(tab.line).to_have_value("search 日本")
    await devtools.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **enter})
    await expect(answers).to_have_count(0)
    await tab.page.keyboard.press("Enter")
    await expect(answers).to_have_count(1)
    await expect(answers).to_have_attribute("aria-label", "search 日本")


async def test_one_line_is_pasted_as_it_is_meant(tab: Tab) -> None:
    """Without the line break that a terminal would take for Enter, and without what nobody can see."""
    answers = tab.page.get_by_role("log").get_by_role("group")
    for pasted, line in (
        ("list 3\n", "list 3"),
        ("\r\nlist 3\r\n\r\n", "list 3"),
        ("list\u001b[31m\u0000 3", "list[31m 3"),
        ("search\tcasa\u0085", "search casa"),
        ("  search 👩\u200d🚀 مرحبا ", "  search 👩\u200d🚀 مرحبا "),
        ("x" * 4000, "x" * 4000),
    ):
        await tab.line.fill("")
        await paste(tab, pasted)
        await expect(tab.line).to_have_value(line)
        await tab.page.keyboard.press("Control+z")
        await expect(tab.line).to_have_value("")
    await expect(answers).to_have_count(0)


async def test_many_lines_are_asked_about_and_too_many_refused(tab: Tab) -> None:
    """Half a line must not be run for a whole one: nothing is cut off."""
    dialog = tab.page.get_by_role("dialog")
    await tab.line.fill("where x")
    await paste(tab, "list 5\n| head 2\n\n| count\n")
    await expect(dialog).to_contain_text("Run 3 lines as one?")
    await tab.page.keyboard.press("Escape")
    await expect(tab.line).to_have_value("where x")
    await tab.line.fill("")
    await paste(tab, "list 5\n| head 2\n\n| count\n")
    await dialog.get_by_role("button", name="Join them").click()
    await expect(tab.line).to_have_value("list 5 | head 2 | count")
    await tab.page.keyboard.press("Control+z")
    await expect(tab.line).to_have_value("")
    await paste(tab, "\n".join(["list 5"] * 200))
    await expect(dialog).to_contain_text("Run 200 lines as one?")
    await tab.page.keyboard.press("Escape")
    await tab.line.fill("list ")
    for much in ("x" * 10_000, "\n".join(["x" * 100] * 200)):
        await paste(tab, much)
        await expect(tab.page.get_by_text("This line is too long.")).to_be_visible()
        await expect(tab.line).to_have_value("list ")
        await expect(dialog).to_be_hidden()
    await expect(tab.page.get_by_role("log").get_by_role("group")).to_have_count(0)


async def test_a_soft_keyboard_finds_what_it_needs(tab: Tab) -> None:
    """Keys that it doesn't name change nothing; its words come as input."""
    for name, value in {
        "enterkeyhint": "send",
        "autocapitalize": "none",
        "autocorrect": "off",
        "autocomplete": "off",
        "spellcheck": "false",
    }.items():
        await expect(tab.line).to_have_attribute(name, value)
    devtools = await tab.page.context.new_cdp_session(tab.page)
    await tab.line.focus()
    for text in ("li", "list", "list 3"):
        key = {"key": "Unidentified", "code": "", "windowsVirtualKeyCode": 229}
        await devtools.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **key})
        about = {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
        await devtools.send("Input.imeSetComposition", about)
        await devtools.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
    await expect(tab.line).to_have_value("list 3")
    await devtools.send("Input.insertText", {"text": "list 3"})
    await tab.button("Run").click()
    answer = tab.page.get_by_role("log").get_by_role("group", name="list 3", exact=True)
    await expect(answer).to_have_attribute("data-status", "ok")


async def test_the_screen_is_cleared(tab: Tab) -> None:
    answers = tab.page.get_by_role("log").get_by_role("group")
    await tab.type("list 2")
    await tab.line.fill("half a line")
    await tab.page.keyboard.press("Control+l")
    await expect(answers).to_have_count(0)
    await expect(tab.line).to_have_value("half a line")
    await tab.type("list 2")
    await tab.line.fill("clear")
    await tab.line.press("Enter")
    await expect(answers).to_have_count(0)


async def test_the_lines_end_with_the_log_out(tab: Tab) -> None:
    """Whoever logs in next in this tab may be somebody else."""
    await tab.type("list 1")
    await tab.page.reload()
    assert "list 1" in await tab.page.evaluate("JSON.stringify(sessionStorage)"), "the control"
    await tab.page.locator(".bar .menu > summary").click()
    await tab.button("Log out").click()
    await tab.page.wait_for_url(lambda url: "/terminal" not in url)
    await tab.log_in()
    await tab.open_session()
    await tab.page.keyboard.press("ArrowUp")
    await expect(tab.line).to_have_value("")
    assert "list 1" not in await tab.page.evaluate("JSON.stringify(sessionStorage)")
