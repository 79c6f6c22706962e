"""Plugins that do harm, installed by pip: the operator reads who did what, and everybody else stays served."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from importlib.metadata import distributions
from pathlib import Path

import httpx
import pytest

from plugins.fingerprint import fingerprint
from plugins.origin import canonical
from tests.product import hostile
from tests.product.caller import Program
from tests.product.devices import Devices
from tests.product.person import Crowd, Person
from tests.product.process import PROXY, ROOT, SECRETS, Product
from tests.product.terminal import Terminal
from tests.servers.postgres import Databases, in_own_loop
from tests.servers.redis import RedisServer

METRICS = {"METRICS_TOKEN": "token-of-the-tests-alone-0123456789"}
LEFT_OUT = {
    "raises-at-import": "RuntimeError: at import",
    "leaves-at-import": "SystemExit: 3",
    "raises-in-hook": "ZeroDivisionError",
    "misspelt": "unknown hook 'register_comands'",
    "shadows": "list: offered by shadows 1.0, but telegram-chat-manager has it",
    "wants-more": "wanting uses telegram.client, which PLUGIN_GRANTS does not give",
    "changed": "the installed files are not the ones that were allowed",
    "added-to": "the installed files are not the ones that were allowed",
    "upgraded": "allowed in version 0.9, installed is 1.0",
    "nonsense": "register() takes a Command, not builtin_function_or_method",
    "endless": "more than 100 commands",
    "async-hook": "its register_commands is async",
    "absent": "it is not installed",
}


@pytest.fixture(scope="module")
def environment(
    tmp_path_factory: pytest.TempPathFactory,
    databases: Databases,
    migrated_template: str,
    redis_of_product: RedisServer,
) -> dict[str, str]:
    installed = hostile.install(tmp_path_factory.mktemp("hostile"))
    pins = {canonical(found.name): fingerprint(found) for found in distributions(path=[str(installed)])}
    with (installed / "changed" / "__init__.py").open("a") as module:
        module.write("\n# changed after it was allowed")
    (installed / "added_to" / "sitecustomize.py").write_text("")
    permits = {name: f"{name}==1.0" for name in hostile.SOURCES}
    permits |= {name: f"{name}==1.0@sha256:{pins[name]}" for name in ("changed", "added-to", "bystander")}
    permits |= {"upgraded": "upgraded==0.9", "absent": "absent==1.0"}
    return {
        **SECRETS,
        **PROXY,
        **METRICS,
        "DATABASE_URL": databases.make(template=migrated_template),
        "REDIS_URL": redis_of_product.url,
        "PYTHONPATH": f"{installed}:{ROOT}",
        "PLUGINS": ",".join(permits.values()),
        "PLUGIN_GRANTS": "wants-more=chats.read;trusted=telegram.client;rogue=chats.read;shared=chats.read",
    }


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Iterator[Product]:
    """Whatever its plugins are still at, it stops, with nothing left."""
    product = Product(tmp_path_factory.mktemp("with-hostile") / "product", environment)
    product.start()
    yield product
    try:
        assert product.stop() == 0
    finally:
        product.clear_up()


@pytest.fixture(scope="module")
def tokens(product: Product, crowd: Crowd) -> list[tuple[Person, str]]:
    """Two people with open sessions."""

    async def settle() -> list[tuple[Person, str]]:
        programs = [Program(product.url, crowd.person()) for _ in range(2)]
        for program in programs:
            await program.register()
            await program.log_in()
            await program.open_session()
            await program.close()
        return [(program.person, program.token) for program in programs]

    return in_own_loop(settle)


@pytest.fixture
async def two(
    product: Product, tokens: list[tuple[Person, str]], devices: Devices
) -> AsyncIterator[tuple[Terminal, Terminal]]:
    """Both at their terminals."""
    async with AsyncExitStack() as stack:
        first, second = [
            await stack.enter_async_context(devices.program(product, person, token=token).terminal())
            for person, token in tokens
        ]
        yield first, second


def command(environment: dict[str, str], folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "quart_app", *arguments],
        env={"PATH": os.environ["PATH"], "HOME": str(folder), **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_operator_reads_who_is_left_out_and_why(environment: dict[str, str], tmp_path: Path) -> None:
    listed = command(environment, tmp_path, "plugins", "list")
    assert listed.returncode == 0
    lines = {line.split()[2]: line for line in listed.stdout.splitlines() if line.startswith("left out")}
    assert set(lines) == set(LEFT_OUT)
    assert [name for name, said in LEFT_OUT.items() if said not in lines[name]] == []
    assert "ready     bystander 1.0: stand\n" in listed.stdout
    assert "ready     shared 1.0: mine; uses chats.read\n" in listed.stdout
    assert "ready     trusted 1.0: account; uses telegram.client; THIS HANDS OVER ACCOUNTS\n" in listed.stdout
    checked = command(environment, tmp_path, "check")
    assert checked.returncode == 1
    assert all(said in checked.stderr for said in LEFT_OUT.values())
    assert "Traceback" not in checked.stderr + listed.stderr


async def test_what_is_left_out_is_not_there_and_named_in_the_log(
    two: tuple[Terminal, Terminal], product: Product
) -> None:
    terminal, _ = two
    named = [line for line in product.log.splitlines() if "a plugin is left out" in line]
    assert [name for name in LEFT_OUT if not any(name in each for each in named)] == []
    offered = {each["name"]: each for each in (await terminal.hello())["commands"]}
    assert {"stand", "mine", "sleeps"} <= set(offered)
    assert offered["list"]["builtin"]
    assert not {"raising", "misspelt", "wanting", "changed", "upgraded", "endless"} & set(offered)
    assert [row["value"] for row in (await terminal.run("stand")).rows] == ["here"]


@pytest.mark.parametrize("line", ["sleeps", "spins", "swallows", "hides", "list | reshapes"])
async def test_while_one_goes_on_the_others_are_served(
    product: Product, two: tuple[Terminal, Terminal], line: str
) -> None:
    harmed, other = two
    run = await harmed.begin(line)
    if "|" not in line:
        await harmed.next("rows", id=run)
    for _ in range(5):
        assert len((await other.run("list 3")).rows) == 3
        assert [row["value"] for row in (await other.run("stand")).rows] == ["here"]
    assert [row["value"] for row in (await other.run("leaks")).rows] == ["left"], "of the same plugin"
    await harmed.send({"type": "cancel", "id": run})
    assert (await harmed.end_of(run)).status == "cancelled"
    assert len((await harmed.run("list 3")).rows) == 3
    assert "rogue" in product.log


@pytest.mark.parametrize("line", ["recurses", "hogs", "leaves", "stops", "closes", "lies", "disguised"])
async def test_a_fault_is_a_reference(product: Product, two: tuple[Terminal, Terminal], line: str) -> None:
    harmed, other = two
    error = (await harmed.run(line)).error
    assert error["code"] == "internal"
    reference = error["text"].split("reference ")[1].rstrip(").")
    (logged,) = [each for each in product.log.splitlines() if reference in each]
    assert '"plugin": "rogue"' in logged
    assert "with words that nobody should read" not in product.log
    assert len((await other.run("list 3")).rows) == 3


@pytest.mark.parametrize("line", ["floods", "babbles", "bursts"])
async def test_a_flood_ends(two: tuple[Terminal, Terminal], line: str) -> None:
    harmed, other = two
    run = await harmed.begin(line)
    for _ in range(3):
        assert len((await other.run("list 3")).rows) == 3
    answer = await harmed.end_of(run)
    assert answer.error["code"] == "too_many"
    assert sum(len(frame) for frame in harmed.raw) < 80 << 20


async def test_the_environment_holds_nothing(product: Product, two: tuple[Terminal, Terminal]) -> None:
    (row,) = (await two[0].run("looks")).rows
    told = {
        **SECRETS,
        **METRICS,
        **{name: product.environment[name] for name in ("DATABASE_URL", "REDIS_URL")},
    }
    assert [name for name, value in told.items() if value in row["value"]] == []
    assert "PATH" in row["value"]


async def test_what_is_left_behind_is_stopped_and_named(
    product: Product, two: tuple[Terminal, Terminal]
) -> None:
    await two[0].run("leaks")
    (logged, *_) = [each for each in product.log.splitlines() if "left tasks behind" in each]
    assert "linger" in logged
    assert '"command": "leaks"' in logged


async def test_nothing_of_ours_can_be_called_later(product: Product, two: tuple[Terminal, Terminal]) -> None:
    await two[0].run("later")
    async with asyncio.timeout(20):
        while "run_over" not in product.log:
            await asyncio.sleep(0.1)
    assert "\nANSWERED" not in product.log


async def test_what_was_not_declared_is_refused(two: tuple[Terminal, Terminal]) -> None:
    assert (await two[0].run("greedy")).error["code"] == "not_declared"


async def test_a_trusted_one_gets_the_client_and_is_written_down(
    two: tuple[Terminal, Terminal], environment: dict[str, str], tmp_path: Path
) -> None:
    answer = await two[0].run("account")
    own = [row["chat"]["title"] for row in (await two[0].run("list 3")).rows]
    assert [row["value"] for row in answer.rows][1:4] == own
    assert answer.rows[4]["value"] == "None"
    assert answer.error["code"] == "not_handed_out"
    audit = command(environment, tmp_path, "admin", "audit")
    assert "client_handed_over" in audit.stdout
    assert "plugin=trusted" in audit.stdout


async def test_nobody_sees_what_is_anothers(two: tuple[Terminal, Terminal]) -> None:
    own = [[row["chat"]["title"] for row in (await each.run("list 30")).rows] for each in two]
    assert own[0] != own[1]

    async def ask(terminal: Terminal, expected: list[str]) -> None:
        for _ in range(5):
            assert [row["value"] for row in (await terminal.run("mine")).rows] == expected

    await asyncio.gather(*(ask(terminal, titles) for terminal, titles in zip(two, own, strict=True)))


async def test_the_operator_counts_what_each_does(product: Product, two: tuple[Terminal, Terminal]) -> None:
    for line in ("recurses", "leaks"):
        await two[0].run(line)
    run = await two[0].begin("sleeps")
    await two[0].next("rows", id=run)
    await two[0].send({"type": "cancel", "id": run})
    await two[0].end_of(run)
    bearer = {"Authorization": f"Bearer {METRICS['METRICS_TOKEN']}"}
    async with httpx.AsyncClient(base_url=product.url, trust_env=False) as client:
        metrics = (await client.get("/metrics", headers=bearer)).text
    assert 'tcm_plugin_run_seconds_count{plugin="rogue",status="error"}' in metrics
    for kind in ("abandoned", "blocked", "left_tasks", "observer"):
        assert f'tcm_plugin_faults_total{{kind="{kind}",plugin="rogue"}}' in metrics
    assert 'tcm_plugin_blocked_seconds_total{plugin="rogue"}' in metrics
