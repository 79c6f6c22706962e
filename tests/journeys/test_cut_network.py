"""The network goes under a page at work: nothing on the screen is lost or doubled, nothing is done twice at Telegram.

Between a real Chromium and the product lies a cable that is cut in the middle of a frame, goes silent, leads nowhere
for a while. The demo data centre says what reached it; an answer that was not disturbed says what belongs on the
screen.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Final

import pytest
from playwright.async_api import Browser, Locator, Page, WebSocketRoute, expect

from tests.product.cable import Cable, Ending, open_cable
from tests.product.package import install_examples
from tests.product.person import Crowd, Person
from tests.product.process import PROXY, ROOT, SECRETS, Product
from tests.product.tab import Tab, new_context
from tests.product.telegram import Telegram, telegram_in_thread
from tests.servers.postgres import Databases
from tests.servers.redis import free_port, own_redis

pytestmark = pytest.mark.browser

CHATS: Final = 2100
MANY: Final = 2000
FEW: Final = 300
LONG: Final = f"list {MANY}"
ROWS_SIGN: Final = '"type":"rows"'
MOVE: Final = "folders.EditPeerFolders"
ACTED: Final = 60
ACTING: Final = f"silent 1d | head {ACTED} | tidy"
REQUESTS: Final = 3
"""Twenty chats at a time."""
LOST: Final = "Connection lost. Trying again; your line is kept."
BACK: Final = "Connected again. Nothing was missed."
BACK_WITHIN: Final = 10.0
HEARD: Final = """() => {
  window.toasts = [];
  new MutationObserver((changes) => changes.flatMap((each) => [...each.addedNodes])
    .forEach((node) => window.toasts.push(node.textContent)))
    .observe(document.getElementById("toasts"), { childList: true });
}"""
ROWS: Final = "(answer) => [...answer.querySelectorAll('tbody tr')].map((row) => row.textContent)"


@dataclass(frozen=True, slots=True)
class Ground:
    telegram: Telegram
    product: Product
    person: Person
    port: int
    kept: dict[str, Any]
    """Cookies of a browser with an open session, once there is one."""

    @property
    def moves(self) -> int:
        return self.telegram.calls(MOVE, self.person.phone)


@pytest.fixture(scope="module")
def ground(
    tmp_path_factory: pytest.TempPathFactory, databases: Databases, migrated_template: str
) -> Iterator[Ground]:
    folder, port = tmp_path_factory.mktemp("cut"), free_port()
    with telegram_in_thread(folder, chats=CHATS) as telegram, own_redis() as redis:
        environment = {
            **SECRETS,
            **PROXY,
            **telegram.environment,
            "DATABASE_URL": databases.make(template=migrated_template),
            "REDIS_URL": redis.url,
            "REGISTRATION": "open",
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "PYTHONPATH": f"{install_examples(folder, ['tidy'])}:{ROOT}",
            "PLUGINS": "tidy-chats==1.0.0",
            "PLUGIN_GRANTS": "tidy-chats=chats.archive+chats.read+chats.resolve",
        }
        product = Product(folder / "product", environment)
        product.start()
        yield Ground(telegram, product, Crowd().person(), port, {})
        product.clear_up()


@pytest.fixture
async def cable(ground: Ground) -> AsyncIterator[Cable]:
    async with open_cable(ground.port, ground.product.port) as cable:
        yield cable


Open = Callable[[], Awaitable[Tab]]


@pytest.fixture
async def open_terminal(ground: Ground, cable: Cable, browser: Browser) -> AsyncIterator[Open]:
    """Opens tabs with a session in them; one log-in serves all tests."""
    async with AsyncExitStack() as stack:

        async def open_one() -> Tab:
            context = await new_context(browser, ground.person, **ground.kept)
            stack.push_async_callback(context.close)
            tab = Tab(await context.new_page(), cable.url, ground.person)
            if ground.kept:
                await tab.visit("/terminal")
            else:
                await tab.register()
                await tab.log_in()
                await tab.open_session()
                ground.kept["storage_state"] = await context.storage_state()
            await expect(tab.page.locator("#st-link")).to_have_text("Connected")
            await tab.page.evaluate(HEARD)
            return tab

        yield open_one


@pytest.fixture
async def tab(open_terminal: Open) -> Tab:
    return await open_terminal()


async def start(tab: Tab, line: str) -> Locator:
    answers = tab.page.get_by_role("log").get_by_role("group", name=line, exact=True)
    before = await answers.count()
    await tab.line.fill(line)
    await tab.line.press("Enter")
    return answers.nth(before)


async def agree(dialog: Locator) -> None:
    await dialog.locator("button[value=yes]").click()


async def outcomes(answer: Locator) -> list[str]:
    """Of the last table: what became of each chat."""
    table = answer.get_by_role("table").last
    await expect(table.locator("tbody tr")).to_have_count(ACTED)
    return await table.locator("[data-label=Outcome]").all_inner_texts()


async def rows(answer: Locator, *, seconds: float = 60) -> list[str]:
    """All that the answer shows, drawn to the end: as many as the server says that it has sent."""
    await finished(answer, "ok")
    counted = re.match(r"([\d,]+) ", await answer.locator(".run-foot").inner_text())
    assert counted
    count = int(counted[1].replace(",", ""))
    await expect(answer.locator("tbody tr")).to_have_count(count, timeout=seconds * 1_000)
    shown: list[str] = await answer.evaluate(ROWS)
    return shown


async def is_back(tab: Tab) -> float:
    """Wait for it; the seconds that it took."""
    began = time.monotonic()
    await expect(tab.page.get_by_text(BACK)).to_be_visible(timeout=30_000)
    return time.monotonic() - began


async def run_undisturbed(tab: Tab, line: str) -> list[str]:
    return await rows(await start(tab, line))


async def clear(tab: Tab) -> None:
    await tab.page.keyboard.press("Control+l")
    await expect(tab.page.get_by_role("log").get_by_role("group")).to_have_count(0)


async def finished(answer: Locator, status: str) -> None:
    await expect(answer).to_have_attribute("data-status", status, timeout=60_000)


async def links(page: Page) -> list[str]:
    """What was said of the connection, each sentence as often as it was said."""
    told: list[str] = await page.evaluate("window.toasts.splice(0)")
    return [text for text in told if "onnect" in text]


DISTURBANCES: Final[dict[str, tuple[int, Ending, int]]] = {
    "reset in the middle of a frame": (MANY, "reset", 60_001),
    "reset at the first row": (FEW, "reset", 0),
    "silence in the middle of a frame": (FEW, "silence", 3_001),
}


async def test_thousands_of_rows(tab: Tab, cable: Cable) -> None:
    """The second and third time the way is slow as well."""
    for name, (count, ending, size) in DISTURBANCES.items():
        expected = await run_undisturbed(tab, f"list {count}")
        assert len(expected) == count
        await clear(tab)
        cable.end_at(ROWS_SIGN, size, ending)
        answer = await start(tab, f"list {count}")
        await tab.line.fill("half a line")
        await cable.ended.wait()
        assert await rows(answer) == expected, name
        assert await links(tab.page) == [LOST, BACK], name
        await expect(tab.line).to_have_value("half a line")
        await expect(tab.line).to_be_focused()
        await clear(tab)
        cable.seconds = 0.05
    assert tab.faults == []


async def test_the_judge_notices_a_frame_too_many_or_too_few(open_terminal: Open) -> None:
    """The control: between page and cable, frames of rows are doubled and left out."""
    tab = await open_terminal()
    doubled: list[WebSocketRoute] = []

    def join(route: WebSocketRoute) -> None:
        server = route.connect_to_server()

        def down(message: str | bytes) -> None:
            is_rows = isinstance(message, str) and message.startswith('{"type":"rows"')
            route.send(message)
            if is_rows and not doubled:
                doubled.append(route)
                route.send(message)

        server.on_message(down)

    await tab.page.route_web_socket("**/ws**", join)
    await tab.page.reload()
    await expect(tab.page.locator("#st-link")).to_have_text("Connected")
    answer = await start(tab, "list 20")
    await finished(answer, "ok")
    with pytest.raises(AssertionError):
        await rows(answer, seconds=2)
    assert len(await rows(await start(tab, "list 21"))) == 21


async def test_a_line_at_rest(tab: Tab, cable: Cable) -> None:
    """Half a line, a list of suggestions open, the caret in the middle: nobody's business but its owner's."""
    await tab.line.focus()
    await tab.page.keyboard.type("search offerte | so")
    await tab.page.keyboard.press("ArrowDown")
    option = tab.page.get_by_role("listbox").get_by_role("option")
    await expect(option).to_have_count(1)
    cable.refuses = True
    cable.cut()
    await expect(tab.page.get_by_text(LOST)).to_be_visible()
    await expect(option).to_have_count(1)
    await tab.page.keyboard.press("Enter")
    await expect(tab.line).to_have_value("search offerte | sort ")
    await tab.page.keyboard.press("Enter")
    await expect(tab.page.get_by_text("Not connected yet. Your line is kept")).to_be_visible()
    await expect(tab.line).to_have_value("search offerte | sort")
    cable.refuses = False
    await is_back(tab)
    assert [text for text in await links(tab.page) if text in (LOST, BACK)] == [LOST, BACK]
    await expect(tab.line).to_have_value("search offerte | sort")
    assert await tab.page.get_by_role("log").get_by_role("group").count() == 0


async def test_back_soon_after_the_network(tab: Tab, cable: Cable) -> None:
    """Refused for a while, or let in and never answered: then at most ten seconds, however long it was away."""
    for way in ("refuses", "swallows"):
        setattr(cable, way, True)
        cable.cut()
        await expect(tab.page.locator("#st-link")).to_have_text("Reconnecting")
        await asyncio.sleep(9)
        setattr(cable, way, False)
        assert await is_back(tab) <= BACK_WITHIN, way
        assert await links(tab.page) == [LOST, BACK]
    assert len(await run_undisturbed(tab, "list 5")) == 5


async def test_cut_before_the_answer_to_a_question(tab: Tab, cable: Cable, ground: Ground) -> None:
    moves = ground.moves
    answer = await start(tab, ACTING)
    dialog = tab.page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    cable.cut()
    await is_back(tab)
    await expect(dialog).to_be_visible()
    assert ground.moves == moves
    await agree(dialog)
    await finished(answer, "ok")
    assert await outcomes(answer) == ["done"] * ACTED
    assert ground.moves == moves + REQUESTS


async def test_an_answer_into_the_void(tab: Tab, cable: Cable, ground: Ground) -> None:
    """It is sent again, and what it agrees to is done once."""
    moves = ground.moves
    answer = await start(tab, ACTING)
    dialog = tab.page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    cable.go_silent()
    await agree(dialog)
    await finished(answer, "ok")
    assert await outcomes(answer) == ["done"] * ACTED
    assert ground.moves == moves + REQUESTS
    assert await links(tab.page) == [LOST, BACK]


async def test_cut_while_it_acts(tab: Tab, cable: Cable, ground: Ground) -> None:
    """Progress goes on where it was; a stop that is pressed meanwhile arrives."""
    moves = ground.moves
    ground.telegram.ask(lambda demo: demo.instrument.delay(MOVE, 1.0))
    cable.end_at('"type":"progress"', 5)
    answer = await start(tab, ACTING)
    await agree(tab.page.get_by_role("dialog"))
    await cable.ended.wait()
    await finished(answer, "ok")
    assert await outcomes(answer) == ["done"] * ACTED
    assert ground.moves == moves + REQUESTS
    await expect(answer.get_by_role("progressbar")).to_have_count(0)
    cable.end_at('"type":"progress"', 5)
    stopped = await start(tab, ACTING)
    await agree(tab.page.get_by_role("dialog"))
    await cable.ended.wait()
    await stopped.get_by_role("button", name="Stop").click()
    await expect(stopped).to_have_attribute("data-status", re.compile("cancelled|unknown"), timeout=60_000)
    assert ground.moves < moves + 2 * REQUESTS
    ground.telegram.ask(lambda demo: demo.instrument.clear_faults())


async def test_a_countdown_goes_on(tab: Tab, cable: Cable, ground: Ground) -> None:
    ground.telegram.flood(MOVE, 4)
    moves = ground.moves
    answer = await start(tab, ACTING)
    await agree(tab.page.get_by_role("dialog"))
    await expect(answer.get_by_text("Your command goes on by itself in")).to_be_visible()
    cable.cut()
    await finished(answer, "ok")
    assert await outcomes(answer) == ["done"] * ACTED
    assert ground.moves == moves + 1 + REQUESTS


async def test_two_tabs(open_terminal: Open, cable: Cable) -> None:
    one, other = await open_terminal(), await open_terminal()
    expected = await run_undisturbed(one, f"list {FEW}")
    cable.end_at(ROWS_SIGN, 100)
    first, second = await start(one, f"list {FEW}"), await start(other, f"list {FEW} | where unread >= 0")
    await cable.ended.wait()
    cable.cut()
    assert await rows(first) == await rows(second) == expected
    assert [text for text in await links(one.page) if text == BACK] == [BACK]


async def test_a_file_under_way(tab: Tab, cable: Cable) -> None:
    """Half a file is never taken for a whole one; the line can be run again."""
    answer = await start(tab, f"{LONG} | csv")
    link = answer.get_by_role("link", name=re.compile("Download"))
    await expect(link).to_be_visible()
    cable.cut_files_after = 20_000
    async with tab.page.expect_download() as caught:
        await link.click()
    assert await (await caught.value).failure() is not None
    cable.cut_files_after = None
    await answer.get_by_role("button", name="Run again").click()
    again = tab.page.get_by_role("log").get_by_role("group", name=f"{LONG} | csv", exact=True).nth(1)
    async with tab.page.expect_download() as caught:
        await again.get_by_role("link", name=re.compile("Download")).click()
    path = await (await caught.value).path()
    assert len(path.read_text().splitlines()) == MANY + 1


async def test_a_lid_that_is_closed(tab: Tab, cable: Cable) -> None:
    """Frozen in the middle of an answer, the network gone meanwhile; then all of it is there."""
    expected = await run_undisturbed(tab, f"list {FEW}")
    devtools = await tab.page.context.new_cdp_session(tab.page)
    cable.end_at(ROWS_SIGN, 1_000, "silence")
    answer = await start(tab, f"list {FEW}")
    await devtools.send("Page.setWebLifecycleState", {"state": "frozen"})
    await cable.ended.wait()
    await tab.page.context.set_offline(True)
    await asyncio.sleep(2)
    await tab.page.context.set_offline(False)
    await devtools.send("Page.setWebLifecycleState", {"state": "active"})
    began = time.monotonic()
    assert await rows(answer) == expected
    assert time.monotonic() - began < 3 * BACK_WITHIN


async def test_a_server_that_has_forgotten(tab: Tab, cable: Cable, ground: Ground) -> None:
    """Killed under an act: what it did is unknown, that is said, and nothing is done again."""
    ground.telegram.ask(lambda demo: demo.instrument.delay(MOVE, 2.0))
    cable.end_at('"type":"progress"', 5)
    answer = await start(tab, ACTING)
    await agree(tab.page.get_by_role("dialog"))
    await cable.ended.wait()
    await asyncio.to_thread(ground.product.kill)
    await asyncio.to_thread(ground.product.start)
    await finished(answer, "unknown")
    await expect(
        answer.get_by_text("The connection was lost before the answer was complete.")
    ).to_be_visible()
    assert (await links(tab.page))[-1] == "Connected again."
    ground.telegram.ask(lambda demo: demo.instrument.clear_faults())
    moves = ground.moves
    assert len(await run_undisturbed(tab, "list 5")) == 5
    assert ground.moves == moves
