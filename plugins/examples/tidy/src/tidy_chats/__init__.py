"""silent, tidy, untidy: find the chats in which nothing happens any more, move them to the archive, and back.

``silent`` only looks. The others act, and say so in their declaration: preview, question, pace, progress, flood wait
and report are the terminal's, for every command that acts alike.
"""

from collections.abc import AsyncIterator
from datetime import timedelta

from commands import (
    CHAT,
    DURATION,
    Capability,
    Change,
    Chat,
    Column,
    Command,
    Context,
    Effect,
    Event,
    Given,
    Kind,
    Register,
    Rows,
    Source,
    Word,
    argument,
    hookimpl,
    many,
    say,
    say_n,
)

PERIOD = argument(DURATION, "period", say("such as 30d; 90d unless you say"), default=timedelta(days=90))
CHATS = many(CHAT, "chat", say("the chats to move"))
COLUMNS = (
    Column("chat", Kind.CHAT, title=say("Chat")),
    Column("silent", Kind.DURATION, title=say("Silent for")),
    Column("last", Kind.TIME, title=say("Last")),
    Column("unread", Kind.INTEGER, title=say("Unread")),
)
KEPT = frozenset({"archived", "pinned"})
BATCH = 20
"""Telegram would take a hundred in one request; with fewer, progress shows and a stop stops soon."""


async def silent(context: Context, given: Given) -> AsyncIterator[Event]:
    """Chats that are in the archive already, or pinned, are somebody's decision and left out."""
    found = [
        (state.chat, context.now - state.last, state.last, state.unread)
        for state in await context.telegram.chats()
        if state.last and context.now - state.last > given[PERIOD] and not state.flags & KEPT
    ]
    found.sort(key=lambda row: row[1], reverse=True)
    yield Rows(tuple(found))


async def move(context: Context, chats: tuple[Chat, ...], archived: bool) -> tuple[Change[Chat], ...]:
    """What was there before is no change: the report calls it already so."""
    before = await context.telegram.set_archived(chats, archived)
    return tuple(Change(chat, was) for chat, was in zip(chats, before, strict=True) if was != archived)


async def archive(context: Context, _given: Given, chats: tuple[Chat, ...]) -> tuple[Change[Chat], ...]:
    return await move(context, chats, True)


async def bring_back(context: Context, _given: Given, chats: tuple[Chat, ...]) -> tuple[Change[Chat], ...]:
    return await move(context, chats, False)


async def restore(context: Context, changes: tuple[Change[Chat], ...]) -> None:
    await move(context, tuple(change.item for change in changes), bool(changes[0].before))


@hookimpl
def register_commands(register: Register) -> None:
    register(
        Command(
            trigger=Word("silent"),
            summary=say("List chats in which nothing was written for a while, the longest first."),
            does=Source(run=silent, columns=COLUMNS),
            arguments=(PERIOD,),
            capabilities=frozenset({Capability.CHATS_READ}),
            examples=("silent 30d", "silent 1w | where unread > 0"),
        )
    )
    register(
        Command(
            trigger=Word("tidy"),
            summary=say("Move chats to the archive."),
            does=Effect(
                subject=CHATS,
                apply=archive,
                restore=restore,
                batch=BATCH,
                question=say_n("Archive {n} chat?", "Archive {n} chats?"),
                act=say_n("Archive {n} chat", "Archive {n} chats"),
                after=say_n(
                    "It leaves your list, and comes back when somebody writes in it, unless it is muted.",
                    "They leave your list, and come back when somebody writes in them, unless they are muted.",
                ),
                done=say_n("{n} chat archived.", "{n} chats archived."),
            ),
            capabilities=frozenset({Capability.CHATS_ARCHIVE}),
            examples=("silent 90d | tidy", "silent 90d | tidy --dry-run", "tidy @durov"),
        )
    )
    register(
        Command(
            trigger=Word("untidy"),
            summary=say("Bring chats back from the archive."),
            does=Effect(
                subject=CHATS,
                apply=bring_back,
                restore=restore,
                batch=BATCH,
                question=say_n("Bring {n} chat back?", "Bring {n} chats back?"),
                act=say_n("Bring {n} chat back", "Bring {n} chats back"),
                keep=say_n("Leave it in the archive", "Leave them in the archive"),
                after=say_n("It stands in your list again.", "They stand in your list again."),
                done=say_n("{n} chat brought back.", "{n} chats brought back."),
            ),
            capabilities=frozenset({Capability.CHATS_ARCHIVE}),
            examples=("list | where archived and last after 1d | untidy", "untidy @durov"),
        )
    )
