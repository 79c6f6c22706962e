"""Messages of one chat, read as its owner would: what is opened is marked as read.

The gate has masked the login codes in them, and refuses to search where they arrive.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from telethon import functions, types, utils

from commands import Chat, CommandError, Message, NotFound, Page, say
from commands.gateway import MOST_MESSAGES
from quart_app.telegram.live import Live
from quart_app.telegram.marks import mark_of
from quart_app.telegram.messages import message_of


def peer_of(live: Live, chat: Chat) -> Any:
    """How this account addresses the chat. NotFound for a chat that nobody has told it about."""
    try:
        return live.session.get_input_entity(chat.id)
    except ValueError:
        raise NotFound("chat_not_found", say("There is no chat {name}.", name=str(chat))) from None


async def read(
    live: Live, chat: Chat, *, search: str = "", limit: int = MOST_MESSAGES, cursor: str | None = None
) -> Page[Message]:
    """One page; the newest one, unless it was searched for, is marked as read before anybody sees it."""
    peer = peer_of(live, chat)
    limit = min(max(limit, 1), MOST_MESSAGES)
    if search:
        answer = await live.client(_search(peer, search, _offset(cursor), limit))
    else:
        row = live.chats.get(chat.id)
        unread = row.unread if row else 0
        answer = await live.client(_history(peer, _offset(cursor), limit))
        if cursor is None:
            await _mark_read(live, chat, peer, answer, unread)
    entities = {mark_of(entity): entity for entity in (*answer.users, *answer.chats)}
    if isinstance(peer, types.InputPeerChannel) and cursor is None and not search:
        live.advertisers.read(entities.get(chat.id))
    found = (message_of(message, chat, entities) for message in answer.messages)
    return Page(tuple(message for message in found if message is not None), _cursor(answer, limit))


async def times(
    live: Live, chat: Chat, *, since: datetime | None = None, cursor: str | None = None
) -> Page[datetime]:
    """When messages were written: no text leaves this function, and nothing is marked as read."""
    answer = await live.client(_history(peer_of(live, chat), _offset(cursor), MOST_MESSAGES))
    written = [message.date for message in answer.messages if isinstance(message, types.Message)]
    if since is not None and written and written[-1] < since:
        return Page(tuple(date for date in written if date >= since))
    return Page(tuple(written), _cursor(answer, MOST_MESSAGES))


async def _mark_read(live: Live, chat: Chat, peer: Any, answer: Any, unread: int) -> None:
    """Nothing is asked for a chat that is read already, or that isn't in the list."""
    row = live.chats.get(chat.id)
    if row is None or not answer.messages or not (row.unread or row.marked):
        return
    newest = answer.messages[0].id
    if isinstance(peer, types.InputPeerChannel):
        channel = utils.get_input_channel(peer)
        await live.client(functions.channels.ReadHistoryRequest(channel, max_id=newest))
    else:
        await live.client(functions.messages.ReadHistoryRequest(peer, max_id=newest))
    row.unread = 0 if row.top <= newest else max(0, row.unread - unread)  # what has come since stays unread
    row.marked = False
    live.chats.changed()


def _history(peer: Any, offset: int, limit: int) -> Any:
    return functions.messages.GetHistoryRequest(
        peer, offset_id=offset, offset_date=None, add_offset=0, limit=limit, max_id=0, min_id=0, hash=0
    )


def _search(peer: Any, words: str, offset: int, limit: int) -> Any:
    return functions.messages.SearchRequest(
        peer,
        words,
        types.InputMessagesFilterEmpty(),
        min_date=None,
        max_date=None,
        offset_id=offset,
        add_offset=0,
        limit=limit,
        max_id=0,
        min_id=0,
        hash=0,
    )


def _offset(cursor: str | None) -> int:
    """A cursor is the id of the last message of the page before."""
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= 10):
        raise CommandError("bad_cursor", say("This is no place to go on reading from."))
    return int(cursor)


def _cursor(answer: Any, limit: int) -> str | None:
    if len(answer.messages) < limit or isinstance(answer, types.messages.Messages):
        return None
    return str(answer.messages[-1].id)
