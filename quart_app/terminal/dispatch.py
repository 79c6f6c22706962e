"""From a line to exactly one ``Finished``."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from commands.events import Finished
from plugins.registry import Registry
from quart_app.terminal import failures
from quart_app.terminal.caller import Caller
from quart_app.terminal.catalogue import Catalogue
from quart_app.terminal.completion import Completer
from quart_app.terminal.offers import Completion
from quart_app.terminal.run import Run
from quart_app.terminal.surroundings import Ask, Emit

__all__ = ["Caller", "Completion", "Dispatcher"]

logger = logging.getLogger(__name__)


def _nobody(_finished: Finished) -> None:
    pass


class Dispatcher:
    """Runs the lines of one caller. ``finished`` is told of each run; what it raises is logged, not shown."""

    def __init__(
        self, registry: Registry, caller: Caller, finished: Callable[[Finished], object] = _nobody
    ) -> None:
        self.registry, self.caller, self._finished = registry, caller, finished
        self.catalogue = Catalogue(registry, caller)
        self._completer = Completer(registry, caller, self.catalogue)

    async def run(self, line: str, emit: Emit, ask: Ask, *, run_id: str) -> Finished:
        """Whatever happens, one Finished; an error is a notice before it.

        ``emit`` gets Started first, unless the line can't run. A run that is cancelled has a Finished like any
        other: the task does not end with CancelledError.
        """
        finished = await Run(self.registry, self.caller, self.catalogue, emit, ask, run_id).finish(line)
        try:
            self._finished(finished)
        except Exception as error:  # noqa: BLE001 (an observer of anybody)
            failures.report(logger, error, run_id=run_id, command=finished.command, plugin=finished.plugin)
        return finished

    async def complete(self, line: str, cursor: int) -> Sequence[Completion]:
        """What may stand for the word that ends at ``cursor``."""
        return await self._completer.complete(line[: max(0, cursor)])
