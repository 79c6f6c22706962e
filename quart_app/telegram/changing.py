"""What a command may change of the caller's chats. Each answers with what was there before it acted."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any, Final

from telethon import errors as rpc
from telethon import functions, types, utils

from commands import Chat, CommandError, Refused, say
from commands.gateway import MOST_CHATS
from quart_app.telegram.live import Live
from quart_app.telegram.mapping import muted_until
from quart_app.telegram.reading import peer_of

_ARCHIVE: Final = 1
_LAST_SECOND: Final = 2**31 - 1
"""What Telegram's counter of seconds can hold: a mute until then is one for ever."""


async def set_archived(live: Live, chats: tuple[Chat, ...], archived: bool) -> tuple[bool, ...]:
    """Chats that are there already are not asked for again."""
    if len(chats) > MOST_CHATS:
        raise CommandError("too_many", say("{n} chats at most in one request.", n=MOST_CHATS))
    before = tuple(row is not None and row.archived for row in (live.chats.get(chat.id) for chat in chats))
    folder = _ARCHIVE if archived else 0
    moves = [
        types.InputFolderPeer(peer_of(live, chat), folder)
        for chat, was in zip(chats, before, strict=True)
        if was != archived
    ]
    if moves:
        await live.client(functions.folders.EditPeerFoldersRequest(moves))
        for row in filter(None, (live.chats.get(chat.id) for chat in chats)):
            if row.archived != archived:
                row.archived, row.pinned = archived, 0
        live.chats.changed()
    return before


async def set_muted(live: Live, chat: Chat, until: datetime | None) -> datetime | None:
    """The chat's other settings are sent back as they were: what is left out would fall back to the default."""
    peer = types.InputNotifyPeer(peer_of(live, chat))
    known = await live.client(functions.account.GetNotifySettingsRequest(peer))
    was = muted_until(known)
    before = datetime.fromtimestamp(was, UTC) if was > time.time() else None
    seconds = 0 if until is None else min(int(until.timestamp()), _LAST_SECOND)
    if seconds == was or (until is None and before is None):
        return before
    await live.client(functions.account.UpdateNotifySettingsRequest(peer, _with_mute(known, seconds)))
    row = live.chats.get(chat.id)
    if row is not None:
        row.muted_until = seconds
        live.chats.changed()
    return before


def _with_mute(known: Any, seconds: int) -> Any:
    return types.InputPeerNotifySettings(
        show_previews=known.show_previews,
        silent=known.silent,
        mute_until=seconds,
        sound=known.other_sound,
        stories_muted=known.stories_muted,
        stories_hide_sender=known.stories_hide_sender,
        stories_sound=known.stories_other_sound,
    )


async def leave(live: Live, chat: Chat) -> bool:
    peer = peer_of(live, chat)
    if isinstance(peer, types.InputPeerChannel):
        request = functions.channels.LeaveChannelRequest(utils.get_input_channel(peer))
    elif isinstance(peer, types.InputPeerChat):
        request = functions.messages.DeleteChatUserRequest(peer.chat_id, types.InputUserSelf())
    else:
        raise Refused("not_a_group", say("{chat} is no group or channel to leave.", chat=str(chat)))
    try:
        await live.client(request)
    except rpc.UserNotParticipantError:
        return False
    live.chats.remove(chat.id)
    return True
