"""Arguments as an author declares them, and the values that a command is given for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, Literal, TypeAlias, TypeVar, cast, overload

from commands.errors import Span
from commands.kinds import TEXT, ArgumentKind
from commands.phrases import Said

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
D = TypeVar("D")
ArgumentShape: TypeAlias = Literal["one", "many", "option", "flag"]
_REQUIRED: Final = object()


@dataclass(frozen=True, slots=True, eq=False)
class Argument(Generic[T_co]):
    """One argument. It is also the key to its value: ``given[COUNT]`` has the declared type."""

    name: str
    kind: ArgumentKind[Any]
    help: Said
    shape: ArgumentShape = "one"
    default: object = _REQUIRED

    @property
    def required(self) -> bool:
        return self.default is _REQUIRED

    @property
    def is_option(self) -> bool:
        return self.shape in ("option", "flag")

    @property
    def takes_the_rest(self) -> bool:
        return self.shape == "many" or self.kind.raw

    def usage(self) -> str:
        choices = "|".join(self.kind.choices)
        match self.shape:
            case "flag":
                return f"[--{self.name}]"
            case "option":
                shown = f"--{self.name} {choices or self.kind.name.upper()}"
            case _:
                shown = (choices or self.name.upper()) + "..." * (self.shape == "many")
        return shown if self.required else f"[{shown}]"


@overload
def argument(kind: ArgumentKind[T], name: str, help: Said) -> Argument[T]: ...
@overload
def argument(kind: ArgumentKind[T], name: str, help: Said, *, default: D) -> Argument[T | D]: ...
def argument(kind: ArgumentKind[Any], name: str, help: Said, *, default: object = _REQUIRED) -> Argument[Any]:
    """One word, by its place in the line."""
    return Argument(name, kind, help, "one", default)


def many(
    kind: ArgumentKind[T], name: str, help: Said, *, least: Literal[0, 1] = 1
) -> Argument[tuple[T, ...]]:
    """All the words that are left."""
    return Argument(name, kind, help, "many", _REQUIRED if least else ())


@overload
def option(kind: ArgumentKind[T], name: str, help: Said) -> Argument[T | None]: ...
@overload
def option(kind: ArgumentKind[T], name: str, help: Said, *, default: D) -> Argument[T | D]: ...
def option(kind: ArgumentKind[Any], name: str, help: Said, *, default: object = None) -> Argument[Any]:
    """``--name value`` or ``--name=value``, anywhere in the stage."""
    return Argument(name, kind, help, "option", default)


def flag(name: str, help: Said) -> Argument[bool]:
    """``--name``: true when it is there."""
    return Argument(name, TEXT, help, "flag", False)


@dataclass(frozen=True, slots=True)
class Given:
    """The values of one stage, read by their declarations."""

    values: Mapping[str, object] = field(default_factory=dict)
    spans: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    """Where each was typed: a span for each word of a ``many``, else one."""

    def __getitem__(self, argument: Argument[T]) -> T:
        return cast(T, self.values[argument.name])

    def at(self, argument: Argument[Any], index: int | None = None) -> Span | None:
        """Where it stands in the line, or one of its words; None if it wasn't typed."""
        spans = self.spans.get(argument.name)
        if not spans:
            return None
        return (spans[0][0], spans[-1][1]) if index is None else spans[index]
