"""Unexpected errors: a reference for the caller, a place in the code for the operator, and nobody's words.

The message of an exception is not logged, nor are local variables: both may hold what people wrote.
"""

from __future__ import annotations

import logging
import secrets
import traceback
from collections.abc import Iterator

from commands.events import Notice
from commands.phrases import say


def report(logger: logging.Logger, error: BaseException, *, run_id: str, command: str, plugin: str) -> Notice:
    """Log where ``error`` came from, and return what the caller is told."""
    reference = secrets.token_hex(4)
    about = {"run": run_id, "command": command, "plugin": plugin, "reference": reference}
    places = list(trace(error))
    logger.error("a command failed:\n%s", "\n".join(places), extra=about)
    return Notice(
        "error", "internal", say("Something went wrong (reference {reference}).", reference=reference)
    )


def trace(error: BaseException) -> Iterator[str]:
    """Class and places of ``error`` and of what led to it: ``module.Class``, then ``file:line in function``."""
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        yield f"{type(at).__module__}.{type(at).__qualname__}"
        for frame, line in traceback.walk_tb(at.__traceback__):
            yield f"  {frame.f_code.co_filename}:{line} in {frame.f_code.co_name}"
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
