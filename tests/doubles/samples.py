"""Commands that a test makes up, and a call of each method of the gateway."""

from __future__ import annotations

from datetime import timedelta

from commands import Chat, Column, Command, Kind, Source, Word, say
from tests.doubles.memory_telegram import NOW

DUROV = Chat(1, "Pavel Durov", "channel", "durov")
GATEWAY_CALLS: dict[str, tuple[object, ...]] = {
    "activity": (DUROV,),
    "chats": (),
    "leave": (DUROV,),
    "messages": (DUROV,),
    "profile": ("durov",),
    "resolve": ("@durov",),
    "set_archived": ((DUROV,), True),
    "set_muted": (DUROV, NOW),
}
TEXT = (Column("text", Kind.TEXT),)


def source(name: str, run: object, *, timeout: timedelta | None = timedelta(seconds=20)) -> Command:
    return Command(
        trigger=Word(name),
        summary=say("A sample."),
        does=Source(run=run, columns=TEXT),  # type: ignore[arg-type]  # some samples are wrong on purpose
        timeout=timeout,
    )
