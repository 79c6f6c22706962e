"""JSON logs to standard output, one line a record, with the fields we know and no others."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, Final, TextIO

from quart_app.observability.context import about
from quart_app.observability.redaction import describe, redact

FIELDS: Final = frozenset(
    {"capability", "code", "command", "connection", "count", "error", "method", "outcome", "path", "plugin"}
    | {
        "reason",
        "reference",
        "revision",
        "route",
        "rows",
        "run",
        "request",
        "seconds",
        "seconds_left",
        "state",
    }
    | {"status", "worker"}
)
"""What ``extra`` may bring along. Anything else is dropped, whatever it is."""
OURS: Final = ("quart_app", "commands", "plugins")
QUIET: Final = ("alembic", "asyncio", "databases", "fakeredis", "quart.serving", "telethon")
"""Libraries that say too much below a warning: queries with their values, for one."""


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redact(_message(record)),
            **about(),
        }
        for name in FIELDS & record.__dict__.keys():
            line[name] = _plain(name, record.__dict__[name])
        if record.exc_info and record.exc_info[1] is not None:
            line["exception"] = describe(record.exc_info[1])
        return json.dumps(line, ensure_ascii=True)


def _message(record: logging.LogRecord) -> str:
    message = record.getMessage()
    # Libraries append what they have at hand: asyncio shows a lost task's exception with all it says.
    return message if record.name.partition(".")[0] in OURS else message.partition("\n")[0]


def _plain(name: str, value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if name == "code" and str(value).isdigit():
        return "[redacted]"  # words and a socket's close codes (numbers) are meant, never a login code
    return redact(str(value))


def configure_logging(*, debug: bool = False, stream: TextIO | None = None) -> None:
    """For the whole process, which therefore only its entry point may call."""
    handler = logging.StreamHandler(stream or sys.stdout)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.DEBUG if debug else logging.INFO)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    # A full disk or a closed pipe loses log lines; it must not also fill standard error.
    logging.raiseExceptions = False
