"""A plugin's command as the app runs it: the same declaration, whose code runs on the plugin's thread.

The declaration is rebuilt from plain values, so that nothing of the plugin's own is looked at on the app's loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from commands.arguments import Given
from commands.behaviour import WORDS, Change, Does, Effect, Source, Stage, same
from commands.command import Command
from commands.context import Context
from commands.crossing import crossed
from commands.events import Event
from commands.gateway import REQUIRED
from commands.phrases import Said
from commands.rows import Columns, Row, Stream
from plugins.channel import Channel
from plugins.errors import PluginError
from plugins.faults import PluginFault
from plugins.host import Host
from plugins.visit import Visit

Shape: TypeAlias = Callable[[Columns, Given], Awaitable[Columns]]
SHAPE_SECONDS: Final = 5.0
"""For the columns of one stage: somebody waits for the line to be understood."""
_EFFECT: Final = ("subject", "destroys", "batch", "requests", *WORDS)
_DECLARED: Final = ("trigger", "summary", "arguments", "examples", "capabilities", "timeout")


def rebuilt(command: object, domain: str) -> Command:
    """The declaration in plain values, with the plugin's own functions. PluginError for what is no Command."""
    if type(command) is not Command:
        raise PluginError(f"register() takes a Command, not {type(command).__name__[:80]}")
    try:
        parts: dict[str, Any] = {name: crossed(getattr(command, name), domain) for name in _DECLARED}
        return Command(**parts, does=_plain(command.does, domain))
    except (TypeError, ValueError) as error:
        raise PluginError(f"its declaration can't leave the plugin: {error}") from None


def _plain(does: Does, domain: str) -> Does:
    if type(does) is Source:
        return Source(run=does.run, columns=crossed(does.columns, domain))
    if type(does) is Stage:
        return Stage(run=does.run, wants=crossed(does.wants), shape=does.shape)
    if type(does) is Effect:
        plain = {name: crossed(getattr(does, name), domain) for name in _EFFECT}
        return Effect(apply=does.apply, restore=does.restore, **plain)
    raise TypeError(f"{type(does).__name__} is no Source, Stage or Effect")


def bridged(command: Command, host: Host) -> tuple[Command, Shape | None]:
    """What is registered in its place, and how it shapes columns if it does."""
    place = _Place(host, command.name)
    match command.does:
        case Source() as source:
            return replace(command, does=replace(source, run=_source(source, place))), None
        case Stage() as stage:
            local = replace(command, does=replace(stage, run=_stage(stage, place), shape=same))
            return local, None if stage.shape is same else _shape(stage, place)
        case Effect() as effect:
            return replace(command, does=_effect(effect, place)), None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the work of one command is done."""

    host: Host
    command: str

    def visit(self) -> Visit:
        return Visit(self.host, self.command)


def _source(source: Source, place: _Place) -> Callable[[Context, Given], AsyncIterator[Event]]:
    def run(context: Context, given: Given) -> AsyncGenerator[Event]:
        return _events(place, lambda visit: source.run(_lent(context, visit), _copy(given)))

    return run


def _stage(stage: Stage, place: _Place) -> Callable[[Context, Given, Stream], AsyncIterator[Event]]:
    def run(context: Context, given: Given, rows: Stream) -> AsyncGenerator[Event]:
        def start(visit: Visit) -> AsyncIterator[Event]:
            stream = Stream(rows.columns, _batches(visit.lend(lambda: anext(rows.batches, None))))
            return stage.run(_lent(context, visit), _copy(given), stream)

        return _events(place, start)

    return run


def _shape(stage: Stage, place: _Place) -> Shape:
    async def shape(columns: Columns, given: Given) -> Columns:
        async def work(_visit: Visit) -> Columns:
            return crossed(stage.shape(columns, _copy(given)), place.host.plugin)

        try:
            async with asyncio.timeout(SHAPE_SECONDS):
                return await _result(place, work)  # type: ignore[no-any-return]
        except TimeoutError:
            trace = (f"{place.command}: its shape takes longer than {SHAPE_SECONDS:g} s",)
            raise PluginFault(trace, place.host.plugin) from None

    return shape


def _effect(effect: Effect[Any], place: _Place) -> Effect[Any]:
    async def apply(context: Context, given: Given, items: tuple[Any, ...]) -> tuple[Change[Any], ...]:
        changes = await _result(place, lambda visit: effect.apply(_lent(context, visit), _copy(given), items))
        return _changes(changes)

    restore = effect.restore
    if restore is None:
        return replace(effect, apply=apply)

    async def put_back(context: Context, changes: tuple[Change[Any], ...]) -> None:
        await _result(place, lambda visit: restore(_lent(context, visit), changes))

    return replace(effect, apply=apply, restore=put_back)


def _changes(value: object) -> tuple[Change[Any], ...]:
    if not isinstance(value, tuple) or not all(isinstance(change, Change) for change in value):
        raise TypeError("apply answers with a tuple of Changes")
    return value


async def _events(place: _Place, start: Callable[[Visit], AsyncIterator[Event]]) -> AsyncGenerator[Event]:
    channel: Channel[Event] = Channel()
    visit = place.visit()
    visit.ended = channel.close

    async def work() -> None:
        events = start(visit)
        if not isinstance(events, AsyncGenerator):
            if isinstance(events, Coroutine):
                events.close()
            raise TypeError(f"its run is no async generator but {type(events).__name__}")
        try:
            async for event in events:
                await channel.put(crossed(event, place.host.plugin))
        finally:
            if not visit.lost:
                await events.aclose()

    try:
        await visit.begin(work)
        while batch := await channel.take():
            for event in batch:
                yield event
        await visit.result()
    finally:
        channel.close()
        await visit.end()


async def _result(place: _Place, work: Callable[[Visit], Awaitable[Any]]) -> Any:
    async with _visit(place) as visit:

        async def of_visit() -> Any:
            return await work(visit)

        await visit.begin(of_visit)
        return await visit.result()


@asynccontextmanager
async def _visit(place: _Place) -> AsyncIterator[Visit]:
    visit = place.visit()
    try:
        yield visit
    finally:
        await visit.end()


async def _batches(turn: Callable[[], Awaitable[tuple[Row, ...] | None]]) -> AsyncIterator[tuple[Row, ...]]:
    while (batch := await turn()) is not None:
        yield batch


def _copy(given: Given) -> Given:
    return Given(dict(given.values), dict(given.spans))


class _Lent:
    """A port of the context, each of whose methods is called on the app's loop."""

    __slots__ = ("_call", "_names")

    def __init__(self, call: Callable[..., Any], names: frozenset[str]) -> None:
        self._call, self._names = call, names

    def __getattr__(self, name: str) -> Any:
        if name not in self._names:
            raise AttributeError(name)

        async def method(*arguments: Any, **options: Any) -> Any:
            return await self._call(name, *arguments, **options)

        return method


def _lent(context: Context, visit: Visit) -> Context:
    async def telegram(name: str, *arguments: Any, **options: Any) -> Any:
        return await getattr(context.telegram, name)(*arguments, **options)

    gateway: Any = _Lent(visit.lend(telegram), frozenset(REQUIRED))

    def render(said: Said) -> str:
        return context.render(crossed(said, visit.plugin))

    return replace(
        context,
        telegram=gateway,
        confirm=visit.lend(context.confirm),
        render=render,
        handover=replace(context.handover, send=visit.lend(context.handover.send)),
    )
