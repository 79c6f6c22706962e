"""What a screen reader says by itself: each answer once, in a breath; far steps of long work; nothing each second."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Page, WebSocketRoute, expect

from tests.journeys import speaker
from tests.journeys.announcements import heard, listen
from tests.journeys.speaker import STEPS, Gate
from tests.product.person import Crowd
from tests.product.process import PROXY, ROOT, SECRETS, Product
from tests.product.tab import OpenTab, Tab
from tests.servers.postgres import Databases
from tests.servers.redis import own_redis

pytestmark = pytest.mark.browser

ANSWERS: Final = {
    "list 3": "list 3: 3 chats",
    "list 1 | count": "list 1 | count: 1",
    "search zzzz": "search zzzz: No chat has these words.",
    "@scontierrati": "@scontierrati: Sconti & Errori di Prezzo ⚡️ @scontierrati",
    "@nobody_here": "@nobody_here: Nobody is using @nobody_here.",
    "serch offerte": "serch offerte: There is no command serch. Did you mean search?",
    "list 2 | csv": "list 2 | csv: 3 lines",
    "show": "show: Two were left out. They are yours. Messages a day. Download days.csv",
    "clear": "clear: Done",
}
LONG_AGO: Final = 31_000
"""Milliseconds after which how far it is is told again, whatever it is."""
A_WHILE: Final = 6_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("speaker")


@pytest.fixture(scope="module")
def gate(folder: Path) -> Gate:
    return speaker.install(folder / "installed")


@pytest.fixture(scope="module")
def product(folder: Path, gate: Gate, databases: Databases, migrated_template: str) -> Iterator[Product]:
    """The demo, with a plugin that says something of every kind."""
    with own_redis() as redis:
        stores = {"DATABASE_URL": databases.make(template=migrated_template), "REDIS_URL": redis.url}
        plugin = {"PLUGINS": speaker.PERMIT, "PYTHONPATH": f"{folder / 'installed'}:{ROOT}"}
        product = Product(folder / "product", {**stores, **SECRETS, **PROXY, **plugin})
        product.start()
        try:
            yield product
            assert product.stop() == 0
        finally:
            product.clear_up()


async def opened(open_tab: OpenTab, crowd: Crowd, width: int = 1280) -> Tab:
    tab = await open_tab(crowd.person(), width=width)
    await tab.register()
    await tab.log_in()
    await tab.open_session()
    await listen(tab.page)
    return tab


async def enter(page: Page, line: str) -> None:
    await page.locator("#line").fill(line)
    await page.locator("#line").press("Enter")


async def test_the_parts_of_the_terminal(open_tab: OpenTab, crowd: Crowd) -> None:
    tab = await opened(open_tab, crowd, width=390)
    answer = await tab.type("list 3")
    table = answer.get_by_role("table", name="list 3")
    titles = await table.get_by_role("columnheader").all_inner_texts()
    assert sorted(titles) == ["Chat", "Flags", "Kind", "Last", "Unread"]
    row = table.get_by_role("row").nth(1)
    await expect(row.get_by_role("rowheader")).to_have_count(1)
    await expect(row.get_by_role("cell")).to_have_count(len(titles) - 1)
    line = tab.page.get_by_role("combobox", name="Command line")
    await expect(line).to_have_attribute("aria-expanded", "false")
    await line.fill("se")
    await line.press("ArrowDown")
    await expect(line).to_have_attribute("aria-expanded", "true")
    listbox = tab.page.get_by_role("listbox", name="Suggestions")
    assert await line.get_attribute("aria-controls") == await listbox.get_attribute("id")
    chosen = listbox.get_by_role("option", selected=True)
    before = await line.get_attribute("aria-activedescendant")
    assert before == await chosen.get_attribute("id")
    await line.press("a")
    await expect(line).not_to_have_attribute("aria-activedescendant", str(before))
    await expect(chosen).to_have_accessible_name(re.compile("^search Find chats"))
    assert await heard(tab.page) == ["polite: list 3: 3 chats"], (
        "the options are read where one is, not announced"
    )
    await line.press("Escape")
    await expect(line).to_have_attribute("aria-expanded", "false")
    assert await line.get_attribute("aria-activedescendant") is None


async def test_each_answer_is_told_once(open_tab: OpenTab, crowd: Crowd) -> None:
    tab = await opened(open_tab, crowd)
    for line, told in ANSWERS.items():
        await enter(tab.page, line)
        await expect(tab.page.locator("#spoken")).to_contain_text(told)
        assert await heard(tab.page) == [f"polite: {told}"]
    await tab.type("list 3")
    await tab.page.get_by_role("button", name="Run again").first.press("Enter")
    await expect(tab.page.get_by_role("log").get_by_role("group", name="list 3", exact=True)).to_have_count(2)
    await expect(tab.page.locator(".run[data-status=ok]")).to_have_count(2)
    assert await heard(tab.page) == ["polite: list 3: 3 chats"] * 2, (
        "the same answer to another question is told too"
    )
    await tab.line.fill("search zzq")
    await tab.line.press("Tab")
    await expect(tab.page.locator("#spoken")).to_contain_text("Nothing fits here.")
    assert await heard(tab.page) == ["polite: Nothing fits here. Tab again leaves the line."]


async def test_what_is_told_twice_or_row_by_row_would_be_noticed(open_tab: OpenTab, crowd: Crowd) -> None:
    tab = await opened(open_tab, crowd)
    await tab.page.evaluate("document.getElementById('log').setAttribute('aria-live', 'polite')")
    await tab.type("list 3")
    assert len(await heard(tab.page)) > 1
    await tab.page.evaluate("document.getElementById('spoken').append('again')")
    await tab.page.evaluate("document.getElementById('spoken').append('again')")
    assert (await heard(tab.page)).count("polite: again") == 2


async def test_long_work_tells_its_quarters_and_a_wait_is_told_at_once(
    open_tab: OpenTab, crowd: Crowd, gate: Gate
) -> None:
    tab = await opened(open_tab, crowd)
    page, clock = tab.page, tab.page.clock
    await clock.install()
    await enter(page, f"work {STEPS}")
    counted = page.locator(".job > span")

    async def step(number: int, milliseconds: int) -> list[str]:
        await clock.fast_forward(milliseconds)
        for each in range(number + 1):
            gate.open(each)
        await expect(counted).to_have_text(f"Sorting: {number} of {STEPS}")
        return await heard(page)

    assert await step(0, 0) == []
    assert await step(1, A_WHILE) == [], "no quarter yet"
    assert await step(2, A_WHILE) == [f"polite: Sorting: 2 of {STEPS}"]
    assert await step(4, 100) == [], "the next quarter comes at once"
    assert await step(5, A_WHILE) == [f"polite: Sorting: 5 of {STEPS}"], "a quarter late is told still"
    assert await step(6, LONG_AGO) == [f"polite: Sorting: 6 of {STEPS}"]
    gate.open(7)
    gate.open(STEPS)
    await expect(page.locator(".run").last).to_have_attribute("data-status", "ok")
    await expect(page.locator("#spoken")).to_contain_text(f"work {STEPS}: Done")
    assert await heard(page) == [f"polite: work {STEPS}: Done"]
    await enter(page, "pause")
    wait = "Telegram asks us to wait. Your command goes on by itself in 42 s."
    await expect(page.locator("#spoken")).to_contain_text(wait)
    assert await heard(page) == [f"polite: {wait}"]
    await clock.fast_forward(A_WHILE)
    await expect(page.locator(".run .count")).not_to_have_text("42 s")
    await page.get_by_role("button", name="Don’t wait").focus()
    assert await heard(page) == [], "seconds that pass are for eyes"
    gate.open("waited")
    await expect(page.locator("#spoken")).to_contain_text("pause: Sorted.")
    assert await heard(page) == ["polite: pause: Sorted."]
    await expect(tab.line).to_be_focused()


async def test_a_question_is_a_dialog_with_its_name_and_text(open_tab: OpenTab, crowd: Crowd) -> None:
    tab = await opened(open_tab, crowd)
    await enter(tab.page, "ask")
    dialog = tab.page.get_by_role("dialog", name="Sort them all?")
    await expect(dialog.get_by_role("button").first).to_be_focused()
    assert await heard(tab.page) == []
    await tab.page.keyboard.press("Escape")
    await expect(tab.page.locator("#spoken")).to_contain_text("ask: Left as they are.")
    assert await heard(tab.page) == ["polite: ask: Left as they are."]
    await expect(tab.line).to_be_focused()
    await tab.page.get_by_label("Menu").press("Enter")
    await tab.page.locator(".menu-panel [data-end-session]").press("Enter")
    ending = tab.page.get_by_role("dialog", name="End this session?")
    await expect(ending).to_have_accessible_description(re.compile("Starting another takes a new code"))
    await tab.page.keyboard.press("Escape")
    await expect(tab.page.get_by_label("Menu")).to_be_focused()


async def test_a_lost_connection_is_told_once_and_the_line_kept(open_tab: OpenTab, crowd: Crowd) -> None:
    cords: list[WebSocketRoute] = []

    def join(cord: WebSocketRoute) -> None:
        cord.connect_to_server()
        cords.append(cord)

    tab = await open_tab(crowd.person())
    await tab.page.route_web_socket("**/ws**", join)
    await tab.register()
    await tab.log_in()
    await tab.open_session()
    await tab.type("list 1")
    await tab.line.fill("half a line")
    await listen(tab.page)
    await cords[-1].close(code=1001)
    await expect(tab.page.locator("#toasts")).to_contain_text("Connected again.")
    lost, back = await heard(tab.page)
    assert lost == "polite: Connection lost. Trying again; your line is kept."
    assert back.startswith("polite: Connected again.")
    await expect(tab.line).to_have_value("half a line")
    await expect(tab.line).to_be_focused()


async def test_each_step_of_a_session_has_a_title_and_takes_the_focus(
    open_tab: OpenTab, crowd: Crowd
) -> None:
    tab = await open_tab(crowd.person(), width=390)
    await tab.register()
    await tab.log_in()
    page = tab.page
    await listen(page)
    await expect(page.get_by_role("group", name="What may this session do?")).to_have_count(1)
    await expect(page.get_by_role("radio", name="Full access")).to_be_checked()
    await tab.button("Start session").click()
    await expect(tab.heading("Scan with your Telegram app")).to_be_focused()
    await expect(page).to_have_title(re.compile("^Scan with your Telegram app · "))
    steps = page.get_by_role("list", name="Steps").locator("visible=true")
    await expect(steps.locator("[aria-current=step]")).to_have_text("Scan or code")
    assert await heard(page) == [], "the seconds of the square are for eyes"
    await tab.button("Send me a code instead").click()
    await expect(tab.code).to_be_focused()
    await expect(page).to_have_title(re.compile("^Enter the code from Telegram · "))
    await expect(tab.code).to_have_accessible_description(re.compile("The last digit sends it."))
    await expect(tab.button("Ask for a text message")).to_have_attribute("aria-disabled", "true")
    await tab.enter_code("00000")
    alert = page.get_by_role("alert").locator("visible=true")
    await expect(alert).to_have_text("This code isn’t right. You have 2 more tries.")
    await expect(tab.code).to_have_attribute("aria-invalid", "true")
    await expect(tab.code).to_be_focused()
    assert await heard(page) == ["assertive: This code isn’t right. You have 2 more tries."]


async def test_announcements_are_in_the_language_of_the_page(open_tab: OpenTab, crowd: Crowd) -> None:
    tab = await opened(open_tab, crowd)
    await tab.page.goto(f"{tab.url}/settings")
    await tab.button("Italiano").press("Enter")
    await tab.page.goto(f"{tab.url}/terminal")
    assert await tab.page.locator("html").get_attribute("lang") == "it"
    await expect(tab.page.locator("#line")).to_be_editable()
    await listen(tab.page)
    for line, told in (("list 3", "list 3: 3 chat"), ("serch x", "serch x: Il comando serch non esiste.")):
        await enter(tab.page, line)
        await expect(tab.page.locator("#spoken")).to_contain_text(told)
        assert len(await heard(tab.page)) == 1
