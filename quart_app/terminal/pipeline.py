"""A line with pipes: planned as a whole, and only then run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Protocol, TypeAlias

from commands.arguments import Given, Reference, Token, Words, bind, split_line
from commands.command import DRY_RUN, YES, Change, Command, Effect, Sigil, Source, Stage
from commands.context import Context
from commands.errors import CommandError, FloodWait, Span, Uncertain, UsageError
from commands.events import Event, Notice, Progress, Rows, Started, Table
from commands.phrases import Said, say, say_n
from commands.rows import Columns, Message, Row, Stream, fault
from plugins.registry import Entry, Registry

Emit: TypeAlias = Callable[[Event | Table | Started], Awaitable[None]]
Batch: TypeAlias = tuple[Row, ...]
MOST_ROWS = 10_000


class Pace(Protocol):
    """Telegram's budget: how long so many requests take, and a turn for each."""

    def estimate(self, requests: int) -> timedelta: ...
    async def turn(self, requests: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Planned:
    entry: Entry
    given: Given
    upstream: Columns | None
    columns: Columns
    at: Span

    @property
    def command(self) -> Command:
        return self.entry.command


@dataclass(frozen=True, slots=True)
class Act:
    """What ``undo`` needs: the command's name and plain values."""

    command: str
    changes: tuple[Change[Any], ...]


@dataclass(slots=True)
class Surroundings:
    """What the terminal lends to a run."""

    context: Callable[[Planned, bool], Context]
    emit: Emit
    ask: Callable[[Said], Awaitable[bool]]
    pace: Pace
    record: Callable[[Act], None]
    clock: asyncio.Timeout | None = None
    rows: int = 0
    tables: int = 0


# --- plan ------------------------------------------------------------------------------------


def _entry(registry: Registry, words: Words) -> tuple[Entry, list[Token]]:
    if not words.tokens:
        raise UsageError("empty_stage", say("A command is missing here."), at=(words.end, words.end + 1))
    first, *rest = words.tokens
    entry = registry.find(first.text)
    if entry is None:
        close = registry.nearest(first.text)
        raise CommandError(
            "unknown_command",
            say("There is no command {name}.", name=first.text),
            at=first.at,
            hint=say("Did you mean {close}?", close=close) if close else "",
        )
    if isinstance(entry.command.trigger, Sigil) and len(first.text) > 1:
        rest.insert(0, replace(first, text=first.text[1:], start=first.start + 1))
    return entry, rest


def plan(line: str, registry: Registry) -> tuple[Planned, ...]:
    """Every name, argument and column of the whole line is checked before anything runs."""
    planned: list[Planned] = []
    upstream: Columns | None = None
    for words in split_line(line):
        entry, tokens = _entry(registry, words)
        command, at = entry.command, words.tokens[0].at
        given = bind(command.parameters(piped=upstream is not None), words, tokens)
        try:
            columns = command.columns(upstream, given)
        except UsageError as error:
            error.at = error.at or at
            raise
        planned.append(Planned(entry, given, upstream, columns, at))
        upstream = columns
    return tuple(planned)


# --- run -------------------------------------------------------------------------------------


async def execute(stages: tuple[Planned, ...], around: Surroundings) -> None:
    async with AsyncExitStack() as stack:
        rows: AsyncIterator[Batch] | None = None
        for number, stage in enumerate(stages):
            last = number == len(stages) - 1
            context = around.context(stage, last)
            events = await _start(stage, context, around, rows)
            await stack.enter_async_context(aclosing(events))  # type: ignore[type-var]
            if not last:
                rows = _between(stage, events, around)
                await stack.enter_async_context(aclosing(rows))  # type: ignore[type-var]
        await _show(stages[-1], events, around)


async def _start(
    stage: Planned, context: Context, around: Surroundings, rows: AsyncIterator[Batch] | None
) -> AsyncIterator[Event]:
    given = await _resolve(stage, context)
    match stage.command.does:
        case Source(run=run):
            return run(context, given)
        case Stage(run=transform):
            assert rows is not None and stage.upstream is not None
            return transform(context, given, Stream(stage.upstream, rows))
        case Effect() as effect:
            return act(replace(stage, given=given), effect, context, around, rows)


async def _resolve(stage: Planned, context: Context) -> Given:
    values = dict(stage.given.values)
    for name, value in values.items():
        try:
            if isinstance(value, Reference):
                values[name] = await context.telegram.resolve(value.text)
            elif isinstance(value, tuple) and value and isinstance(value[0], Reference):
                values[name] = tuple([await context.telegram.resolve(item.text) for item in value])
        except CommandError as error:
            error.at = error.at or stage.given.spans.get(name)
            raise
    return Given(values, stage.given.spans)


def _checked(stage: Planned, check: Callable[[Row], str | None], event: Rows) -> None:
    if wrong := next(filter(None, map(check, event.rows)), None):
        raise TypeError(f"{stage.command.name}: {wrong}")


async def _between(
    stage: Planned, events: AsyncIterator[Event], around: Surroundings
) -> AsyncIterator[Batch]:
    """Rows go on to the next stage; whatever else a stage says is shown at once."""
    check = fault(stage.columns)
    async for event in events:
        if isinstance(event, Rows):
            _checked(stage, check, event)
            yield event.rows
        else:
            await around.emit(event)


async def _show(stage: Planned, events: AsyncIterator[Event], around: Surroundings) -> None:
    check, opened = fault(stage.columns), False
    async for event in events:
        if isinstance(event, Rows):
            _checked(stage, check, event)
            if not opened:
                await _open(stage.columns, around)
                opened = True
            around.rows += len(event.rows)
        await around.emit(event)


async def _open(columns: Columns, around: Surroundings) -> None:
    around.tables += 1
    await around.emit(Table(f"t{around.tables}", columns))


# --- act -------------------------------------------------------------------------------------


def _untimed(around: Surroundings) -> None:
    """People and paces take their time: from here on only the caller ends the run."""
    if around.clock is not None:
        around.clock.reschedule(None)


def _key(item: Any) -> object:
    """What makes two items the same: a message's number counts within its chat only."""
    return (item.chat.id, item.id) if isinstance(item, Message) else getattr(item, "id", item)


@dataclass(slots=True)
class Report:
    done: int = 0
    already: int = 0
    failed: int = 0
    unknown: int = 0
    rows: list[Row] = field(default_factory=list)

    def add(self, items: tuple[Any, ...], outcome: str, reason: str = "") -> None:
        setattr(self, outcome, getattr(self, outcome) + len(items))
        self.rows += [(item, outcome, reason or None) for item in items]


async def act(
    stage: Planned,
    effect: Effect[Any],
    context: Context,
    around: Surroundings,
    rows: AsyncIterator[Batch] | None,
) -> AsyncIterator[Event]:
    """Preview, ask, pace, progress, report, record for undo: once, for every act."""
    given, name = stage.given, stage.command.name
    piped = rows is not None and stage.upstream is not None
    items, preview = await _items(stage, effect, given, rows)
    batches = [items[at : at + effect.batch] for at in range(0, len(items), effect.batch)]
    requests = len(batches) * effect.requests
    if not items:
        yield Notice("info", "nothing_to_do", say("{name}: no rows, nothing to do.", name=name))
        return
    if piped or given[DRY_RUN]:
        await _open(stage.upstream or effect.columns[:1], around)
        await around.emit(Rows(preview))
    if given[DRY_RUN]:
        yield Notice("info", "dry_run", _question(name, items, requests, around, effect))
        return
    _untimed(around)
    for _ in range(0 if given[YES] else _times(effect, piped, len(items))):
        if not await around.ask(_question(name, items, requests, around, effect)):
            yield Notice("info", "declined", say("Nothing was changed."))
            return
    report, changes = Report(), list[Change[Any]]()
    try:
        for number, batch in enumerate(batches):
            if len(batches) > 1:
                yield Progress(number * effect.batch, len(items))
            async for notice in _apply(effect, context, given, batch, around, report, changes):
                yield notice
    finally:  # cancelled half-way, what is done can still be undone
        if changes and effect.restore:
            around.record(Act(name, tuple(changes)))
    troubled = report.failed + report.unknown
    if len(batches) > 1:
        yield Progress(len(items), len(items))
    yield Notice(
        "warning" if troubled else "info",
        "report",
        say(
            "{name}: {done} done, {already} already so, {failed} failed, {unknown} unknown.",
            name=name,
            done=report.done,
            already=report.already,
            failed=report.failed,
            unknown=report.unknown,
        ),
        hint=say("undo puts it back.") if changes and effect.restore else "",
    )
    yield Rows(tuple(report.rows))  # last: whoever reads them may stop early


async def _items(
    stage: Planned, effect: Effect[Any], given: Given, rows: AsyncIterator[Batch] | None
) -> tuple[tuple[Any, ...], tuple[Row, ...]]:
    if rows is None or stage.upstream is None:
        value = given[effect.subject]
        found: list[Row] = [(item,) for item in (value if isinstance(value, tuple) else (value,))]
        index = 0
    else:
        index = [column.kind for column in stage.upstream].index(effect.kind)
        found = []
        async for batch in rows:
            found += batch
            if len(found) > MOST_ROWS:
                raise CommandError(
                    "too_many_rows", say("More than {n} rows: narrow them first.", n=MOST_ROWS)
                )
    once: dict[Any, Row] = {}
    for row in found:  # two rows about one chat are one act
        if row[index] is not None:
            once.setdefault(_key(row[index]), row)
    return tuple(row[index] for row in once.values()), tuple(once.values())


def _times(effect: Effect[Any], piped: bool, count: int) -> int:
    """Named one by one and harmless: not at all. What destroys: twice."""
    if effect.destroys:
        return 2
    return int(piped or count > 5)


def _question(
    name: str, items: tuple[Any, ...], requests: int, around: Surroundings, effect: Effect[Any]
) -> Said:
    seconds = round(around.pace.estimate(requests).total_seconds())
    after = say("undo puts it back") if effect.restore else say("this can't be undone")
    return say_n(
        "{name}: {n} {kind}, requests: {requests}, about {seconds} s; {after}.",
        "{name}: {n} {kind}s, requests: {requests}, about {seconds} s; {after}.",
        len(items),
        name=name,
        kind=effect.kind,
        requests=requests,
        seconds=seconds,
        after=after.id,
    )


async def _apply(
    effect: Effect[Any],
    context: Context,
    given: Given,
    batch: tuple[Any, ...],
    around: Surroundings,
    report: Report,
    changes: list[Change[Any]],
) -> AsyncIterator[Event]:
    while True:
        await around.pace.turn(effect.requests)
        try:
            changed = await effect.apply(context, given, batch)
        except FloodWait as wait:
            yield Notice("warning", wait.code, wait.said, retry_after=wait.retry_after)
            await asyncio.sleep(wait.retry_after)
            continue
        except Uncertain as error:
            report.add(batch, "unknown", error.code)
        except CommandError as error:
            report.add(batch, "failed", error.code)
        except asyncio.CancelledError:
            report.add(batch, "unknown", "cancelled")
            raise
        else:
            done = {change.item for change in changed}
            changes += changed
            report.add(tuple(item for item in batch if item in done), "done")
            report.add(tuple(item for item in batch if item not in done), "already")
        return
