"""A socket breaks and its owner comes back to the same terminal: what ran goes on, and nobody else gets in."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from tests.product.caller import Program
from tests.product.devices import Devices
from tests.product.person import Crowd
from tests.product.process import Product
from tests.product.telegram import Telegram
from tests.product.terminal import Terminal, open_terminal


def at(program: Program, query: str) -> AbstractAsyncContextManager[Terminal]:
    headers = {**program.headers(), "X-Forwarded-For": program.person.address}
    return open_terminal(program.url, headers, query=query)


async def first_frame(program: Program, query: str) -> Any:
    async with at(program, query) as terminal:
        async with asyncio.timeout(20):
            while not terminal.frames:
                await asyncio.sleep(0.01)
        return terminal.frames[0]


@pytest.fixture
async def lost(member: Program, telegram: Telegram) -> tuple[str, int]:
    """The name of a terminal whose socket has broken while a line waits for Telegram, and what of it was seen."""
    await member.open_session()
    async with at(member, "?resume=") as terminal:
        resume = (await terminal.hello())["resume"]
        assert resume["seconds"] >= 60
        telegram.silence(True)
        await terminal.begin("list --fresh")
        await terminal.next("started")
        seen = len(terminal.frames)
        terminal.connection.transport.abort()
    return resume["id"], seen


async def test_what_runs_goes_on_and_is_all_there(
    member: Program, telegram: Telegram, lost: tuple[str, int]
) -> None:
    name, seen = lost
    telegram.silence(False)
    async with at(member, f"?resume={name}&seen={seen}") as terminal:
        answer = await terminal.end_of("r1")
        assert terminal.frames[0] == {"type": "resumed", "heard": 1}
        assert answer.status == "ok"
        assert answer.rows
        assert not answer.of("started"), "it was seen already"
        again = terminal.connection.transport
        assert (await terminal.next("finished"))["rows"] == len(answer.rows)
        again.abort()
    async with at(member, f"?resume={name}&seen={seen}") as terminal:
        told = await terminal.next("finished", id="r1")
        assert told["rows"] == len(answer.rows), "whoever doesn't say what was seen gets it again"
        await terminal.send({"type": "leave"})
        await terminal.close_code()


@pytest.mark.usefixtures("lost")
async def test_it_is_nobody_elses(
    member: Program,
    telegram: Telegram,
    lost: tuple[str, int],
    watched: Product,
    crowd: Crowd,
    devices: Devices,
) -> None:
    name, seen = lost
    telegram.silence(False)
    query = f"?resume={name}&seen={seen}"
    other_device = devices.program(watched, member.person)
    await other_device.log_in()
    stranger = devices.program(watched, crowd.person())
    await stranger.register()
    await stranger.log_in()
    for other in (other_device, stranger):
        assert (await first_frame(other, query))["type"] == "hello"
    assert (await first_frame(member, query))["type"] == "resumed", "the control"


async def test_where_it_cant_be_gone_on_from_there_is_a_new_one(
    member: Program, telegram: Telegram, lost: tuple[str, int]
) -> None:
    name, seen = lost
    telegram.silence(False)
    for beyond in ("", "&seen=-1", "&seen=x", f"&seen={seen + 10_000}"):
        assert (await first_frame(member, f"?resume={name}x{beyond}"))["type"] == "hello"
    assert (await first_frame(member, f"?resume={name}&seen={seen + 10_000}"))["type"] == "hello"
    assert (await first_frame(member, f"?resume={name}&seen={seen}"))["type"] == "hello", "it was given up"


async def test_it_ends_with_the_sign_in(member: Program, telegram: Telegram, lost: tuple[str, int]) -> None:
    """Nobody is there to be told: what runs is ended all the same, or the stop of the worker would wait for it."""
    name, seen = lost
    await member.call("DELETE", "/tokens/current")
    telegram.silence(False)
    await member.log_in()
    assert (await first_frame(member, f"?resume={name}&seen={seen}"))["type"] == "hello"


async def test_without_asking_nobody_is_waited_for(member: Program) -> None:
    await member.open_session()
    async with member.terminal() as terminal:
        assert "resume" not in await terminal.hello()
