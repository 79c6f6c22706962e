"""hello: greets somebody. The smallest plugin that does something."""

from collections.abc import AsyncIterator

from commands import (
    TEXT,
    Column,
    Command,
    Context,
    Event,
    Given,
    Kind,
    Register,
    Source,
    Word,
    argument,
    flag,
    hookimpl,
    row,
    say,
)

NAME = argument(TEXT, "name", say("who is greeted"), default="world")
LOUD = flag("loud", say("so that everybody hears it"))
COLUMNS = (Column("greeting", Kind.TEXT), Column("at", Kind.TIME))


async def run(context: Context, given: Given) -> AsyncIterator[Event]:
    greeting = context.render(say("Hello, {name}!", name=given[NAME]))
    yield row(greeting.upper() if given[LOUD] else greeting, context.now)


@hookimpl
def register_commands(register: Register) -> None:
    register(
        Command(
            trigger=Word("hello"),
            summary=say("Say hello."),
            does=Source(run=run, columns=COLUMNS),
            arguments=(NAME, LOUD),
            examples=("hello Ada --loud", "hello | json"),
        )
    )
