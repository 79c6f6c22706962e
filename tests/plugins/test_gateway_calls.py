"""Each call of the gateway, from a plugin's thread and back, with every value made JSON on its way."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from commands import Column, Command, Context, Event, Given, Kind, Source, Word, row, say
from commands.crossing import crossed
from commands.gateway import REQUIRED
from commands.wire import decode, encode
from plugins import bridge, visit
from plugins.host import Host, Unobserved
from tests.doubles.line_terminal import LineTerminal
from tests.doubles.memory_telegram import MemoryTelegram
from tests.doubles.samples import GATEWAY_CALLS

ANSWERS: list[object] = []


def over_the_wire(value: Any, domain: str = "") -> Any:
    return decode(json.loads(json.dumps(encode(crossed(value, domain)))))


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    call = visit.Visit._call

    async def answered(self: visit.Visit, function: Any) -> Any:
        return over_the_wire(await call(self, function))

    monkeypatch.setattr(visit, "crossed", over_the_wire)
    monkeypatch.setattr(bridge, "crossed", over_the_wire)
    monkeypatch.setattr(visit.Visit, "_call", answered)
    made = Host("sample", Unobserved())
    yield made
    made.close()


@pytest.mark.parametrize("method", sorted(REQUIRED))
async def test_there_and_back(host: Host, method: str) -> None:
    async def run(context: Context, given: Given) -> AsyncIterator[Event]:
        ANSWERS.append(await getattr(context.telegram, method)(*GATEWAY_CALLS[method]))
        yield row("asked")

    ANSWERS.clear()
    here, there = MemoryTelegram.world(), LineTerminal(MemoryTelegram.world(), host=host)
    does = Source(run=run, columns=(Column("text", Kind.TEXT),))
    uses = frozenset({REQUIRED[method]})
    there.add(Command(trigger=Word("ask"), summary=say("x."), does=does, capabilities=uses))
    shown = await there("ask")
    assert shown.rows == [("asked",)], shown.notices
    assert [await getattr(here, method)(*GATEWAY_CALLS[method])] == ANSWERS
    assert there.telegram.calls == here.calls
