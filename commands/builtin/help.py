"""help: what there is, and how one command is used."""

from collections.abc import AsyncIterator

from commands import (
    COMMAND,
    Column,
    Command,
    CommandError,
    Context,
    Event,
    Given,
    Kind,
    Register,
    Source,
    Text,
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
            yield row(found.usage, found.summary)
        return
    entry = context.catalogue.find(name)
    if entry is None:
        close = context.catalogue.nearest(name)
        raise CommandError(
            "unknown_command",
            say("There is no command {name}.", name=name),
            at=given.at(NAME),
            hint=say("Did you mean {close}?", close=close) if close else "",
        )
    yield Text(entry.summary)
    yield row("usage", entry.usage)
    for described in entry.arguments:
        yield row(described["name"], described["help"])
    for example in entry.examples:
        yield row("example", example)
    yield row("uses", ", ".join(entry.capabilities) or "nothing of your Telegram")


@hookimpl
def register_commands(register: Register) -> None:
    register(
        Command(
            trigger=Word("help"),
            summary=say("Show the commands, or explain one."),
            does=Source(run=run, columns=COLUMNS),
            arguments=(NAME,),
            examples=("help archive",),
        )
    )
