"""No kind of frame goes past the budget: refused or, where it ends a run, heard; and either runs out of patience."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from quart_app.terminal.budget import TokenBucket
from quart_app.terminal.requests import UP_KINDS
from quart_app.terminal.session import Limits
from quart_app.terminal.wire import CloseCode

if TYPE_CHECKING:
    from tests.quart_app.terminal.session.conftest import Clock, Open

MEMBERS: dict[str, dict[str, Any]] = {
    "run": {"line": "list"},
    "cancel": {},
    "answer": {"ask": "a1", "value": "yes"},
    "complete": {"line": "se", "cursor": 2},
    "ping": {},
}
HEARD_ALL_THE_SAME = {"cancel", "answer"}
PATIENCE = 5


def test_every_kind_is_tried() -> None:
    assert set(MEMBERS) == set(UP_KINDS)


@pytest.mark.parametrize("kind", UP_KINDS)
async def test_beyond_its_budget_it_is_refused_and_in_the_end_closed(
    kind: str, open_terminal: Open, clock: Clock
) -> None:
    limits = Limits(batch_seconds=0, refusals=PATIENCE)
    terminal = open_terminal(limits=limits, budget=TokenBucket(0.001, 1, clock=clock))
    terminal.browser.say("ping", "within")
    await terminal.browser.until("pong", id="within")
    for number in range(PATIENCE):
        terminal.browser.say(kind, f"x{number}", **MEMBERS[kind])
    terminal.browser.say("cancel", "last")
    assert (await terminal.end()).code == CloseCode.TOO_MANY
    refused = terminal.browser.all("notice", code="too_many")
    assert len(refused) == (0 if kind in HEARD_ALL_THE_SAME else PATIENCE)
    assert terminal.dispatcher.begun == []
    assert not terminal.browser.all("completions")
    assert len(terminal.browser.all("pong")) == 1


@pytest.mark.parametrize("kind", UP_KINDS)
async def test_within_its_budget_it_is_not(kind: str, open_terminal: Open, clock: Clock) -> None:
    """The control."""
    terminal = open_terminal(budget=TokenBucket(0.001, PATIENCE + 1, clock=clock))
    for number in range(PATIENCE):
        terminal.browser.say(kind, f"x{number}", **MEMBERS[kind])
    terminal.browser.say("ping", "after")
    await terminal.browser.until("pong", id="after")
    assert terminal.browser.all("notice", code="too_many") == []
