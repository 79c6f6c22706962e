"""help: what there is, and how one command is used. All of it comes from the declarations."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from commands import (
    COMMAND,
    Column,
    Command,
    Context,
    Description,
    Event,
    Given,
    Kind,
    Register,
    Source,
    Text,
    UnknownCommand,
    Word,
    argument,
    hookimpl,
    row,
    say,
)

NAME = argument(COMMAND, "command", say("the command to explain"), default=None)
COLUMNS = (Column("part", Kind.TEXT), Column("text", Kind.TEXT))


async def run(context: Context, given: Given) -> AsyncIterator[Event]:
    name = given[NAME]
    if name is None:
        for found in context.catalogue.all():
            yield row(found.usage, found.summary if found.builtin else f"{found.summary} ({found.plugin})")
        yield Text(say("help COMMAND says more about one."))
        return
    entry = context.catalogue.find(name)
    if entry is None:
        raise UnknownCommand(name, context.catalogue.nearest(name), at=given.at(NAME))
    for event in explain(context, entry):
        yield event


def explain(context: Context, entry: Description) -> list[Event]:
    uses = ", ".join(entry.capabilities) or context.render(say("nothing of your Telegram"))
    return [
        Text(entry.summary),
        row(context.render(say("usage")), entry.usage),
        *(row(typed(described), described["help"]) for described in entry.arguments),
        *(row(context.render(say("example")), example) for example in entry.examples),
        row(context.render(say("uses")), uses),
        row(context.render(say("from")), entry.plugin),
    ]


def typed(described: Mapping[str, Any]) -> str:
    """The argument's name as it stands in the usage."""
    name: str = described["name"]
    return f"--{name}" if described["shape"] in ("option", "flag") else name.upper()


@hookimpl
def register_commands(register: Register) -> None:
    register(
        Command(
            trigger=Word("help"),
            summary=say("Show the commands, or explain one."),
            does=Source(run=run, columns=COLUMNS),
            arguments=(NAME,),
            examples=("help list",),
        )
    )
