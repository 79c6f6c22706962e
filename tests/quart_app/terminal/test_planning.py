"""A line that can't run says why and where, before anything of it runs."""

from __future__ import annotations

import pytest

from commands import Column, Columns, Command, Given, Kind, Stage, UsageError, Word, expressions, say
from commands.builtin import where
from commands.expressions import grammar
from plugins.loading import load
from quart_app.terminal.planning import plan
from tests.doubles.line_terminal import LineTerminal
from tests.doubles.memory_telegram import MemoryTelegram


@pytest.mark.parametrize(
    ("line", "reason", "marked", "hint"),
    [
        ("list 5 --frsh", "unknown_option", "--frsh", "Did you mean --fresh?"),
        ("list --fresh --fresh", "repeated_option", "--fresh", ""),
        ("list --fresh=yes", "no_value", "--fresh=yes", ""),
        ("list five", "bad_value", "five", ""),
        ("list -5", "bad_value", "-5", ""),
        ("list 0", "bad_value", "0", ""),
        ('search ""', "bad_value", '""', ""),
        ("list 5 6", "too_many", "6", "Quotes make one word of several."),
        ("clear it", "too_many", "it", ""),
        ("search", "missing_argument", "", ""),
        ("@", "missing_argument", "", ""),
        ("list | where", "missing_argument", "", ""),
        ('search "offerte', "open_quote", '"offerte', ""),
        ("list | where unred > 5", "unknown_column", "unred", "Did you mean unread?"),
        ("list | where mutd", "unknown_column", "mutd", "Did you mean muted?"),
        ("list | where unread > lots", "wrong_value", "lots", ""),
        ("list | where unread >", "bad_expression", "", ""),
        ('list | where "unread > lots"', "wrong_value", "lots", ""),
        (
            "list | where last > 30d",
            "ambiguous_time",
            ">",
            "Say last before 30d (longer ago) or last after 30d (more recent).",
        ),
        ("list | where (muted and unread > 5", "bad_expression", "", ""),
        ("list | where unread", "not_a_flag", "unread", ""),
        ("list | where muted && unread > 5", "bad_expression", "&", ""),
        ("list | sort -size", "unknown_column", "-size", ""),
        ("list | sort -unread lats", "unknown_column", "lats", "Did you mean last?"),
        ("list | list", "reads_no_rows", "list", ""),
        ("head 5", "needs_rows", "head", ""),
        ("clear | head", "needs_rows", "head", ""),
        ("list | json | head", "needs_rows", "head", ""),
        ("list |", "empty_stage", "", ""),
        ("| list", "empty_stage", "|", ""),
        ("", "empty_stage", "", ""),
        ("list" + " | head" * 20, "too_many_stages", "", ""),
    ],
)
async def test_errors_point(
    terminal: LineTerminal, telegram: MemoryTelegram, line: str, reason: str, marked: str, hint: str
) -> None:
    shown = await terminal(line)
    assert (shown.notice.code, shown.notice.reason) == ("usage", reason)
    assert shown.notice.at is not None
    assert line[slice(*shown.notice.at)] == marked
    assert shown.hint == hint
    assert (telegram.calls, shown.rows) == ([], [])


@pytest.mark.parametrize(
    ("line", "marked", "hint"),
    [
        ("lsit 5", "lsit", "Did you mean list?"),
        ("List", "List", "Did you mean list?"),
        ("LIST", "LIST", "Did you mean list?"),
        ("list | serch x", "serch", "Did you mean search?"),
        ("zzz", "zzz", ""),
        ("help lst", "lst", "Did you mean list?"),
        ("=", "=", ""),
    ],
)
async def test_an_unknown_command_suggests_the_nearest(
    terminal: LineTerminal, line: str, marked: str, hint: str
) -> None:
    shown = await terminal(line)
    assert (shown.notice.code, shown.notice.reason, shown.finished.status) == ("unknown_command", "", "error")
    assert shown.notice.at is not None
    assert (line[slice(*shown.notice.at)], shown.hint) == (marked, hint)


async def test_columns_flow_from_stage_to_stage() -> None:
    stages = await plan("list | where muted | count | json", load().registry)
    names = [[column.name for column in stage.columns] for stage in stages]
    assert names == [["chat", "unread", "kind", "last", "flags"]] * 2 + [["count"], []]
    assert [stage.upstream is None for stage in stages] == [True, False, False, False]


async def test_an_expression_is_parsed_once(terminal: LineTerminal, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    parse = grammar.parse

    def spy(text: str) -> object:
        parsed.append(text)
        return parse(text)

    monkeypatch.setattr(expressions, "parse", spy)
    shown = await terminal("list | where muted")
    assert (parsed, shown.finished.status) == (["muted"], "ok")
    assert len(shown.rows) > 1


async def test_a_stage_gets_the_kind_of_column_that_it_wants(terminal: LineTerminal) -> None:
    def refuse(columns: Columns, given: Given) -> Columns:
        raise UsageError("no_use", say("No use."))

    for name, wants in (("timely", (Kind.TIME,)), ("sized", (Kind.BYTES,))):
        stage = Stage(run=where.run, wants=wants, shape=refuse)
        terminal.add(Command(trigger=Word(name), summary=say("x"), does=stage))
    assert (await terminal("list | timely")).notice.reason == "no_use"
    shown = await terminal("list | sized")
    assert (shown.notice.reason, shown.notice.at) == ("wrong_rows", (7, 12))
    assert (
        Column("last", Kind.TIME, title=say("Last"))
        in (await plan("list", terminal.manager.registry))[0].columns
    )
