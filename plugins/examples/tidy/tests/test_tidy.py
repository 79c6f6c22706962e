"""Acts on many chats, as the terminal carries them out: asked, refused, watched, stopped, in a flood."""

from datetime import timedelta
from typing import Any

import pytest

MOVE = "folders.EditPeerFolders"


def archived(telegram: Any) -> set[int]:
    return {state.chat.id for state in telegram.chats() if "archived" in state.flags}


@pytest.fixture
def old(terminal: Any) -> list[Any]:
    """So much later, every chat has been silent for years."""
    terminal.now += timedelta(days=3650)
    return [row[0] for row in terminal("silent 1w").rows]


def test_the_longest_silence_first(telegram: Any, terminal: Any) -> None:
    shown = terminal("silent 1d")
    assert shown.columns == ["chat", "silent", "last", "unread"]
    silences = [row[1] for row in shown.rows]
    assert silences == sorted(silences, reverse=True)
    assert all(silence > timedelta(days=1) for silence in silences)
    flags = {state.chat.id: state.flags for state in telegram.chats()}
    assert not any(flags[row[0].id] & {"pinned", "archived"} for row in shown.rows)


def test_asked_once_and_done(telegram: Any, terminal: Any, old: list[Any]) -> None:
    shown = terminal("silent 1w | tidy")
    assert shown.asked == (f"Archive {len(old)} chats?",)
    assert shown.columns == ["chat", "outcome", "reason"]
    assert [row[1] for row in shown.rows[len(old) :]] == ["done"] * len(old)
    assert archived(telegram) >= {chat.id for chat in old}
    assert [progress.done for progress in shown.progress][-1] == len(old)
    assert shown.told[-1] == f"{len(old)} chats archived."


@pytest.mark.usefixtures("old")
def test_no_is_no(telegram: Any, terminal: Any) -> None:
    before = archived(telegram)
    terminal.answers = [False]
    assert [notice.code for notice in terminal("silent 1w | tidy").notices] == ["declined"]
    assert terminal("silent 1w | tidy --dry-run").notices[-1].code == "dry_run"
    assert archived(telegram) == before
    assert telegram.calls(MOVE) == 0


@pytest.mark.usefixtures("old")
def test_a_session_that_only_looks(telegram: Any, terminal: Any) -> None:
    terminal.view_only = True
    assert terminal("silent 1w").rows
    assert terminal("silent 1w | tidy").error == "view_only"
    assert telegram.calls(MOVE) == 0


def test_named_one_by_one(terminal: Any) -> None:
    shown = terminal("tidy @scontierrati @scontierrati")
    assert shown.asked == ()
    assert [row[1] for row in shown.rows] == ["done"]
    assert [row[1] for row in terminal("tidy @scontierrati").rows] == ["already"]


def test_there_and_back(telegram: Any, terminal: Any, old: list[Any]) -> None:
    terminal("silent 1w | tidy")
    assert archived(telegram) >= {chat.id for chat in old}
    shown = terminal("list | where archived | untidy")
    assert {row[1] for row in shown.rows if len(row) == 3} == {"done"}
    assert archived(telegram) == set()


def test_a_flood_is_waited_out(telegram: Any, terminal: Any, old: list[Any]) -> None:
    telegram.flood(MOVE, 1)
    shown = terminal("silent 1w | tidy")
    assert "flood_wait" in [notice.code for notice in shown.notices]
    assert shown.status == "ok"
    assert archived(telegram) >= {chat.id for chat in old}


def test_an_answer_that_never_came(telegram: Any, terminal: Any) -> None:
    telegram.drop(MOVE)
    shown = terminal("tidy @scontierrati")
    assert shown.status == "unknown"
    assert [row[1:] for row in shown.rows] == [("unknown", "unanswered")]


@pytest.mark.telegram(chats=200)
def test_stopped_half_way(telegram: Any, terminal: Any, old: list[Any]) -> None:
    telegram.delay(MOVE, 0.3)
    running = terminal.start("silent 1w | tidy")
    running.until(lambda: telegram.calls(MOVE) >= 2)
    shown = running.cancel()
    assert shown.finished.status in ("cancelled", "unknown")
    assert 20 <= len(archived(telegram) & {chat.id for chat in old}) < len(old)
    assert any(notice.code == "report" for notice in shown.notices)
