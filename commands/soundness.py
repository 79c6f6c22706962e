"""Whether an event is what its class says: a page that was promised a number must not get a text."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import isfinite
from typing import Any, Final, get_args

from commands.events import Chart, ClearScreen, Download, Event, Notice, Progress, Rows, Text
from commands.phrases import Phrase
from commands.rows import Column, fault

_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
_LEVELS: Final = ("info", "warning", "error")
_FORMS: Final = ("bars", "line", "heat")


def unsound(event: object) -> str | None:
    """None, or what is wrong with it, for its author."""
    check = _CHECKS.get(type(event))
    if check is None:
        return f"{type(event).__name__} is no event"
    return None if check(event) else f"{type(event).__name__} with fields that it can't have"


def _said(value: object) -> bool:
    return isinstance(value, str | Phrase)


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _text(event: Text) -> bool:
    return _said(event.text)


def _rows(event: Rows) -> bool:
    return isinstance(event.rows, tuple) and all(isinstance(row, tuple) for row in event.rows)


def _notice(event: Notice) -> bool:
    return (
        event.level in _LEVELS
        and isinstance(event.code, str)
        and _CODE.fullmatch(event.code) is not None
        and _said(event.text)
        and _said(event.hint)
        and isinstance(event.reason, str)
        and (event.retry_after is None or _number(event.retry_after))
        and (event.at is None or (len(event.at) == 2 and all(isinstance(end, int) for end in event.at)))
    )


def _progress(event: Progress) -> bool:
    return _number(event.done) and (event.total is None or _number(event.total)) and _said(event.text)


def _chart(event: Chart) -> bool:
    return (
        event.form in _FORMS
        and _said(event.title)
        and isinstance(event.columns, tuple)
        and all(isinstance(column, Column) for column in event.columns)
        and isinstance(event.rows, tuple)
        and not any(map(fault(event.columns), event.rows))
    )


def _download(event: Download) -> bool:
    return isinstance(event.name, str) and isinstance(event.media_type, str) and isinstance(event.data, bytes)


_CHECKS: Final[dict[type, Callable[[Any], bool]]] = {
    Text: _text,
    Rows: _rows,
    Notice: _notice,
    Progress: _progress,
    Chart: _chart,
    Download: _download,
    ClearScreen: lambda _event: True,
}
EVENTS: Final[frozenset[type]] = frozenset(get_args(Event))
