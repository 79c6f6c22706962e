"""A command as plain values: what help, completion, the API and another process know of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from commands.arguments import Argument
from commands.behaviour import Effect, Stage
from commands.phrases import Said

if TYPE_CHECKING:
    from commands.command import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """All texts are in the caller's language. ``plugin`` is the distribution that brought it."""

    name: str
    usage: str
    summary: str
    does: str
    """``source``, ``stage`` or ``effect``."""
    plugin: str
    builtin: bool
    arguments: tuple[Mapping[str, Any], ...]
    """Each with name, kind, shape, required, choices, help."""
    capabilities: tuple[str, ...]
    columns: tuple[Mapping[str, str], ...]
    """Each with name, kind, title; none for a stage, whose columns depend on its input."""
    examples: tuple[str, ...]
    effect: Mapping[str, Any] | None
    """For an effect: on, reversible, destroys, batch, requests."""


def describe(command: Command, render: Callable[[Said], str], plugin: str, *, builtin: bool) -> Description:
    does = command.does
    columns = () if isinstance(does, Stage) else does.columns
    return Description(
        name=command.name,
        usage=command.usage(),
        summary=render(command.summary),
        does=type(does).__name__.lower(),
        plugin=plugin,
        builtin=builtin,
        arguments=tuple(_argument(argument, render) for argument in command.parameters(piped=False)),
        capabilities=tuple(sorted(command.uses)),
        columns=tuple(
            {"name": c.name, "kind": str(c.kind), "title": render(c.title) or c.name} for c in columns
        ),
        examples=command.examples,
        effect=_effect(does) if isinstance(does, Effect) else None,
    )


def _argument(argument: Argument[Any], render: Callable[[Said], str]) -> Mapping[str, Any]:
    return {
        "name": argument.name,
        "kind": argument.kind.name,
        "shape": argument.shape,
        "required": argument.required,
        "choices": argument.kind.choices,
        "help": render(argument.help),
    }


def _effect(effect: Effect[Any]) -> Mapping[str, Any]:
    return {
        "on": str(effect.kind),
        "reversible": effect.restore is not None,
        "destroys": effect.destroys,
        "batch": effect.batch,
        "requests": effect.requests,
    }
