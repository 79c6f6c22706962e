"""Every value of the contract as JSON and back, for plugins in a process of their own.

Values that JSON has stand for themselves, sequences become lists and come back as tuples; all else is an
object whose ``$`` names what it is. (What outsiders see of a cell is another form: commands.cells.)
"""

from __future__ import annotations

import dataclasses
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from enum import Enum
from types import ModuleType
from typing import Any, Final

from commands import (
    arguments,
    behaviour,
    capabilities,
    command,
    description,
    errors,
    events,
    gateway,
    kinds,
    phrases,
    rows,
)
from commands.expressions import Expression

_MODULES: Final[tuple[ModuleType, ...]] = (
    arguments,
    behaviour,
    capabilities,
    command,
    description,
    events,
    gateway,
    kinds,
    phrases,
    rows,
)
CLASSES: Final[dict[str, type]] = {
    name: thing
    for module in _MODULES
    for name, thing in vars(module).items()
    if isinstance(thing, type) and (dataclasses.is_dataclass(thing) or issubclass(thing, Enum))
}
ERRORS: Final[dict[str, type[errors.CommandError]]] = {
    name: thing
    for name, thing in vars(errors).items()
    if isinstance(thing, type) and issubclass(thing, errors.CommandError)
}


def encode(value: Any) -> Any:
    """``value`` as what ``json.dumps`` takes; TypeError for what can't leave the process."""
    match value:
        case Enum():
            return _tagged(type(value).__name__, v=value.value)
        case None | bool() | int() | float() | str():
            return value
        case tuple() | list():
            return [encode(item) for item in value]
        case Mapping():
            return _tagged("mapping", v=[[encode(key), encode(item)] for key, item in value.items()])
        case arguments.Argument():
            return _argument(value)
        case Expression():
            return _tagged("expression", v=value.text)
        case errors.CommandError():
            fields = {name: encode(field) for name, field in vars(value).items()}
            return _tagged("error", error=type(value).__name__, v=fields)
        case _ if dataclasses.is_dataclass(value) and type(value).__name__ in CLASSES:
            fields = {field.name: encode(getattr(value, field.name)) for field in dataclasses.fields(value)}
            return _tagged(type(value).__name__, **fields)
        case _:
            return _plain(value)


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            return _tagged("time", v=value.isoformat())
        case timedelta():
            return _tagged("duration", v=[value.days, value.seconds, value.microseconds])
        case bytes():
            return _tagged("bytes", v=b64encode(value).decode())
        case frozenset():
            return _tagged("set", v=sorted(map(encode, value), key=repr))
        case _:
            raise TypeError(f"{type(value).__name__} can't leave the process")


def _argument(argument: arguments.Argument[Any]) -> Any:
    fields = {name: encode(getattr(argument, name)) for name in ("name", "kind", "help", "shape")}
    default = {} if argument.required else {"default": encode(argument.default)}
    return _tagged("argument", **fields, **default)


def _tagged(tag: str, **fields: Any) -> dict[str, Any]:
    return {"$": tag, **fields}


def decode(data: Any) -> Any:
    """What ``encode`` was given; lists have become tuples. ValueError for what it never writes."""
    if isinstance(data, list):
        return tuple(decode(item) for item in data)
    if not isinstance(data, dict):
        return data
    fields = {key: value for key, value in data.items() if key != "$"}
    try:
        return _decode(data["$"], fields)
    except (KeyError, TypeError, AttributeError, OverflowError, errors.UsageError) as error:
        raise ValueError(f"not of this contract: {type(error).__name__}") from None


def _decode(tag: str, fields: dict[str, Any]) -> Any:
    if tag in _READERS:
        return _READERS[tag](fields["v"])
    if tag == "error":
        return _error(fields["error"], fields["v"])
    values = {key: decode(value) for key, value in fields.items()}
    if tag == "argument":
        return arguments.Argument(**values)
    found = CLASSES[tag]
    return found(fields["v"]) if issubclass(found, Enum) else found(**values)


def _error(name: str, fields: dict[str, Any]) -> errors.CommandError:
    """Made without its __init__, whose arguments differ from class to class."""
    error: errors.CommandError = ERRORS[name].__new__(ERRORS[name], fields["code"])
    error.__dict__.update({key: decode(value) for key, value in fields.items()})
    return error


_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "bytes": lambda text: b64decode(text, validate=True),
    "duration": lambda parts: timedelta(*parts),
    "expression": Expression.parse,
    "mapping": lambda items: {decode(key): decode(item) for key, item in items},
    "set": lambda items: frozenset(decode(items)),
    "time": datetime.fromisoformat,
}
