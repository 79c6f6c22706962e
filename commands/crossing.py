"""What passes between a plugin and the app: plain values of this contract, each of exactly the class that it says.

A subclass would bring code of the plugin's along, which would run wherever the value is looked at. Nothing is turned
into bytes here, but whatever passes could be (commands.wire), so that a plugin may as well live in another process.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, Final, TypeVar, cast

from commands.arguments import Argument
from commands.errors import CommandError
from commands.events import Rows
from commands.expressions import Expression
from commands.phrases import Phrase
from commands.rows import Row
from commands.wire import CLASSES, ERRORS

T = TypeVar("T")
_PLAIN: Final = frozenset({type(None), bool, int, float, str, bytes, timedelta, Expression})
_CLASSES: Final = frozenset(CLASSES.values()) - {Argument}
_ERRORS: Final = frozenset(ERRORS.values())
_FIELDS: Final[dict[type, tuple[str, ...]]] = {
    known: tuple(field.name for field in dataclasses.fields(known))
    for known in _CLASSES
    if dataclasses.is_dataclass(known)
}


def crossed(value: T, domain: str = "") -> T:
    """``value``, its phrases marked as of ``domain``. TypeError for whatever is no value of the contract."""
    return cast(T, _crossed(value, domain))


def crossed_error(error: CommandError, domain: str = "") -> CommandError:
    """The same error without its traceback and its causes; a plugin's own class becomes the nearest of ours."""
    known = next(base for base in type(error).__mro__ if base in _ERRORS)
    made: CommandError = known.__new__(known, "")
    made.args = (str(_crossed(error.code, "")),)
    vars(made).update({name: _crossed(field, domain) for name, field in vars(error).items()})
    return made


def _crossed(value: Any, domain: str) -> Any:
    known = type(value)
    if known in _PLAIN:
        return value
    if known is tuple or known is list:
        return tuple(_crossed(item, domain) for item in value)
    if known is Rows:
        return Rows(tuple(_row(row) for row in _sequence(value.rows)))
    if known is Phrase:
        values = tuple((name, _crossed(filling, domain)) for name, filling in value.values)
        return Phrase(value.id, value.plural, value.n, values, value.domain or domain)
    if known in _CLASSES:
        return value if isinstance(value, Enum) else _rebuilt(value, known, domain)
    return _rarer(value, domain)


def _rarer(value: Any, domain: str) -> Any:
    known = type(value)
    if known is datetime:
        return value if value.tzinfo in (None, UTC) else value.astimezone(UTC)
    if known is frozenset:
        return frozenset(_crossed(item, domain) for item in value)
    if known is dict:
        return {_crossed(key, domain): _crossed(item, domain) for key, item in value.items()}
    if known is Argument:
        return _rebuilt(value, known, domain, ("name", "kind", "help", "shape", *_default(value)))
    raise TypeError(f"{known.__name__} is no value of the contract")


def _default(value: Argument[Any]) -> tuple[str, ...]:
    return () if value.required else ("default",)


def _rebuilt(value: Any, known: Any, domain: str, names: Iterable[str] | None = None) -> Any:
    fields = _FIELDS[known] if names is None else names
    if all(type(getattr(value, name)) in _PLAIN for name in fields):
        return value
    return known(**{name: _crossed(getattr(value, name), domain) for name in fields})


def _row(row: Any) -> Row:
    """Most cells are plain, and most rows are many."""
    return tuple(cell if type(cell) in _PLAIN else _crossed(cell, "") for cell in _sequence(row))


def _sequence(value: Any) -> tuple[Any, ...]:
    if type(value) is tuple:
        return value
    if type(value) is list:
        return tuple(value)
    raise TypeError(f"{type(value).__name__} is no sequence of rows or cells")
