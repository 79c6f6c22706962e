"""Run a planned line: generators chained by their rows, everything else shown at once."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, aclosing
from typing import TypeAlias

from commands.arguments import Given
from commands.behaviour import Effect, Source, Stage
from commands.context import Context
from commands.errors import CommandError, NotFound
from commands.events import Event, Rows
from commands.kinds import Reference
from commands.phrases import say
from commands.rows import Chat, Row, Stream, User, fault
from commands.soundness import unsound
from quart_app.terminal.act import act
from quart_app.terminal.planning import Planned
from quart_app.terminal.surroundings import Surroundings

Batch: TypeAlias = tuple[Row, ...]


async def execute(stages: tuple[Planned, ...], around: Surroundings) -> None:
    """Whatever ends it, every generator is closed, the last one first."""
    async with AsyncExitStack() as stack:
        rows: AsyncGenerator[Batch] | None = None
        for stage in stages[:-1]:
            events = await _start(stage, around.context(stage, False), around, rows)
            await stack.enter_async_context(aclosing(events))
            rows = _between(stage, events, around)
            await stack.enter_async_context(aclosing(rows))
        last = stages[-1]
        events = await _start(last, around.context(last, True), around, rows)
        await stack.enter_async_context(aclosing(events))
        await _show(last, events, around)


async def _start(
    stage: Planned, context: Context, around: Surroundings, rows: AsyncIterator[Batch] | None
) -> AsyncGenerator[Event]:
    given = await _resolve(stage, context)
    match stage.command.does:
        case Source(run=run):
            return _generator(stage, run(context, given))
        case Stage(run=transform):
            if rows is None:
                raise TypeError(f"{stage.name}: a stage came first, which no plan allows")
            return _generator(stage, transform(context, given, Stream(stage.upstream or (), rows)))
        case Effect() as effect:
            return act(stage, effect, context, given, around, rows)


def _generator(stage: Planned, events: object) -> AsyncGenerator[Event]:
    if not isinstance(events, AsyncGenerator):
        if isinstance(events, Coroutine):
            events.close()
        raise TypeError(f"{stage.name}: its run is no async generator but {type(events).__name__}")
    return events


async def _resolve(stage: Planned, context: Context) -> Given:
    """Chats and people as typed become values, through the gateway that the command itself has."""
    values = dict(stage.given.values)
    for name, value in values.items():
        match value:
            case Reference():
                values[name] = await _found(value, stage, name, 0, context)
            case tuple() if value and isinstance(value[0], Reference):
                found = [await _found(item, stage, name, index, context) for index, item in enumerate(value)]
                values[name] = tuple(found)
    return Given(values, stage.given.spans)


async def _found(
    reference: Reference, stage: Planned, name: str, index: int, context: Context
) -> Chat | User:
    try:
        chat = await context.telegram.resolve(reference.text)
        return chat if reference.kind == "chat" else _person(chat)
    except CommandError as error:
        if error.at is None and name in stage.given.spans:
            error.at = stage.given.spans[name][index]
        raise


def _person(chat: Chat) -> User:
    if chat.type not in ("user", "bot"):
        raise NotFound(
            "user_not_found", say("{name} is a {type}, not a person.", name=str(chat), type=chat.type)
        )
    return User(chat.id, chat.title, chat.username)


def _check(stage: Planned, faulty: Callable[[Row], str | None], rows: Batch) -> None:
    """Columns are a promise to whatever comes next; a command that breaks it is broken."""
    if wrong := next(filter(None, map(faulty, rows)), None):
        raise TypeError(f"{stage.name}: {wrong}")


async def _between(
    stage: Planned, events: AsyncIterator[Event], around: Surroundings
) -> AsyncGenerator[Batch]:
    """Rows go on to the next stage; whatever else a stage says is shown at once."""
    faulty = fault(stage.columns)
    async for event in events:
        if isinstance(event, Rows):
            _check(stage, faulty, event.rows)
            yield event.rows
        else:
            await _emit(stage, event, around)


async def _show(stage: Planned, events: AsyncIterator[Event], around: Surroundings) -> None:
    faulty, opened = fault(stage.columns), False
    async for event in events:
        if isinstance(event, Rows):
            _check(stage, faulty, event.rows)
            if not opened:
                await around.open(stage.columns)
                opened = True
            around.rows += len(event.rows)
        await _emit(stage, event, around)
    if stage.columns and around.silent:
        await around.open(stage.columns)  # an empty table is an answer, no answer is not


async def _emit(stage: Planned, event: Event, around: Surroundings) -> None:
    if wrong := unsound(event):
        raise TypeError(f"{stage.name}: {wrong}")
    await around.emit(event)
