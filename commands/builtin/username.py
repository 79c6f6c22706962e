"""@username: who or what has this public name."""

from collections.abc import AsyncIterator

from commands import (
    TEXT,
    Capability,
    Column,
    Command,
    Context,
    Event,
    Given,
    Kind,
    NotFound,
    Register,
    Sigil,
    Source,
    argument,
    hookimpl,
    row,
    say,
)

USERNAME = argument(TEXT, "username", say("a public name on Telegram"))
COLUMNS = (
    Column("chat", Kind.CHAT),
    Column("kind", Kind.TEXT),
    Column("title", Kind.TEXT),
    Column("username", Kind.TEXT),
    Column("members", Kind.INTEGER),
    Column("about", Kind.TEXT),
)


async def run(context: Context, given: Given) -> AsyncIterator[Event]:
    name = given[USERNAME]
    profile = await context.telegram.profile(name)
    if profile is None:
        raise NotFound(
            "username_not_found", say("Nobody is using @{name}.", name=name), at=given.at(USERNAME)
        )
    chat = profile.chat
    yield row(chat, chat.type, chat.title, chat.username, profile.members, profile.about)


@hookimpl
def register_commands(register: Register) -> None:
    register(
        Command(
            trigger=Sigil("@", placeholder="username"),
            summary=say("Show who or what has this public name."),
            does=Source(run=run, columns=COLUMNS),
            arguments=(USERNAME,),
            capabilities=frozenset({Capability.PROFILES_READ}),
            examples=("@durov",),
        )
    )
