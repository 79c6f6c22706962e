"""clear"""

from __future__ import annotations

from commands import ClearScreen
from tests.doubles.line_terminal import LineTerminal


async def test_clear(terminal: LineTerminal) -> None:
    shown = await terminal("clear")
    assert ClearScreen() in shown.events
    assert (shown.finished.status, shown.finished.rows) == ("ok", 0)
