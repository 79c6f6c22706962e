"""Sponsored messages below a line: shown by the terminal, after the rows, and never in the line's way."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from commands import Notice, TelegramError
from commands.events import Event, Rows, Started, Table
from plugins.loading import load
from quart_app.telegram.advertising import Sponsored
from quart_app.telegram.gateway import CallerTelegram
from quart_app.terminal import advertisement
from quart_app.terminal.caller import Caller
from quart_app.terminal.dispatch import Dispatcher
from quart_app.terminal.guard import guarded
from tests.doubles.line_terminal import PLAIN, StepPace
from tests.doubles.memory_telegram import MemoryTelegram

OFFER = Sponsored("sponsored", "Offerte", "Una ogni ora.", "Apri", "https://t.me/offertelampo")


@dataclass
class Advertising:
    messages: Sequence[Sponsored] = (OFFER,)
    fails: BaseException | None = None
    hangs: bool = False
    asked: int = field(default=0)

    async def sponsored(self) -> Sequence[Sponsored]:
        self.asked += 1
        if self.fails:
            raise self.fails
        if self.hangs:
            await asyncio.Event().wait()
        return self.messages


async def run(line: str, advertising: Advertising | None) -> tuple[str, list[Event | Table | Started]]:
    shown: list[Event | Table | Started] = []

    async def emit(event: Event | Table | Started) -> None:
        shown.append(event)

    async def ask(_said: object) -> bool:
        return True

    caller = Caller(MemoryTelegram.world(5), StepPace(), PLAIN, advertising=advertising)
    finished = await Dispatcher(load(installed=[]).registry, caller).run(line, emit, ask, run_id="r1")
    return finished.status, shown


async def test_it_comes_last_and_says_what_it_is() -> None:
    status, shown = await run("list", Advertising())
    notice = shown[-1]
    assert status == "ok"
    assert isinstance(shown[-2], Rows)
    assert isinstance(notice, Notice)
    assert (notice.level, notice.code, notice.hint) == (
        "info",
        "sponsored",
        "Apri: https://t.me/offertelampo",
    )
    assert str(notice.text.id).startswith("Sponsored:")  # type: ignore[union-attr]


async def test_recommended_is_another_word() -> None:
    offer = Sponsored("recommended", OFFER.title, OFFER.text, OFFER.button, OFFER.url)
    _, shown = await run("list", Advertising([offer]))
    assert str(shown[-1].text.id).startswith("Recommended:")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "advertising", [Advertising(fails=TelegramError("x", "")), Advertising(hangs=True), Advertising(()), None]
)
async def test_a_line_does_without(advertising: Advertising | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advertisement, "SECONDS", 0.05)
    status, shown = await run("list", advertising)
    assert status == "ok"
    assert isinstance(shown[-1], Rows)


async def test_a_line_that_failed_shows_none() -> None:
    advertising = Advertising()
    status, _ = await run("nonsense", advertising)
    assert (status, advertising.asked) == ("error", 0)


def test_no_command_can_ask_for_it() -> None:
    """Nor, therefore, say that it was shown when it wasn't."""
    assert hasattr(CallerTelegram, "sponsored")
    with pytest.raises(AttributeError):
        guarded(MemoryTelegram(), frozenset()).sponsored  # type: ignore[attr-defined]  # noqa: B018
