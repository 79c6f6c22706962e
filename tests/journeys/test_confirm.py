"""Before many chats change at once, a person is asked: in whole words, with the safe answer at hand, and only once."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from typing import Final

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from quart_app.demo import DemoDataCentre
from tests.product.cable import Cable, open_cable
from tests.product.person import Crowd, Person
from tests.product.stage import Stage, staged_product
from tests.product.tab import Tab, new_context
from tests.servers.postgres import Databases

pytestmark = pytest.mark.browser

MOVE: Final = "folders.EditPeerFolders"
TWELVE: Final = "silent 1d | head 12 | tidy"
MANY: Final = "list 45 | tidy"
LINE_FOCUSED: Final = "document.activeElement.id === 'line'"


@pytest.fixture(scope="module")
def stage(
    tmp_path_factory: pytest.TempPathFactory, databases: Databases, migrated_template: str
) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("confirm") / "stage"
    with staged_product(folder, databases, migrated_template) as stage:
        yield stage


@pytest.fixture
async def cable(stage: Stage) -> AsyncIterator[Cable]:
    async with open_cable(stage.port, stage.product.port) as cable:
        yield cable


@pytest.fixture
def person(crowd: Crowd) -> Person:
    return crowd.person()


async def at_the_prompt(browser: Browser, person: Person, cable: Cable, **device: object) -> Tab:
    context = await new_context(browser, person, **device)  # type: ignore[arg-type]  # as Playwright takes them
    tab = Tab(await context.new_page(), cable.url, person)
    await tab.register()
    await tab.log_in()
    await tab.open_session()
    return tab


async def asked(page: Page, line: str) -> Locator:
    """The dialog in which the question of ``line`` stands."""
    await page.locator("#line").fill(line)
    await page.locator("#line").press("Enter")
    await expect(page.locator("#ask")).to_be_visible()
    return page.locator("#ask")


def answer_to(page: Page) -> Locator:
    return page.locator(".run").last


async def ended(page: Page, status: str) -> Locator:
    await expect(answer_to(page)).to_have_attribute("data-status", status)
    await expect(page.locator("#ask")).to_be_hidden()
    return answer_to(page)


async def test_by_keyboard_on_a_desk(browser: Browser, stage: Stage, cable: Cable, person: Person) -> None:
    tab = await at_the_prompt(browser, person, cable)
    page, keys = tab.page, tab.page.keyboard
    dialog = await asked(page, TWELVE)
    await expect(page.get_by_role("dialog", name="Archive 12 chats?")).to_be_visible()
    await expect(dialog.locator("#ask-told p").first).to_have_text(
        re.compile(r"^They .+\. This can be put back\.$")
    )
    await expect(dialog.locator(".cost")).to_have_text("1 request to Telegram, less than a second.")
    await expect(dialog.locator("li bdi")).to_have_count(5)
    keep = dialog.get_by_role("button", name="Keep them")
    await expect(keep).to_be_focused()
    await keys.down("Enter")
    await keys.down("Enter")  # held down, which changes nothing yet
    await expect(await ended(page, "ok")).to_contain_text("Nothing was changed.")
    await keys.up("Enter")
    await expect(tab.line).to_be_focused()
    for way in ("Escape", "beside"):
        await asked(page, TWELVE)
        await (page.mouse.click(20, 300) if way == "beside" else keys.press(way))
        await expect(await ended(page, "ok")).to_contain_text("Nothing was changed.")
        assert await page.evaluate(LINE_FOCUSED)
    assert stage.telegram.calls(MOVE, person.phone) == 0

    await asked(page, TWELVE)
    await keys.press("Shift+Tab")
    await keys.press("Enter")  # on "and 7 more"
    await expect(dialog.locator("li bdi")).to_have_count(12)
    await expect(dialog.get_by_role("list", name="What it is about")).to_be_focused()
    await keys.press("Tab")
    await expect(keep).to_be_focused()
    await keys.press("Tab")
    await expect(dialog.get_by_role("button", name="Archive 12 chats")).to_be_focused()
    await keys.press("Enter")
    answer = await ended(page, "ok")
    await expect(answer.locator(".notice-ok")).to_have_text("12 chats archived.")
    await expect(answer.locator("details.asked")).not_to_have_attribute("open", "")
    await expect(tab.line).to_be_focused()
    assert stage.telegram.calls(MOVE, person.phone) == 1
    assert tab.faults == []
    await page.context.close()


@pytest.mark.parametrize("width", [320, 390])
async def test_by_thumb_in_italian(
    browser: Browser, stage: Stage, cable: Cable, person: Person, width: int
) -> None:
    stage.rename(person.phone)
    thumb = {"has_touch": True, "is_mobile": True, "reduced_motion": "reduce"}
    tab = await at_the_prompt(browser, person, cable, width=width, **thumb)
    page = tab.page
    await page.context.add_cookies([{"name": "tcm_language", "value": "it", "url": cable.url}])
    await page.reload()
    await expect(page.locator("#line")).to_be_editable()
    dialog = await asked(page, "silent 1d | head 1 | tidy")
    await expect(dialog.get_by_role("heading")).to_have_text("Archiviare 1 chat?")
    await expect(dialog.locator("button[value=yes]")).to_have_text("Archivia 1 chat")
    await dialog.get_by_role("button", name="Lasciala").tap()
    await expect(await ended(page, "ok")).to_contain_text("Nulla è cambiato.")

    await asked(page, "list 12 | tidy")
    await expect(dialog.get_by_role("heading")).to_have_text("Archiviare 12 chat?")
    await expect(dialog.locator(".cost")).to_have_text("1 richiesta a Telegram, meno di un secondo.")
    box = await dialog.bounding_box()
    assert box is not None
    assert (box["x"], box["width"], box["y"] + box["height"]) == (0, width, 800), "a sheet at the bottom"
    await dialog.get_by_role("button", name="e altre 7").tap()
    await expect(dialog.locator("li bdi")).to_have_count(12)
    for button in await dialog.locator(".dlg-foot button").all():
        edges = await button.bounding_box()
        assert edges is not None
        assert edges["height"] >= 44, "for a thumb"
        assert edges["y"] + edges["height"] <= 800, "however long the list is"
    assert await dialog.evaluate("(box) => box.scrollWidth <= box.clientWidth")
    await dialog.get_by_role("button", name="Lasciale").tap()
    await ended(page, "ok")
    await asked(page, TWELVE)
    await dialog.get_by_role("button", name="Archivia 12 chat").tap()
    await expect((await ended(page, "ok")).locator(".notice-ok")).to_have_text("12 chat archiviate.")
    await tab.check_width()
    assert tab.faults == []
    await page.context.close()


async def test_in_two_tabs(browser: Browser, stage: Stage, cable: Cable, person: Person) -> None:
    """Each answers for itself; a session that ends in one takes back what was asked in the other."""
    tab = await at_the_prompt(browser, person, cable)
    first, second = tab.page, await tab.page.context.new_page()
    await second.goto(f"{cable.url}/terminal")
    await expect(second.locator("#line")).to_be_editable()
    for page in (first, second):
        await asked(page, TWELVE)
    await first.locator("#ask button[value=yes]").click()
    await expect(await ended(first, "ok")).to_contain_text("12 chats archived.")
    await expect(second.locator("#ask")).to_be_visible()

    await first.bring_to_front()
    await first.locator(".bar [data-end-session]").first.click()
    await first.locator("#ask").get_by_role("button", name="End session").click()
    await expect(first.locator("#ask")).to_contain_text("Your session has ended")
    await second.bring_to_front()
    withdrawn = await ended(second, "cancelled")
    await expect(withdrawn).to_contain_text("The command ended before you answered.")
    await expect(withdrawn).to_contain_text("What you were asked about was not done.")
    await first.context.close()


async def test_while_the_connection_is_away(
    browser: Browser, stage: Stage, cable: Cable, person: Person
) -> None:
    """The question waits, and its answer is carried out once; with the server gone, it is taken back."""
    tab = await at_the_prompt(browser, person, cable)
    page = tab.page
    dialog = await asked(page, TWELVE)
    cable.refuses = True
    cable.cut()
    await expect(dialog.get_by_text("Connection lost.")).to_be_visible()
    await dialog.locator("button[value=yes]").click()
    cable.refuses = False
    await expect(await ended(page, "ok")).to_contain_text("12 chats archived.")
    assert stage.telegram.calls(MOVE, person.phone) == 1

    await asked(page, "silent 1d | head 9 | tidy")
    stage.product.kill()
    stage.product.start()
    withdrawn = await ended(page, "cancelled")
    await expect(withdrawn).to_contain_text("The connection was lost before you answered.")
    await expect(page.locator("#toasts")).not_to_contain_text("Connection lost.")
    assert await page.evaluate("document.querySelector('.dock #toasts') !== null")
    assert stage.telegram.calls(MOVE, person.phone) == 1
    await page.context.close()


async def test_stopped_while_it_acts_and_while_it_waits(
    browser: Browser, stage: Stage, cable: Cable, person: Person
) -> None:
    tab = await at_the_prompt(browser, person, cable, width=390)
    page = tab.page

    def slowly(demo: DemoDataCentre) -> None:
        demo.instrument.delay(MOVE, 4.0)

    stage.telegram.ask(slowly)
    dialog = await asked(page, MANY)
    await dialog.locator("button[value=yes]").click()
    job = answer_to(page).locator(".job")
    await expect(job).to_contain_text("Archive 45 chats: 0 of 45")
    await expect(job).to_be_in_viewport(ratio=1)
    await job.get_by_role("button", name="Stop").focus()
    await page.keyboard.press("Enter")
    stopped = await ended(page, "unknown")
    told = [int(n) for n in re.findall(r"\d+", await stopped.locator(".notice").inner_text())]
    assert sum(told) == 45, "done, unknown and left"
    await expect(tab.line).to_be_focused()

    stage.telegram.ask(lambda demo: demo.instrument.clear_faults())
    stage.telegram.flood(MOVE, 40)
    await asked(page, MANY)
    await dialog.locator("button[value=yes]").click()
    await expect(answer_to(page).locator(".count")).to_have_text(re.compile(r"^\d\d s$"))
    await answer_to(page).get_by_role("button", name="Don’t wait").click()
    left = await ended(page, "cancelled")
    await expect(left).to_contain_text("45 were left as they were.")
    assert tab.faults == []
    await page.context.close()
