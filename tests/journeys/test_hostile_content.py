"""Three hundred hostile names and titles, from Telegram to the page of whoever lists them: they stay names."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final
from urllib.parse import quote

import pytest
from playwright.async_api import Browser, Locator, expect

from quart_app.demo.media import Media
from quart_app.demo.message import Content
from tests.journeys import mouthpiece
from tests.journeys.payloads import PATHS, payloads
from tests.journeys.watching import CLIPBOARD, Listener, Watch, listening
from tests.product.person import Crowd, Person
from tests.product.process import PROXY, ROOT, SECRETS, Product
from tests.product.tab import Tab, new_context
from tests.product.telegram import Telegram, telegram_in_thread
from tests.servers.postgres import Databases
from tests.servers.redis import own_redis

pytestmark = pytest.mark.browser

CHATS: Final = 330
ROW: Final = 200
"""Pixels that a row may be high at most; a name of 5,000 letters has to be cut."""
LINES: Final = (
    "<img src=x onerror=alert(1)>",
    "search \u202e\u2066<b>",
    "@<script>",
    "help \x1b]0;x\x07",
    "list | csv | <b>",
)


@pytest.fixture(scope="module")
def telegram(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Telegram]:
    with telegram_in_thread(tmp_path_factory.mktemp("telegram"), chats=CHATS) as telegram:
        yield telegram


@pytest.fixture(scope="module")
def product(
    tmp_path_factory: pytest.TempPathFactory, databases: Databases, migrated_template: str, telegram: Telegram
) -> Iterator[Product]:
    """Over the data centre in which strangers have their way."""
    with own_redis() as redis:
        stores = {"DATABASE_URL": databases.make(template=migrated_template), "REDIS_URL": redis.url}
        rest = {**SECRETS, **PROXY, **telegram.environment, "REGISTRATION": "open"}
        folder = tmp_path_factory.mktemp("product")
        installed = mouthpiece.install(folder / "installed", payloads("http://127.0.0.1:9"))
        plugin = {
            "PLUGINS": mouthpiece.PERMIT,
            "PLUGIN_GRANTS": mouthpiece.GRANTS,
            "PYTHONPATH": f"{installed}:{ROOT}",
        }
        product = Product(folder / "hostile", stores | rest | plugin)
        product.start()
        try:
            yield product
            assert product.stop() == 0
        finally:
            product.clear_up()


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    async with listening() as heard:
        yield heard


def rename_all(telegram: Telegram, person: Person, names: list[str]) -> None:
    """Every chat of this account bears one of the names; a person has it as first name, and in the bio."""

    def rename(demo: Any) -> None:
        world = demo.world
        account = world.account(world.account_for(person.phone.removeprefix("+")).id)
        everyone = world.population
        for number, peer in enumerate(account.dialogs):
            name = names[number % len(names)]
            if peer.kind == "user":
                someone = everyone.people[peer.id]
                someone.first_name, someone.last_name, someone.about = name, "", name
            else:
                chat = (everyone.groups if peer.kind == "group" else everyone.channels)[peer.id]
                chat.title = chat.about = name

    telegram.ask(rename)


async def open_terminal(tab: Tab) -> None:
    await tab.register()
    await tab.log_in()
    await tab.open_session()


async def rows_of(answer: Locator) -> list[dict[str, Any]]:
    """Of each row: its height, whether all that is in it lies inside the table, and what is in a name but no text."""
    found: list[dict[str, Any]] = await answer.evaluate(
        """(answer) => [...answer.querySelectorAll("tbody tr")].map((row) => ({
          height: row.getBoundingClientRect().height,
          inside: [...row.querySelectorAll("bdi")].every((name) => name.children.length === 0),
          isolated: [...row.querySelectorAll(".chat-name")].every((name) => name.querySelector("bdi") !== null),
        }))"""
    )
    return found


@pytest.mark.parametrize("width", [1280, 390])
async def test_names_stay_names(
    width: int, browser: Browser, product: Product, telegram: Telegram, listener: Listener, crowd: Crowd
) -> None:
    person, names = crowd.person(), payloads(listener.url)
    assert len(names) >= 300
    rename_all(telegram, person, names)
    context = await new_context(
        browser, person, width=width, permissions=["clipboard-read", "clipboard-write"]
    )
    tab = Tab(await context.new_page(), product.url, person)
    watch = Watch(tab.page, listener, product.url)
    await open_terminal(tab)
    before, looked = await watch.foreign(), await watch.looks()
    await tab.page.evaluate(f"navigator.clipboard.writeText('{CLIPBOARD}')")
    prompt = await tab.line.bounding_box()

    answer = await tab.type(f"list {CHATS}")
    await expect(answer.get_by_role("row")).to_have_count(CHATS)
    rows = await rows_of(answer)
    assert all(row["inside"] and row["isolated"] for row in rows)
    assert max(row["height"] for row in rows) < ROW
    for line in (f"list {CHATS} | json", f"list {CHATS} | csv", "search script", "search alert", *LINES):
        await tab.type(line)
    await tab.line.fill("@")
    await tab.line.press_sequentially("a")
    await tab.line.fill("")

    assert await watch.harm() == []
    added = [each for each in await watch.foreign() if each not in before]
    assert added == [], "nothing but text has come"
    assert await watch.looks() == looked | {"hidden": None, "towers": None}
    assert await tab.page.evaluate("navigator.clipboard.readText()") == CLIPBOARD
    assert await tab.page.get_by_role("log").get_by_role("group").count() == 6 + len(LINES) - 1, (
        "each line was typed"
    )
    assert await tab.line.bounding_box() == prompt, "the prompt has not moved"
    assert await tab.page.get_by_label("Command line").count() == 1, "and there is one"
    await tab.check_width()
    assert tab.faults == []
    await tab.page.screenshot(path=product.folder / f"hostile-{width}.png")
    await context.close()


async def test_a_plugin_says_it_in_every_way_there_is(
    browser: Browser, product: Product, listener: Listener, crowd: Crowd
) -> None:
    """Every event, every kind of column, file names and questions."""
    person, number = crowd.person(), len(payloads(listener.url))
    context = await new_context(browser, person, accept_downloads=True)
    tab = Tab(await context.new_page(), product.url, person)
    watch = Watch(tab.page, listener, product.url)
    await open_terminal(tab)
    before, looked = await watch.foreign(), await watch.looks()
    for first in range(1, number, 20):
        answer = await tab.type(f"speak {first}")
        await expect(answer).to_have_attribute("data-status", "ok")
        added = [each for each in await watch.foreign() if each not in before]
        assert added == [], f"nothing but text has come with {first}"
        links = await answer.locator("a").evaluate_all("(all) => all.map((each) => each.protocol)")
        assert set(links) <= {"http:", "https:", "tg:"}
        assert await watch.looks() == looked | {"hidden": None, "towers": None}
        await tab.check_width()
        await tab.line.fill("clear")
        await tab.line.press("Enter")
        await expect(tab.page.get_by_role("log").get_by_role("group")).to_have_count(0)
    assert await watch.harm() == []
    assert tab.faults == []
    await _fetch_a_file(tab)
    await _be_asked(tab, number)
    await context.close()


def say_all(telegram: Telegram, person: Person, texts: list[str]) -> int:
    """In a channel of this account each is written as a text and as the name of a file: so many messages."""

    def say(demo: Any) -> int:
        world = demo.world
        account = world.account(world.account_for(person.phone.removeprefix("+")).id)
        peer = next(peer for peer in account.dialogs if peer.kind == "channel")
        channel = world.population.channels[peer.id]
        channel.username = "hostile"
        said = 0
        for number, text in enumerate(text for text in texts if text.strip()):
            name = Media("document", -number - 1, 9, int(world.clock()), name=text, mime="text/html")
            world.posting.to_channel(channel, Content(text[:4000]), 0)
            world.posting.to_channel(channel, Content(media=name), 0)
            said += 2
        return said

    return telegram.ask(say)


async def test_texts_and_names_of_files_stay_text(
    browser: Browser, product: Product, telegram: Telegram, listener: Listener, crowd: Crowd
) -> None:
    person = crowd.person()
    said = say_all(telegram, person, payloads(listener.url))
    assert said >= 600
    context = await new_context(browser, person, width=390)
    tab = Tab(await context.new_page(), product.url, person)
    watch = Watch(tab.page, listener, product.url)
    await open_terminal(tab)
    before, looked = await watch.foreign(), await watch.looks()
    for line in (f"hear | head {said}", f"hear | head {said} | csv"):
        answer = await tab.type(line)
        await expect(answer).to_have_attribute("data-status", "ok")
    assert await tab.page.locator("tbody tr").count() == said
    assert await watch.harm() == []
    added = [each for each in await watch.foreign() if each not in before]
    assert added == [], "nothing but text has come"
    assert await watch.looks() == looked | {"hidden": None, "towers": None}
    await tab.check_width()
    assert tab.faults == []
    await context.close()


async def _fetch_a_file(tab: Tab) -> None:
    """Its name stays a name, and what is in it is no page of ours."""
    answer = await tab.type(f"speak {payloads('http://127.0.0.1:9').index(PATHS[0]) + 1}")
    async with tab.page.expect_download() as fetched:
        await answer.locator("a[download]").first.click()
    assert "/" not in (await fetched.value).suggested_filename
    assert await tab.page.evaluate("window.pwned ?? null") is None


async def _be_asked(tab: Tab, number: int) -> None:
    """A question is a dialog of ours, whatever it says, and Escape means no."""
    for which in range(1, number, 30):
        await tab.line.fill(f"ask {which}")
        await tab.line.press("Enter")
        dialog = tab.page.get_by_role("dialog")
        await expect(dialog).to_be_visible()
        assert (
            await dialog.locator("*").evaluate_all(
                "(all) => all.filter((each) => !['form', 'h2', 'p', 'div', 'button'].includes(each.localName)).length"
            )
            == 0
        )
        await tab.page.keyboard.press("Escape")
        await expect(tab.page.get_by_role("log").get_by_role("group").last).to_contain_text("no")


async def test_what_leaves_for_a_spreadsheet_is_no_formula(
    browser: Browser, product: Product, telegram: Telegram, listener: Listener, crowd: Crowd
) -> None:
    person = crowd.person()
    rename_all(telegram, person, payloads(listener.url))
    context = await new_context(browser, person)
    tab = Tab(await context.new_page(), product.url, person)
    await open_terminal(tab)
    answer = await tab.type(f"list {CHATS} | csv")
    text = "\n".join(await answer.locator("pre.text").all_text_contents())
    cells = [cell for row in list(csv.reader(io.StringIO(text)))[1:] for cell in row]
    assert any("cmd|" in cell for cell in cells), "the control: they are in there"
    assert [cell for cell in cells if cell.lstrip()[:1] in "=+-@" and cell.strip()] == []
    await context.close()


async def test_addresses_carry_nothing_into_a_page(
    browser: Browser, product: Product, listener: Listener, crowd: Crowd
) -> None:
    """What a link from elsewhere may bring: in the path, and in every parameter that a page reads."""
    context = await new_context(browser, crowd.person())
    tab = Tab(await context.new_page(), product.url, crowd.person())
    watch = Watch(tab.page, listener, product.url)
    await tab.visit("/login")
    before = {path: await watch.foreign() for path in ("/login",)}
    for text in payloads(listener.url)[:60:3]:
        for path in (
            f"/login?next={quote(text)}",
            f"/register?invite={quote(text)}",
            f"/{quote(text, safe='')}",
        ):
            await tab.page.goto(product.url + path)
            assert not (set(await watch.foreign()) - set(before["/login"])), path
    assert await watch.harm() == []
    await context.close()


async def test_the_same_names_as_markup_would_be_noticed(
    browser: Browser, product: Product, listener: Listener, crowd: Crowd
) -> None:
    """The control: a page without a policy that puts them into its HTML."""
    context = await browser.new_context()
    page = await context.new_page()
    watch = Watch(page, listener, product.url)
    await page.set_content("<title>plain</title><div id=out></div>")
    for text in payloads(listener.url):
        await page.evaluate(
            "(text) => { const at = document.createElement('div'); at.innerHTML = text; document.body.append(at); }",
            text,
        )
    harm = await watch.harm()
    kinds = {each.partition(":")[0] for each in harm}
    assert {"a dialog", "a request", "a visit", "a script ran"} <= kinds
    looks = await watch.looks()
    assert looks["hidden"]
    assert looks["towers"]
    assert "iframe" in await watch.foreign()
    await context.close()
