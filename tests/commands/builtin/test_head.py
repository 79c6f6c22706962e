"""head"""

from __future__ import annotations

import pytest

from tests.doubles.line_terminal import LineTerminal


@pytest.mark.parametrize(
    ("line", "count"), [("head", 10), ("head 3", 3), ("head 500", 200), ("head 30 | head 7", 7)]
)
async def test_head(terminal: LineTerminal, line: str, count: int) -> None:
    everything = (await terminal("list 500")).rows
    assert (await terminal(f"list | {line}")).rows == everything[:count]


@pytest.mark.parametrize("wrong", ["0", "-1", "x"])
async def test_how_many_is_one_at_least(terminal: LineTerminal, wrong: str) -> None:
    assert (await terminal(f"list | head {wrong}")).notice.reason == "bad_value"
