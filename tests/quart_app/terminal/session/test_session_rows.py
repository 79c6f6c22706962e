"""What a run shows: rows in batches, long texts in pieces, in time and in order."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from commands import Column, Kind, Rows, Text
from commands.events import Table
from quart_app.terminal.session import Limits
from quart_app.terminal.surroundings import Ask, Emit

if TYPE_CHECKING:
    from tests.quart_app.terminal.session.conftest import Open, Terminal


async def test_rows_are_gathered_into_frames_of_fifty(terminal: Terminal) -> None:
    async def many(emit: Emit, ask: Ask) -> None:
        await emit(Table("t1", (Column("n", Kind.INTEGER),)))
        await emit(Rows(tuple((n,) for n in range(120))))
        await emit(Rows(((120,),)))

    terminal.dispatcher.scripts["many"] = many
    terminal.browser.run("r1", "many")
    await terminal.browser.until("finished")

    sent = [frame["rows"] for frame in terminal.browser.all("rows", table="t1")]
    assert [len(rows) for rows in sent] == [50, 50, 21]
    assert [row[0] for rows in sent for row in rows] == list(range(121))


async def test_wide_rows_make_small_frames(terminal: Terminal) -> None:
    async def wide(emit: Emit, ask: Ask) -> None:
        await emit(Table("t1", (Column("text", Kind.TEXT),)))
        await emit(Rows((*[("x" * 10_000,)] * 5, ("y" * 100_000,), ("z",))))

    terminal.dispatcher.scripts["wide"] = wide
    terminal.browser.run("r1", "wide")
    await terminal.browser.until("finished")

    assert [len(frame["rows"]) for frame in terminal.browser.all("rows")] == [3, 2, 1, 1]


async def test_many_rows_at_once_leave_room_for_others(terminal: Terminal) -> None:
    async def many(emit: Emit, ask: Ask) -> None:
        await emit(Table("t1", (Column("n", Kind.INTEGER),)))
        terminal.browser.say("ping", "p1")
        await emit(Rows(tuple((n,) for n in range(2500))))

    terminal.dispatcher.scripts["many"] = many
    terminal.browser.run("r1", "many")
    await terminal.browser.until("finished")

    sent = [frame["type"] for frame in terminal.browser.received]
    assert sent.count("rows") == 50
    assert "rows" in sent[sent.index("pong") :]


async def test_a_row_is_shown_in_a_moment_though_no_other_follows(terminal: Terminal) -> None:
    async def watch(emit: Emit, ask: Ask) -> None:
        await emit(Table("t1", (Column("n", Kind.INTEGER),)))
        await emit(Rows(((1,),)))
        await asyncio.Event().wait()

    terminal.dispatcher.scripts["watch"] = watch
    terminal.browser.run("r1", "watch")

    assert (await terminal.browser.until("rows"))["rows"] == [[1]]
    assert not terminal.browser.all("finished")


async def test_rows_wait_for_others_and_leave_before_the_end(open_terminal: Open) -> None:
    terminal = open_terminal(limits=Limits(batch_seconds=3600))

    async def trickle(emit: Emit, ask: Ask) -> None:
        await emit(Table("t1", (Column("n", Kind.INTEGER),)))
        for number in range(3):
            await emit(Rows(((number,),)))
            await asyncio.sleep(0)

    terminal.dispatcher.scripts["trickle"] = trickle
    terminal.browser.run("r1", "trickle")
    await terminal.browser.until("finished")

    assert [frame["rows"] for frame in terminal.browser.all("rows")] == [[[0], [1], [2]]]


async def test_a_long_text_comes_in_pieces(terminal: Terminal) -> None:
    lines = "\n".join(str(number).rjust(100) for number in range(1000))

    async def long(emit: Emit, ask: Ask) -> None:
        await emit(Text(lines))
        await emit(Text("x" * 100_000))

    terminal.dispatcher.scripts["long"] = long
    terminal.browser.run("r1", "long")
    await terminal.browser.until("finished")

    *pieces, last = [frame["text"] for frame in terminal.browser.all("text")]
    assert "\n".join(pieces) == lines
    assert max(map(len, pieces)) <= 32 << 10
    assert last == "x" * 100_000
