"""Terminals that wait for their pages: who finds them, how many there may be, and how they end."""

from __future__ import annotations

import asyncio
import logging
from typing import cast
from uuid import UUID, uuid4

import pytest

from quart_app.telegram.caller import Caller
from quart_app.terminal.lasting_wire import LastingWire
from quart_app.terminal.sittings import MOST_PARKED, Sitting, Sittings, Visitor, new_name


class Socket:
    async def receive(self) -> str:
        await asyncio.Event().wait()
        return ""

    async def send(self, data: str) -> None:
        pass


class Session:
    def __init__(self) -> None:
        self.closed: list[int] = []

    def close(self, code: int, text: object) -> None:
        self.closed.append(code)


def sitting(user_id: UUID, session: Session | None = None) -> Sitting:
    nobody = cast(Caller, None)
    wire = LastingWire(patience=60.0)
    return Sitting(new_name(), Visitor(user_id, "digest", None), nobody, wire, session or Session())


async def park(one: Sitting) -> None:
    carrying = asyncio.create_task(one.wire.carry(Socket()))
    await asyncio.sleep(0.002)
    carrying.cancel()
    await asyncio.wait({carrying})


async def test_the_longest_gone_make_room() -> None:
    sittings, user_id = Sittings(), uuid4()
    mine = [sitting(user_id) for _ in range(MOST_PARKED + 2)]
    others = sitting(uuid4())
    opened = [sittings.holding(each) for each in (*mine, others)]
    for each in opened:
        each.__enter__()
    for one in (*mine, others):
        await park(one)
    here = sitting(user_id)
    sittings.make_room(user_id)
    assert [one.wire.reaches(0) for one in mine] == [False, False, *[True] * MOST_PARKED]
    assert others.wire.reaches(0)
    sittings.make_room(user_id)
    assert here.wire.reaches(0), "one that is at work counts for nothing"
    for one in (*mine, others):
        one.wire.give_up()


async def test_nobody_is_told_where_nobody_is() -> None:
    session = Session()
    one = sitting(uuid4(), session)
    carrying = asyncio.create_task(one.wire.carry(Socket()))
    await asyncio.sleep(0)
    one.close(4401, "said")
    assert session.closed == [4401]
    assert one.wire.reaches(0), "the session ends it, once all is said"
    carrying.cancel()
    await asyncio.wait({carrying})
    one.close(4401, "said")
    assert session.closed == [4401]
    assert not one.wire.reaches(0)


async def test_what_fails_is_told_and_the_stop_waits_for_the_rest(caplog: pytest.LogCaptureFixture) -> None:
    sittings = Sittings()

    async def fail() -> None:
        raise RuntimeError("no secret may stand here")

    async def last() -> None:
        await asyncio.sleep(3600)

    with caplog.at_level(logging.ERROR):
        await asyncio.wait({sittings.begin(fail())})
    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text
    task = sittings.begin(last())
    await sittings.close()
    assert task.cancelled()
