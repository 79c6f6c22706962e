"""From a line to exactly one ``Finished``."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from commands.arguments import Argument, split_line
from commands.capabilities import Capability
from commands.command import Description, describe
from commands.context import Context
from commands.errors import CommandError, FloodWait, Refused, UsageError
from commands.events import Finished, Notice, Started
from commands.gateway import Telegram
from commands.phrases import Said, Translations, render, say
from commands.rows import Columns
from plugins.registry import Registry
from quart_app.terminal.guard import guarded
from quart_app.terminal.pipeline import Act, Emit, Pace, Planned, Surroundings, _entry, execute, plan


@dataclass(slots=True)
class Caller:
    """One person at one prompt: their Telegram, their budget, what they can undo."""

    telegram: Telegram
    pace: Pace
    translations: Translations
    locale: str = "en"
    page_size: int = 20
    view_only: bool = False
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    acts: list[Act] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Completion:
    """What may stand for the word at the cursor, and a few words about it."""

    text: str
    help: str = ""


class Catalogue:
    def __init__(self, registry: Registry, caller: Caller) -> None:
        self._registry, self._caller = registry, caller

    def all(self) -> Sequence[Description]:
        return [
            describe(entry.command, self._say, str(entry.origin))
            for entry in self._registry
            if not (self._caller.view_only and any(c.acts for c in entry.command.uses))
        ]

    def find(self, name: str) -> Description | None:
        entry = self._registry.find(name)
        return describe(entry.command, self._say, str(entry.origin)) if entry else None

    def nearest(self, name: str) -> str | None:
        return self._registry.nearest(name)

    def _say(self, said: Said) -> str:
        return render(said, self._caller.translations)


class Dispatcher:
    def __init__(
        self,
        registry: Registry,
        caller: Caller,
        finished: Callable[[Finished], object] = lambda finished: None,
    ) -> None:
        self.registry, self.caller, self._finished = registry, caller, finished
        self._catalogue = Catalogue(registry, caller)
        self._logger = logging.getLogger("commands")

    async def run(
        self, line: str, emit: Emit, ask: Callable[[Said], Awaitable[bool]], *, run_id: str
    ) -> Finished:
        started = time.perf_counter()
        status: Literal["ok", "error", "cancelled", "unknown"] = "ok"
        names, plugins = "", ""
        around = Surroundings(
            self._context_for(run_id, ask), emit, ask, self.caller.pace, self.caller.acts.append
        )
        try:
            stages = plan(line, self.registry)
            names = " | ".join(stage.command.name for stage in stages)
            plugins = ", ".join(dict.fromkeys(stage.entry.origin.distribution for stage in stages))
            self._refuse_acts(stages)
            await emit(Started(tuple(stage.command.name for stage in stages)))
            limits = [stage.command.timeout for stage in stages]
            longest = max((limit.total_seconds() for limit in limits if limit), default=0.0)
            async with asyncio.timeout(None if None in limits else longest) as around.clock:
                await execute(stages, around)
        except asyncio.CancelledError:
            status = "cancelled"
        except TimeoutError:
            status = "error"
            await emit(Notice("error", "timed_out", say("{name} took too long and was stopped.", name=names)))
        except CommandError as error:
            status = "error"
            wait = error.retry_after if isinstance(error, FloodWait) else None
            await emit(Notice("error", error.code, error.said, error.at, error.hint, wait, error.reason))
        except Exception:
            status, reference = "error", secrets.token_hex(4)
            self._logger.exception("run %s of %s failed, reference %s", run_id, names, reference)
            await emit(
                Notice(
                    "error",
                    "internal",
                    say("Something went wrong (reference {reference}).", reference=reference),
                )
            )
        finished = Finished(names, plugins, status, around.rows, time.perf_counter() - started)
        self._finished(finished)
        return finished

    def _refuse_acts(self, stages: tuple[Planned, ...]) -> None:
        for stage in stages:
            if self.caller.view_only and any(capability.acts for capability in stage.command.uses):
                raise Refused("view_only", say("This session may only look."), at=stage.at)

    def _context_for(
        self, run_id: str, ask: Callable[[Said], Awaitable[bool]]
    ) -> Callable[[Planned, bool], Context]:
        now = self.caller.now()

        def make(name: str, uses: frozenset[Capability], page_size: int | None) -> Context:
            allowed = frozenset(c for c in uses if not (self.caller.view_only and c.acts))
            return Context(
                run_id=run_id,
                telegram=guarded(self.caller.telegram, allowed),
                catalogue=self._catalogue,
                confirm=ask,
                now=now,
                locale=self.caller.locale,
                page_size=page_size,
                log=logging.LoggerAdapter(self._logger, {"run": run_id, "command": name}),
            )

        return lambda stage, last: make(
            stage.command.name, stage.command.uses, self.caller.page_size if last else None
        )

    async def complete(self, line: str, cursor: int) -> list[Completion]:
        return [Completion(text) for text in await self._complete(line, cursor)]

    async def _complete(self, line: str, cursor: int) -> list[str]:
        """What may stand where the cursor is, from the same declarations."""
        typed = line[:cursor]
        try:
            *before, words = split_line(typed)
        except UsageError:
            return []
        tokens, part = list(words.tokens), ""
        if tokens and not typed[-1:].isspace():
            part = tokens.pop().text
        if not tokens:
            return sorted(word for word in self.registry.words if word.startswith(part))
        upstream = self._columns(typed[: words.tokens[0].start]) if before else None
        try:
            entry, rest = _entry(self.registry, words)
        except UsageError:
            return []
        declared = entry.command.parameters(piped=upstream is not None)
        if part.startswith("--"):
            return [f"--{a.name}" for a in declared if a.is_option and f"--{a.name}".startswith(part)]
        index = len([token for token in tokens[1:] if not token.text.startswith("--")])
        places = [argument for argument in declared if not argument.is_option]
        if not places or (index >= len(places) and places[-1].shape != "many" and not places[-1].kind.raw):
            return []
        return await self._values(places[min(index, len(places) - 1)], part, upstream)

    def _columns(self, prefix: str) -> Columns:
        try:
            return plan(re.sub(r"\|\s*$", "", prefix), self.registry)[-1].columns
        except Exception:  # a plugin's shape() may fail in its own way; there is just nothing to offer
            return ()

    async def _values(self, argument: Argument[object], part: str, upstream: Columns | None) -> list[str]:
        match argument.kind.name:
            case "chat":
                chats = await self.caller.telegram.chats()
                names = [f"@{state.chat.username}" for state in chats if state.chat.username]
            case "command":
                names = list(self.registry.words)
            case "column":
                sign = "-" * part.startswith("-")
                names = [sign + column.name for column in upstream or ()]
            case _ if argument.kind.raw:
                names = [name for column in upstream or () for name in (column.name, *column.words)]
            case _:
                names = list(argument.kind.choices)
        return [name for name in names if name.startswith(part)]
