"""Unexpected errors: a reference for the caller, a place in the code for the operator, and nobody's words.

The message of an exception is not logged, nor are local variables: both may hold what people wrote.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator

from commands.events import Notice
from commands.phrases import say
from plugins.faults import PluginFault
from quart_app.observability.redaction import places


def report(logger: logging.Logger, error: BaseException, *, run_id: str, command: str, plugin: str) -> Notice:
    """Log where ``error`` came from, and return what the caller is told."""
    reference = secrets.token_hex(4)
    blamed = plugin or (error.plugin if isinstance(error, PluginFault) else "")
    about = {"run": run_id, "command": command, "plugin": blamed, "reference": reference}
    places = list(trace(error))
    logger.error("a command failed:\n%s", "\n".join(places), extra=about)
    return Notice(
        "error", "internal", say("Something went wrong (reference {reference}).", reference=reference)
    )


def trace(error: BaseException) -> Iterator[str]:
    """Class and places of ``error`` and of what led to it: ``module.Class``, then ``file:line function``."""
    if isinstance(error, PluginFault):
        yield from error.trace
        return
    for name, frames in places(error):
        yield name
        yield from (f"  {frame}" for frame in frames)
