"""A conversation over several sockets: what is sent again, what is not, and how long it is waited for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from quart_app.terminal.lasting_wire import LastingWire
from quart_app.terminal.wire import Close, CloseCode, WireClosed

PATIENCE = 60.0


class Socket:
    """The browser's end of one socket; ``reads`` False: it takes nothing."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self.reads = asyncio.Event()
        self.reads.set()
        self._up: asyncio.Queue[str] = asyncio.Queue()

    async def receive(self) -> str:
        return await self._up.get()

    async def send(self, data: str) -> None:
        await self.reads.wait()
        self.got.append(data)

    def say(self, data: str | dict[str, Any]) -> None:
        self._up.put_nowait(data if isinstance(data, str) else json.dumps(data))


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0)


async def gone(carrying: asyncio.Task[Close]) -> None:
    """As the server ends the handler of a socket whose browser is away."""
    carrying.cancel()
    await asyncio.wait({carrying})


async def test_what_was_not_seen_is_sent_again_and_nothing_else() -> None:
    wire, first, second = LastingWire(patience=PATIENCE), Socket(), Socket()
    carrying = asyncio.create_task(wire.carry(first))
    for text in ("a", "b", "c"):
        await wire.send(text)
    await until(lambda: first.got == ["a", "b", "c"])
    first.say({"type": "seen", "frames": 1})
    first.say("up")
    assert await wire.receive() == "up"
    await gone(carrying)
    assert wire.is_parked
    await wire.send("d")
    assert wire.reaches(2)
    assert not wire.reaches(0), "it was seen, and is no longer there"
    assert not wire.reaches(5), "it was never sent"
    carrying = asyncio.create_task(wire.carry(second, 2))
    await until(lambda: len(second.got) == 3)
    assert json.loads(second.got[0]) == {"type": "resumed", "heard": 1}
    assert second.got[1:] == ["c", "d"]
    await gone(carrying)
    wire.give_up()


async def test_a_page_that_never_says_what_it_saw_makes_the_sender_wait() -> None:
    wire, socket = LastingWire(patience=PATIENCE, most_unseen=10), Socket()
    carrying = asyncio.create_task(wire.carry(socket))
    await wire.send("x" * 10)
    waiting = asyncio.create_task(wire.send("y"))
    await until(lambda: len(socket.got) == 2)
    assert not waiting.done()
    socket.say({"type": "seen", "frames": 1})
    await waiting
    for beyond in (-1, 7, True, "2", None):
        socket.say({"type": "seen", "frames": beyond})
    socket.say("after them")
    assert await wire.receive() == "after them"
    assert wire.reaches(1)
    await gone(carrying)
    wire.give_up()


async def test_another_socket_takes_the_place_of_one_that_nobody_has_missed() -> None:
    wire, first, second = LastingWire(patience=PATIENCE), Socket(), Socket()
    first.reads.clear()
    old = asyncio.create_task(wire.carry(first))
    await wire.send("a")
    await asyncio.sleep(0)
    new = asyncio.create_task(wire.carry(second, 0))
    assert (await old).code == CloseCode.RESTART
    await until(lambda: second.got[1:] == ["a"])
    assert not wire.is_parked
    await gone(new)
    wire.give_up()


@pytest.mark.parametrize("patience", [0.0, 0.05])
async def test_the_page_is_waited_for_so_long(patience: float) -> None:
    wire = LastingWire(patience=patience)
    carrying = asyncio.create_task(wire.carry(Socket()))
    await asyncio.sleep(0)
    await gone(carrying)
    async with asyncio.timeout(10):
        with pytest.raises(WireClosed):
            await wire.receive()
    with pytest.raises(WireClosed):
        await wire.send("too late")
    assert not wire.reaches(0)


async def test_within_its_time_it_is_not_given_up() -> None:
    """The control."""
    wire = LastingWire(patience=PATIENCE)
    carrying = asyncio.create_task(wire.carry(Socket()))
    await asyncio.sleep(0)
    await gone(carrying)
    assert wire.is_parked
    assert wire.is_awaited
    assert wire.reaches(0)
    wire.give_up()


async def test_whoever_leaves_is_not_waited_for() -> None:
    wire, socket = LastingWire(patience=PATIENCE), Socket()
    carrying = asyncio.create_task(wire.carry(socket))
    socket.say({"type": "leave"})
    with pytest.raises(WireClosed):
        await wire.receive()
    assert (await carrying).code == CloseCode.GONE


async def test_the_end_comes_after_all_that_was_sent() -> None:
    wire, socket = LastingWire(patience=PATIENCE), Socket()
    carrying = asyncio.create_task(wire.carry(socket))
    socket.reads.clear()
    for text in ("a", "b"):
        await wire.send(text)
    wire.finish(Close(CloseCode.SIGNED_OUT, "bye"))
    wire.finish(Close(CloseCode.INTERNAL, "the first counts"))
    socket.reads.set()
    assert (await carrying).code == CloseCode.SIGNED_OUT
    assert socket.got == ["a", "b"]


async def test_a_flood_of_signals_goes_where_floods_are_judged() -> None:
    wire, socket = LastingWire(patience=PATIENCE), Socket()
    carrying = asyncio.create_task(wire.carry(socket))
    for _ in range(1000):
        socket.say({"type": "seen", "frames": 0})
    assert json.loads(await wire.receive())["type"] == "seen"
    await gone(carrying)
    wire.give_up()


async def test_without_patience_nothing_is_kept_and_signals_are_frames_like_others() -> None:
    wire, socket = LastingWire(patience=0.0), Socket()
    carrying = asyncio.create_task(wire.carry(socket))
    await wire.send("a")
    socket.say({"type": "leave"})
    assert json.loads(await wire.receive()) == {"type": "leave"}
    assert socket.got == ["a"]
    await gone(carrying)
