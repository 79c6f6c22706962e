"""Acts: what is asked, what is done once, and what is told when things go wrong half-way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from commands import (
    CHAT,
    Capability,
    Change,
    Chat,
    Column,
    Command,
    CommandError,
    Context,
    Effect,
    Event,
    FloodWait,
    Given,
    Kind,
    Refused,
    Source,
    Uncertain,
    Word,
    many,
    row,
    say,
)
from tests.doubles.line_terminal import LineTerminal
from tests.doubles.memory_telegram import MemoryTelegram

CHATS = many(CHAT, "chat", say("the chats to mark"))
SECRET = "what somebody wrote"


@dataclass
class Marks:
    """An act in memory: what was marked, in which batches, and what goes wrong in turn."""

    marked: set[int] = field(default_factory=set)
    batches: list[tuple[int, ...]] = field(default_factory=list)
    fail: list[BaseException | None] = field(default_factory=list)
    hold: asyncio.Event | None = None

    async def apply(
        self, context: Context, given: Given, chats: tuple[Chat, ...]
    ) -> tuple[Change[Chat], ...]:
        self.batches.append(tuple(chat.id for chat in chats))
        if self.hold is not None:
            await self.hold.wait()
        if self.fail and (failure := self.fail.pop(0)) is not None:
            raise failure
        new = tuple(chat for chat in chats if chat.id not in self.marked)
        self.marked |= {chat.id for chat in chats}
        return tuple(Change(chat, False) for chat in new)

    async def restore(self, context: Context, changes: tuple[Change[Chat], ...]) -> None:
        self.marked -= {change.item.id for change in changes}


@pytest.fixture
def marks(terminal: LineTerminal) -> Marks:
    marks = Marks()
    terminal.add(
        _act("mark", Effect(subject=CHATS, apply=marks.apply, restore=marks.restore)),
        _act(
            "bulk-mark",
            Effect(subject=CHATS, apply=marks.apply, restore=marks.restore, batch=100, requests=2),
        ),
        _act("tell", Effect(subject=CHATS, apply=marks.apply)),
        _act("destroy", Effect(subject=CHATS, apply=marks.apply, destroys=True)),
    )
    return marks


def _act(name: str, effect: Effect[Chat]) -> Command:
    return Command(trigger=Word(name), summary=say("A sample."), does=effect, examples=(f"{name} @durov",))


async def test_in_bulk_it_is_shown_and_asked_about_first(
    terminal: LineTerminal, telegram: MemoryTelegram, marks: Marks
) -> None:
    line = "list | where unread > 100 and muted | sort -last | head 20 | bulk-mark"
    shown = await terminal(line)
    matching = [s for s in telegram.states.values() if s.unread > 100 and "muted" in s.flags and s.last]
    newest = sorted(matching, key=lambda state: str(state.last), reverse=True)[:20]
    assert marks.batches == [tuple(state.chat.id for state in newest)]
    assert shown.asked == [
        "Run bulk-mark on 20 chats? This can be put back. 2 requests to Telegram, about 2 s."
    ]
    assert shown.tables == [["chat", "unread", "kind", "last", "flags"], ["chat", "outcome", "reason"]]
    assert (shown.said, shown.hint) == ("bulk-mark: 20 chats done.", "")
    assert (shown.finished.rows, terminal.pace.spent) == (20, 2)


async def test_what_it_takes_to_put_it_back_is_kept(terminal: LineTerminal, marks: Marks) -> None:
    await terminal("mark @durov @scontierrati")
    await terminal("tell @chat_3")
    (act,) = terminal.caller.acts
    assert (act.command, [change.item.id for change in act.changes]) == ("mark", [1, 2])


async def test_declined(terminal: LineTerminal, marks: Marks) -> None:
    terminal.answers = [False]
    shown = await terminal("list | mark")
    assert (shown.notice.code, shown.finished.status, marks.batches) == ("declined", "ok", [])


async def test_dry_run(terminal: LineTerminal, marks: Marks) -> None:
    shown = await terminal("mark @durov @scontierrati --dry-run")
    assert (shown.notice.code, len(shown.rows), shown.asked, marks.batches) == ("dry_run", 2, [], [])
    assert shown.said == "Run mark on 2 chats: tried out, nothing was changed."
    assert shown.hint == "This can be put back. 2 requests to Telegram, about 2 s."


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("mark @durov", 0),
        ("mark @durov @scontierrati @chat_1 @chat_2 @chat_3", 0),
        ("mark @durov @scontierrati @chat_1 @chat_2 @chat_3 @chat_4", 1),
        ("list 1 | mark", 1),
        ("list 1 | mark --yes", 0),
        ("tell @durov", 0),
        ("list 1 | tell", 1),
        ("destroy @durov", 2),
        ("list | destroy", 2),
        ("list | destroy --yes", 0),
    ],
)
async def test_how_often_it_is_asked(terminal: LineTerminal, marks: Marks, line: str, asked: int) -> None:
    shown = await terminal(line)
    assert (len(shown.asked), shown.notice.code) == (asked, "report")


async def test_whoever_asks_for_no_question_sees_what_came_of_it_alone(
    terminal: LineTerminal, marks: Marks
) -> None:
    """A long preview would push the progress and the outcome out of sight."""
    shown = await terminal("list 9 | mark --yes")
    assert shown.tables == [["chat", "outcome", "reason"]]


async def test_the_second_no_counts_as_well(terminal: LineTerminal, marks: Marks) -> None:
    terminal.answers = [True, False]
    shown = await terminal("destroy @durov")
    assert (shown.notice.code, marks.batches) == ("declined", [])
    assert shown.asked == [
        "Run destroy on 1 chat? This can’t be undone. 1 request to Telegram, about 1 s.",
        "Run destroy on 1 chat? Asked a second time, because this can’t be undone.",
    ]


async def test_one_chat_is_acted_on_once(terminal: LineTerminal, marks: Marks) -> None:
    shown = await terminal("mark @durov https://t.me/durov 1")
    assert (marks.batches, len(shown.rows)) == ([(1,)], 1)


async def test_what_was_so_already_is_told(terminal: LineTerminal, marks: Marks) -> None:
    marks.marked = {1}
    shown = await terminal("mark @durov @scontierrati")
    assert [row[1] for row in shown.rows] == ["already", "done"]
    assert (shown.said, shown.hint) == ("mark: 1 chat done.", "1 was so already.")


async def test_nothing_selected_nothing_asked(terminal: LineTerminal, marks: Marks) -> None:
    shown = await terminal("list | where unread > 99999 | mark")
    assert (shown.notice.code, shown.asked, marks.batches) == ("nothing_to_do", [], [])


async def test_an_act_passes_its_outcome_on(terminal: LineTerminal, marks: Marks) -> None:
    shown = await terminal("list | where unread > 300 | bulk-mark | where outcome = done | head 3")
    assert [row[1] for row in shown.rows[-3:]] == ["done"] * 3
    assert shown.notice.code == "report"
    assert len(marks.batches[0]) > 3


async def test_flood_drop_and_refusal_in_one_bulk(terminal: LineTerminal, marks: Marks) -> None:
    marks.fail = [
        None,
        FloodWait(say("wait"), 0.01),
        None,
        Uncertain("dropped", "?"),
        CommandError("forbidden", "no"),
    ]
    shown = await terminal("list | head 10 | mark")
    assert shown.said == "mark: 8 chats done."
    assert shown.hint == "1 didn’t work. 1 may have been done, or not: look before you try again."
    assert len(marks.batches) == 11  # ten chats, and one again after the wait
    assert shown.progress == [*range(10), 10]
    assert {row[2] for row in shown.rows[10:] if row[1] in ("failed", "unknown")} == {"forbidden", "dropped"}
    assert (shown.notices[0].code, shown.notices[0].retry_after) == ("flood_wait", 0.01)
    assert shown.finished.status == "unknown"


async def test_a_refusal_ends_the_bulk(terminal: LineTerminal, marks: Marks) -> None:
    marks.fail = [None, Refused("not_declared", "no")]
    shown = await terminal("list | head 10 | mark")
    assert (len(marks.batches), len(shown.rows) - 10) == (2, 2)
    assert (shown.hint, shown.notice.level) == ("1 didn’t work. 8 were left as they were.", "warning")
    assert shown.finished.status == "ok"


@pytest.mark.parametrize("failure", [RuntimeError(SECRET), SystemExit(SECRET)], ids=["error", "exit"])
async def test_a_fault_ends_the_bulk_and_its_item_is_unknown(
    terminal: LineTerminal, marks: Marks, failure: BaseException, caplog: pytest.LogCaptureFixture
) -> None:
    marks.fail = [None, failure]
    with caplog.at_level(logging.DEBUG):
        shown = await terminal("mark @durov @scontierrati @chat_1")
    assert [row[1:] for row in shown.rows] == [("done", None), ("unknown", "internal")]
    assert (shown.notices[0].code, shown.finished.status) == ("internal", "unknown")
    assert shown.hint.endswith("look before you try again. 1 was left as it was.")
    assert len(terminal.caller.acts[0].changes) == 1
    assert SECRET not in caplog.text


async def test_cancelled_between_two_items_nothing_is_unknown(terminal: LineTerminal, marks: Marks) -> None:
    terminal.pace.gate, terminal.pace.after = asyncio.Event(), 4
    run = asyncio.create_task(terminal("list | head 10 | mark"))
    while len(marks.marked) < 4:
        await asyncio.sleep(0)
    run.cancel()
    shown = await run
    assert (shown.finished.status, shown.hint) == ("cancelled", "6 were left as they were.")
    assert shown.said == "mark: 4 chats done."
    assert [change.item.id for change in terminal.caller.acts[0].changes] == [
        item for (item,) in marks.batches
    ]


async def test_cancelled_in_the_middle_of_one_it_is_unknown(terminal: LineTerminal, marks: Marks) -> None:
    marks.hold = asyncio.Event()
    run = asyncio.create_task(terminal("mark @durov @scontierrati"))
    while not marks.batches:
        await asyncio.sleep(0)
    run.cancel()
    shown = await run
    assert (shown.finished.status, shown.said) == ("unknown", "mark: 0 chats done.")
    assert shown.hint == "1 may have been done, or not: look before you try again. 1 was left as it was."


async def test_an_act_has_as_long_as_it_needs(terminal: LineTerminal, marks: Marks) -> None:
    slow = Command(
        trigger=Word("slow"),
        summary=say("x"),
        does=Effect(subject=CHATS, apply=marks.apply),
        timeout=timedelta(milliseconds=50),
    )
    terminal.add(slow)
    marks.fail = [FloodWait(say("wait"), 0.3)]
    shown = await terminal("slow @durov")
    assert (shown.said, shown.finished.status) == ("slow: 1 chat done.", "ok")


async def test_a_chat_that_is_not_there_points_at_its_word(terminal: LineTerminal, marks: Marks) -> None:
    shown = await terminal("mark @durov @no_such @scontierrati")
    assert (shown.notice.code, shown.notice.at, marks.batches) == ("chat_not_found", (12, 20), [])


async def test_rows_of_a_pipe_stand_in_for_the_subject(terminal: LineTerminal, marks: Marks) -> None:
    assert (await terminal("list | mark @durov")).notice.reason == "too_many"
    shown = await terminal("help | mark")
    assert (shown.notice.reason, shown.notice.at) == ("wrong_rows", (7, 11))
    assert shown.said == "mark needs a column of kind chat; there are part (text), text (text)."


async def many_rows(context: Context, given: Given) -> AsyncIterator[Event]:
    chat = Chat(1, "x", "user")
    for _ in range(10_001):
        yield row(chat)


async def test_more_rows_than_anybody_means(terminal: LineTerminal, marks: Marks) -> None:
    columns = (Column("chat", Kind.CHAT),)
    terminal.add(
        Command(trigger=Word("flood"), summary=say("x"), does=Source(run=many_rows, columns=columns))
    )
    shown = await terminal("flood | mark")
    assert (shown.notice.code, marks.batches) == ("too_many", [])


async def test_a_view_only_session_acts_on_nothing(telegram: MemoryTelegram) -> None:
    terminal = LineTerminal(telegram, view_only=True)
    marks = Marks()
    terminal.add(_act("mark", Effect(subject=CHATS, apply=marks.apply)))
    shown = await terminal("list | mark")
    assert (shown.notice.code, shown.notice.at, shown.events) == ("view_only", (7, 11), [shown.notice])
    assert "mark" not in [entry.name for entry in terminal.dispatcher.catalogue.all()]
    assert (marks.batches, telegram.calls) == ([], [])
    assert (await terminal("list 1")).finished.status == "ok"


async def test_an_effect_is_explained_from_its_declaration(terminal: LineTerminal, marks: Marks) -> None:
    rows = (await terminal("help mark")).rows
    assert ("usage", "mark CHAT... [--dry-run] [--yes]") in rows
    assert ("uses", str(Capability.CHATS_RESOLVE)) in rows
    assert ("from", "sample 1.0") in rows
    found = terminal.dispatcher.catalogue.find("destroy")
    assert found is not None
    assert found.effect == {"on": "chat", "reversible": False, "destroys": True, "batch": 1, "requests": 1}
