"""Preview, ask, pace, show progress, wait out floods, report, remember: once, for every act."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field, replace
from typing import Any, Final

from commands.arguments import Given
from commands.behaviour import Change, Effect
from commands.command import DRY_RUN, YES
from commands.context import Context
from commands.errors import CommandError, FloodWait, Refused, Uncertain
from commands.events import Event, Notice, Progress, Rows
from commands.phrases import say
from commands.rows import Message, Row
from quart_app.terminal.caller import Act
from quart_app.terminal.planning import Planned
from quart_app.terminal.question import Question, joined
from quart_app.terminal.report import Report
from quart_app.terminal.surroundings import Surroundings
from quart_app.terminal.wording import Wording

MOST_ROWS: Final = 10_000
UNASKED: Final = 5
"""So many items, named one by one, are acted on without a question."""


async def act(
    stage: Planned,
    effect: Effect[Any],
    context: Context,
    given: Given,
    around: Surroundings,
    rows: AsyncIterator[tuple[Row, ...]] | None,
) -> AsyncGenerator[Event]:
    """Its rows come last and at once, so that whoever reads them may stop early: all is done by then."""
    piped = rows is not None
    subjects = await _from_pipe(stage, effect, rows) if rows is not None else _named(effect, given)
    if not subjects:
        yield Notice("info", "nothing_to_do", say("{name}: no rows, nothing to do.", name=stage.name))
        return
    bulk = _Bulk(stage, effect, context, given, around, tuple(item for item, _ in subjects))
    asks = not given[YES] and (effect.destroys or piped or len(subjects) > UNASKED)
    table = ""
    if asks or given[DRY_RUN]:
        table = await around.open(stage.upstream or effect.columns[:1])
        await around.emit(Rows(tuple(preview for _, preview in subjects)))
    question = bulk.question(table)
    if given[DRY_RUN]:
        yield _trial(question)
        return
    if asks and not await _agreed(question, effect, around):
        yield Notice("info", "declined", say("Nothing was changed."))
        return
    around.clock.stop()
    await bulk.perform()
    yield Rows(tuple(bulk.report.rows))


def _trial(question: Question) -> Notice:
    told = say("{act}: tried out, nothing was changed.", act=question.yes)
    return Notice("info", "dry_run", told, hint=joined(*question.detail, question.cost))


async def _agreed(question: Question, effect: Effect[Any], around: Surroundings) -> bool:
    """What destroys is asked about twice."""
    if not await around.ask(question):
        return False
    again = say("Asked a second time, because this can’t be undone.")
    return not effect.destroys or await around.ask(replace(question, detail=(again,), cost=""))


def _named(effect: Effect[Any], given: Given) -> list[tuple[Any, Row]]:
    value = given[effect.subject]
    items = value if isinstance(value, tuple) else (value,)
    return _once([(item, (item,)) for item in items])


async def _from_pipe(
    stage: Planned, effect: Effect[Any], rows: AsyncIterator[tuple[Row, ...]]
) -> list[tuple[Any, Row]]:
    index = [column.kind for column in stage.upstream or ()].index(effect.kind)
    found: list[tuple[Any, Row]] = []
    async for batch in rows:
        found += [(row[index], row) for row in batch if row[index] is not None]
        if len(found) > MOST_ROWS:
            raise CommandError("too_many", say("More than {n} rows: narrow them first.", n=MOST_ROWS))
    return _once(found)


def _once(found: list[tuple[Any, Row]]) -> list[tuple[Any, Row]]:
    """Two rows about one chat are one act."""
    first: dict[object, tuple[Any, Row]] = {}
    for item, row in found:
        first.setdefault(_key(item), (item, row))
    return list(first.values())


def _key(item: Any) -> object:
    """What makes two items the same: a message's number counts within its chat only."""
    return (item.chat.id, item.id) if isinstance(item, Message) else item.id


@dataclass(slots=True)
class _Bulk:
    stage: Planned
    effect: Effect[Any]
    context: Context
    given: Given
    around: Surroundings
    items: tuple[Any, ...]
    report: Report = field(default_factory=Report)
    changes: list[Change[Any]] = field(default_factory=list)

    @property
    def batches(self) -> list[tuple[Any, ...]]:
        size = self.effect.batch
        return [self.items[start : start + size] for start in range(0, len(self.items), size)]

    @property
    def wording(self) -> Wording:
        return Wording(self.stage.name, self.effect, len(self.items))

    def question(self, table: str) -> Question:
        requests = len(self.batches) * self.effect.requests
        return self.wording.question(requests, self.around.pace.estimate(requests), table)

    async def perform(self) -> None:
        """Cancelled half-way, what is done is reported and remembered all the same."""
        done = 0
        try:
            for batch in self.batches:
                await self._progress(done)
                if not await self._apply(batch):
                    break
                done += len(batch)
            await self._progress(done)
        finally:
            if self.changes and self.effect.restore:
                self.around.record(Act(self.stage.name, tuple(self.changes)))
            self.around.uncertain |= self.report.counts["unknown"] > 0
            await self.around.emit(self.report.notice(self.wording))

    async def _progress(self, done: int) -> None:
        if len(self.items) > self.effect.batch:
            await self.around.emit(Progress(done, len(self.items), self.wording.act))

    async def _apply(self, batch: tuple[Any, ...]) -> bool:
        """Whether it makes sense to go on."""
        while True:
            await self.around.pace.turn(self.effect.requests)
            try:
                changed = await self.effect.apply(self.context, self.given, batch)
                self._note(batch, changed)
            except FloodWait as wait:
                await self.around.emit(Notice("warning", wait.code, wait.said, retry_after=wait.retry_after))
                await asyncio.sleep(wait.retry_after)
                continue
            except Uncertain as error:
                self.report.add(batch, "unknown", error.code)
            except CommandError as error:
                self.report.add(batch, "failed", error.code)
                return not isinstance(error, Refused)
            except asyncio.CancelledError:
                self.report.add(batch, "unknown", "cancelled")
                raise
            except (Exception, SystemExit) as error:  # noqa: BLE001 (a command of anybody)
                self.report.add(batch, "unknown", "internal")
                await self.around.emit(self.around.broken(self.stage, error))
                return False
            return True

    def _note(self, batch: tuple[Any, ...], changed: tuple[Change[Any], ...]) -> None:
        keys = {_key(change.item) for change in changed}
        self.changes += changed
        self.report.add(tuple(item for item in batch if _key(item) in keys), "done")
        self.report.add(tuple(item for item in batch if _key(item) not in keys), "already")
