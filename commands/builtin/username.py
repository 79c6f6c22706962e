"""@username: who or what has this public name."""

import re
from collections.abc import AsyncIterator

from commands import (
    USERNAME,
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

NAME = argument(USERNAME, "username", say("a public name on Telegram"))
POSSIBLE = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,63}")
"""Wider than Telegram's own rule: only what can't be anyone's name is answered without asking."""
COLUMNS = (
    Column("chat", Kind.CHAT, title=say("Chat")),
    Column("kind", Kind.TEXT, title=say("Kind"), words=("user", "bot", "group", "supergroup", "channel")),
    Column("title", Kind.TEXT, title=say("Title")),
    Column("username", Kind.TEXT, title=say("Username")),
    Column("members", Kind.INTEGER, title=say("Members")),
    Column("about", Kind.TEXT, title=say("About")),
)


async def run(context: Context, given: Given) -> AsyncIterator[Event]:
    name = given[NAME]
    profile = await context.telegram.profile(name) if POSSIBLE.fullmatch(name) else None
    if profile is None:
        raise NotFound("username_not_found", say("Nobody is using @{name}.", name=name), at=given.at(NAME))
    chat = profile.chat
    yield row(chat, chat.type, chat.title, chat.username, profile.members, profile.about or None)


@hookimpl
def register_commands(register: Register) -> None:
    register(
        Command(
            trigger=Sigil("@", placeholder="username"),
            summary=say("Show who or what has this public name."),
            does=Source(run=run, columns=COLUMNS),
            arguments=(NAME,),
            capabilities=frozenset({Capability.PROFILES_READ}),
            examples=("@durov",),
        )
    )
