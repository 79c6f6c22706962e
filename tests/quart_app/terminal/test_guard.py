"""A command gets of the gateway what it has declared, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from commands import (
    Capability,
    Column,
    Command,
    Context,
    Event,
    Given,
    Kind,
    Refused,
    Source,
    Word,
    row,
    say,
)
from commands.gateway import REQUIRED
from quart_app.terminal.guard import guarded
from tests.doubles.line_terminal import LineTerminal
from tests.doubles.memory_telegram import MemoryTelegram
from tests.doubles.samples import GATEWAY_CALLS


@pytest.mark.parametrize("method", sorted(REQUIRED))
async def test_each_method_wants_its_capability(telegram: MemoryTelegram, method: str) -> None:
    needed = REQUIRED[method]
    allowed = guarded(telegram, frozenset({needed}))
    await getattr(allowed, method)(*GATEWAY_CALLS[method])
    assert telegram.calls[0][0] == method
    refusing = guarded(telegram, frozenset(Capability) - {needed})
    with pytest.raises(Refused) as caught:
        await getattr(refusing, method)(*GATEWAY_CALLS[method])
    assert caught.value.code == "not_declared"
    assert len(telegram.calls) == 1


def test_there_is_nothing_else(telegram: MemoryTelegram) -> None:
    for name in ("states", "calls", "client", "disconnect", "__dict__"):
        with pytest.raises(AttributeError):
            getattr(guarded(telegram, frozenset(Capability)), name)


async def greedy(context: Context, given: Given) -> AsyncIterator[Event]:
    yield row(str(len(await context.telegram.chats())))


@pytest.mark.parametrize(
    ("declared", "code"), [(frozenset(), "not_declared"), (frozenset({Capability.CHATS_READ}), None)]
)
async def test_in_a_line(terminal: LineTerminal, declared: frozenset[Capability], code: str | None) -> None:
    source = Source(run=greedy, columns=(Column("text", Kind.TEXT),))
    terminal.add(Command(trigger=Word("greedy"), summary=say("x"), does=source, capabilities=declared))
    shown = await terminal("greedy")
    assert [notice.code for notice in shown.notices] == ([code] if code else [])
    assert shown.rows == ([] if code else [("200",)])
