"""count"""

from __future__ import annotations

import pytest

from commands import Column, Kind, say
from commands.events import Table
from tests.doubles.line_terminal import LineTerminal


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("list", 200),
        ("list 7", 7),
        ("list | where unread > 99999", 0),
        ("list | count", 1),
        ("search no such", 0),
    ],
)
async def test_count(terminal: LineTerminal, line: str, count: int) -> None:
    shown = await terminal(f"{line} | count")
    assert shown.rows == [(count,)]
    assert Table("t1", (Column("count", Kind.INTEGER, title=say("Count")),)) in shown.events
