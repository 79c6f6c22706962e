"""The examples, installed by pip as their READMEs say, through a real socket: one reads, one draws, one acts."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.product.devices import Devices
from tests.product.package import install_examples
from tests.product.person import Crowd
from tests.product.process import PROXY, ROOT, SECRETS, Product
from tests.product.terminal import Terminal
from tests.servers.postgres import Databases
from tests.servers.redis import RedisServer

EXAMPLES = ROOT / "plugins" / "examples"
NAMES = ("recent", "pulse", "tidy")


def setting(example: str, name: str) -> str:
    """As the README of the example has it."""
    readme = (EXAMPLES / example / "README.md").read_text()
    found = re.search(rf'{name}="([^"]+)"', readme)
    assert found, f"{example}: its README does not say {name}"
    return found[1]


@pytest.fixture(scope="module")
def with_examples(
    tmp_path_factory: pytest.TempPathFactory,
    databases: Databases,
    migrated_template: str,
    redis_of_product: RedisServer,
) -> Iterator[Product]:
    folder = tmp_path_factory.mktemp("examples")
    environment = {
        "DATABASE_URL": databases.make(template=migrated_template),
        "REDIS_URL": redis_of_product.url,
        "PYTHONPATH": f"{install_examples(folder, NAMES)}:{ROOT}",
        "PLUGINS": ",".join(setting(name, "PLUGINS") for name in NAMES),
        "PLUGIN_GRANTS": ";".join(setting(name, "PLUGIN_GRANTS") for name in NAMES),
    }
    product = Product(folder / "product", {**SECRETS, **PROXY, **environment})
    product.start()
    yield product
    assert product.stop() == 0
    product.clear_up()


async def test_they_read_draw_and_act(with_examples: Product, crowd: Crowd, devices: Devices) -> None:
    program = devices.program(with_examples, crowd.person())
    await program.register()
    await program.log_in()
    await program.open_session()
    async with program.terminal() as terminal:
        hello = await terminal.hello()
        brought = {command["plugin"] for command in hello["commands"] if not command["builtin"]}
        assert brought == {f"{name}-chats 1.0.0" for name in NAMES}
        await recent(terminal)
        await pulse(terminal)
        await tidy(terminal)
    refused = await program.run("silent 1d | tidy")
    assert refused.error["code"] == "confirmation_needed"
    assert re.match(
        r"Archive \d+ chats\? .* This can be put back\. \d+ requests? to Telegram", refused.error["text"]
    )


async def test_who_may_only_look_is_offered_no_acts(
    with_examples: Product, crowd: Crowd, devices: Devices
) -> None:
    program = devices.program(with_examples, crowd.person())
    await program.register()
    await program.log_in()
    await program.start(scope="view")
    await program.submit("code", code=program.person.code)
    async with program.terminal() as terminal:
        offered = {command["name"] for command in (await terminal.hello())["commands"]}
        refused = [
            (await terminal.run("silent 1d | tidy")).error,
            (await program.run("silent 1d | tidy")).error,
        ]
        listed = {command["name"] for command in (await program.asked("GET", "/commands"))["commands"]}
        assert ("silent" in offered & listed, {"tidy", "untidy"} & (offered | listed)) == (True, set())
        assert [(error["code"], error["at"]) for error in refused] == [("view_only", [12, 16])] * 2
        await program.start(scope="full", replace=True)
        await program.submit("code", code=program.person.code)
        await terminal.next("session", state="active", scope="full")
        answer = await terminal.run("silent 1d | tidy --dry-run")
        assert answer.of("notice")[-1]["code"] == "dry_run"


async def recent(terminal: Terminal) -> None:
    answer = await terminal.run("recent @scontierrati 3")
    assert [name for name, _ in answer.columns] == ["time", "from", "text", "link"]
    assert len(answer.rows) == 3
    (sponsored,) = [notice for notice in answer.of("notice") if notice["code"] == "sponsored"]
    assert "https://" in sponsored["hint"]
    unread = {
        row["chat"].get("username"): row["unread"] for row in (await terminal.run("list | head 9999")).rows
    }
    assert unread["scontierrati"] == 0


async def pulse(terminal: Terminal) -> None:
    (chart,) = (await terminal.run("pulse @scontierrati")).of("chart")
    assert chart["chart"]["form"] == "bars"
    assert len(chart["chart"]["rows"]) == 14
    assert len((await terminal.run("pulse @scontierrati --by hour | head 99")).rows) == 24


async def tidy(terminal: Terminal) -> None:
    run = await terminal.begin("silent 1d | head 3 | tidy")
    ask = await terminal.next("ask", id=run)
    assert (ask["text"], ask["table"]) == ("Archive 3 chats?", "t1")
    assert ask["detail"][-1] == "This can be put back."
    assert [choice["text"] for choice in ask["choices"]] == ["Archive 3 chats", "Keep them"]
    await terminal.send({"type": "answer", "id": run, "ask": ask["ask"], "value": "yes"})
    answer = await terminal.end_of(run)
    moved = [row["chat"]["id"] for row in answer.rows if row.get("outcome") == "done"]
    assert len(moved) == 3
    archived = (await terminal.run("list | where archived | head 9999")).rows
    assert set(moved) <= {row["chat"]["id"] for row in archived}
