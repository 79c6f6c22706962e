"""One run of one line: gates before it, limits around it, and a word for each way in which it can end."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Final, Literal, TypeAlias

from commands.capabilities import Capability
from commands.context import NOTHING_HANDED_OVER, Context, Handover
from commands.errors import CommandError, FloodWait, Refused, Uncertain
from commands.events import Finished, Notice, Started
from commands.phrases import say
from plugins.registry import Registry
from quart_app.terminal import failures
from quart_app.terminal.advertisement import advertise
from quart_app.terminal.caller import Caller
from quart_app.terminal.catalogue import Catalogue
from quart_app.terminal.guard import guarded
from quart_app.terminal.pipeline import execute
from quart_app.terminal.planning import Planned, plan
from quart_app.terminal.surroundings import Ask, Emit, Surroundings

Status: TypeAlias = Literal["ok", "error", "cancelled", "unknown"]
logger = logging.getLogger(__name__)
PLUGIN_LOGGER: Final = "commands"


class Run:
    def __init__(
        self, registry: Registry, caller: Caller, catalogue: Catalogue, emit: Emit, ask: Ask, run_id: str
    ) -> None:
        self._registry, self._caller, self._catalogue, self._run_id = registry, caller, catalogue, run_id
        self._stages: tuple[Planned, ...] = ()
        self._emit = emit
        self._now = caller.now()
        self._around = Surroundings(
            context=self._context,
            emit_event=emit,
            ask_person=ask,
            pace=caller.pace,
            record=caller.acts.append,
            broken=self._broken,
        )

    async def finish(self, line: str) -> Finished:
        began = time.perf_counter()
        status: Status = "ok"
        try:
            await self._perform(line)
        except asyncio.CancelledError as error:
            status = await self._stopped(error)
        except CommandError as error:
            status = await self._failed(_notice(error), uncertain=isinstance(error, Uncertain))
        except TimeoutError as error:
            late = self._around.clock.expired
            status = await self._failed(self._timed_out() if late else self._internal(error))
        except (Exception, SystemExit) as error:  # noqa: BLE001 (sys.exit() of a plugin included)
            status = await self._failed(self._internal(error))
        return Finished(
            command=self._names,
            plugin=self._plugins,
            status="unknown" if self._around.uncertain else status,
            rows=self._around.rows,
            seconds=time.perf_counter() - began,
        )

    async def _perform(self, line: str) -> None:
        stages = await plan(line, self._registry)
        self._refuse_acts(stages)
        self._stages = stages
        await self._emit(Started(tuple(stage.name for stage in stages)))
        async with self._around.clock.limited(_limit(stages)):
            await execute(stages, self._around)
        await advertise(self._caller.advertising, self._emit)

    def _refuse_acts(self, stages: tuple[Planned, ...]) -> None:
        for stage in stages:
            if not self._catalogue.allows(stage.command):
                raise Refused("view_only", say("This session may only look."), at=stage.at)

    async def _stopped(self, error: asyncio.CancelledError) -> Status:
        """By the caller, or by a command that let some other CancelledError out."""
        if _cancelled():
            return "cancelled"
        return await self._failed(self._internal(error))

    async def _failed(self, notice: Notice, *, uncertain: bool = False) -> Status:
        """Say why, unless the caller has cancelled: what breaks while it stops is nobody's concern then."""
        self._around.uncertain |= uncertain
        if _cancelled():
            return "cancelled"
        try:
            await self._emit(notice)
        except asyncio.CancelledError:
            return "cancelled"
        except Exception as error:  # noqa: BLE001 (whoever shows it: the run ends all the same)
            self._internal(error)
        return "error"

    @property
    def _names(self) -> str:
        return " | ".join(stage.name for stage in self._stages)

    @property
    def _plugins(self) -> str:
        return ", ".join(dict.fromkeys(stage.entry.origin.distribution for stage in self._stages))

    def _timed_out(self) -> Notice:
        return Notice("error", "timed_out", say("{name} took too long and was stopped.", name=self._names))

    def _internal(self, error: BaseException) -> Notice:
        return failures.report(logger, error, run_id=self._run_id, command=self._names, plugin=self._plugins)

    def _broken(self, stage: Planned, error: BaseException) -> Notice:
        plugin = stage.entry.origin.distribution
        return failures.report(logger, error, run_id=self._run_id, command=stage.name, plugin=plugin)

    def _context(self, stage: Planned, last: bool) -> Context:
        about = {"run": self._run_id, "command": stage.name, "plugin": stage.entry.origin.distribution}
        return Context(
            run_id=self._run_id,
            telegram=guarded(self._caller.telegram, stage.command.uses),
            catalogue=self._catalogue,
            confirm=self._around.confirm,
            render=self._catalogue.render,
            now=self._now,
            locale=self._caller.locale,
            page_size=self._caller.page_size if last else None,
            log=logging.LoggerAdapter(logging.getLogger(PLUGIN_LOGGER), about),
            handover=self._handover(stage),
        )

    def _handover(self, stage: Planned) -> Handover:
        if Capability.TELEGRAM_CLIENT not in stage.command.uses or self._caller.hand_over is None:
            return NOTHING_HANDED_OVER
        return self._caller.hand_over(stage.entry.origin.distribution)


def _cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _limit(stages: tuple[Planned, ...]) -> float | None:
    """Seconds: the longest of the line, or none if one of its commands has none."""
    limits = [stage.command.timeout for stage in stages]
    if None in limits:
        return None
    return max(limit.total_seconds() for limit in limits if limit is not None)


def _notice(error: CommandError) -> Notice:
    return Notice(
        "error",
        error.code,
        error.said,
        at=error.at,
        hint=error.hint,
        retry_after=error.retry_after if isinstance(error, FloodWait) else None,
        reason=error.reason,
    )
