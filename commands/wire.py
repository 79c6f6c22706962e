"""Every value of the contract as JSON and back: for frames, and for plugins in a process of their own."""

from __future__ import annotations

import dataclasses
from base64 import b64decode, b64encode
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final

from commands import arguments, capabilities, command, errors, events, gateway, phrases, rows

_CLASSES: Final[dict[str, type]] = {
    name: thing
    for module in (arguments, rows, phrases, events, gateway, command, capabilities)
    for name, thing in vars(module).items()
    if isinstance(thing, type) and (dataclasses.is_dataclass(thing) or issubclass(thing, Enum))
}
_ERRORS: Final = {name: thing for name, thing in vars(errors).items() if isinstance(thing, type)}


def encode(value: Any) -> Any:
    match value:
        case Enum():
            return {"$": type(value).__name__, "v": value.value}
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return {"$": "time", "v": value.isoformat()}
        case timedelta():
            return {"$": "duration", "v": value.total_seconds()}
        case bytes():
            return {"$": "bytes", "v": b64encode(value).decode()}
        case frozenset():
            return {"$": "set", "v": sorted(map(encode, value), key=repr)}
        case tuple() | list():
            return [encode(item) for item in value]
        case errors.CommandError():
            return {
                "$": "error",
                "class": type(value).__name__,
                "v": {k: encode(v) for k, v in vars(value).items()},
            }
        case arguments.Argument():
            default = {} if value.required else {"default": encode(value.default)}
            return {
                "$": "argument",
                "name": value.name,
                "kind": encode(value.kind),
                "help": encode(value.help),
                "shape": value.shape,
                **default,
            }
        case _ if dataclasses.is_dataclass(value):
            return {"$": type(value).__name__} | {
                f.name: encode(getattr(value, f.name)) for f in dataclasses.fields(value)
            }
    raise TypeError(f"{type(value).__name__} can't leave the process")


def decode(data: Any) -> Any:
    if isinstance(data, list):
        return tuple(decode(item) for item in data)
    if not isinstance(data, dict):
        return data
    rest = {key: value for key, value in data.items() if key != "$"}
    match data["$"]:
        case "time":
            return datetime.fromisoformat(data["v"])
        case "duration":
            return timedelta(seconds=data["v"])
        case "bytes":
            return b64decode(data["v"])
        case "set":
            return frozenset(decode(data["v"]))
        case "error":
            values = {key: decode(value) for key, value in data["v"].items()}
            error: Exception = Exception.__new__(_ERRORS[data["class"]])
            error.__dict__.update(values)
            return error
        case "argument":
            values = {key: decode(value) for key, value in rest.items()}
            return arguments.Argument(**values)
        case name:
            found = _CLASSES[name]
            if issubclass(found, Enum):
                return found(data["v"])
            return found(**{key: decode(value) for key, value in rest.items()})
