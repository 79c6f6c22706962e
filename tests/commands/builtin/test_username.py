"""@username"""

from __future__ import annotations

import pytest

from commands import Chat
from tests.doubles.line_terminal import LineTerminal
from tests.doubles.memory_telegram import MemoryTelegram


async def test_one_row_about_who_has_the_name(terminal: LineTerminal) -> None:
    shown = await terminal("@durov")
    assert shown.tables == [["chat", "kind", "title", "username", "members", "about"]]
    chat = Chat(1, "Pavel Durov", "channel", "durov", "https://t.me/durov")
    assert shown.rows == [(chat, "channel", "Pavel Durov", "durov", 42, None)]


@pytest.mark.parametrize("name", ["nobody_here", "x", "né", "1st", "a-b", "x" * 65])
async def test_a_name_that_nobody_has(terminal: LineTerminal, name: str) -> None:
    shown = await terminal(f"@{name}")
    assert (shown.notice.code, shown.notice.at) == ("username_not_found", (1, 1 + len(name)))
    assert (shown.said, shown.finished.status) == (f"Nobody is using @{name}.", "error")


@pytest.mark.parametrize(("name", "asked"), [("nobody_here", 1), ("né", 0), ("a", 0), ("1st", 0)])
async def test_what_can_be_nobodys_name_is_not_asked(
    terminal: LineTerminal, telegram: MemoryTelegram, name: str, asked: int
) -> None:
    await terminal(f"@{name}")
    assert len(telegram.calls) == asked


async def test_its_row_goes_through_a_pipe(terminal: LineTerminal) -> None:
    assert len((await terminal("@durov | where members > 41 and chat = @durov")).rows) == 1
    assert (await terminal("@durov | where members > 42")).rows == []
