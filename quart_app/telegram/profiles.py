"""What a public name shows: asked of Telegram, in as few calls as it takes."""

from __future__ import annotations

from typing import Any

from telethon import errors as rpc
from telethon import functions, types, utils

from commands import Profile
from quart_app.telegram.gate import GatedClient
from quart_app.telegram.mapping import chat_of, named


async def ask_profile(client: GatedClient, username: str, known: tuple[int, int] | None) -> Profile | None:
    if known is None:
        try:
            found = await client(functions.contacts.ResolveUsernameRequest(username))
        except (rpc.UsernameNotOccupiedError, rpc.UsernameInvalidError):
            return None
        marked = utils.get_peer_id(found.peer)
        entities = {utils.get_peer_id(entity): entity for entity in (*found.users, *found.chats)}
        if marked not in entities:
            return None
        return await _full(client, utils.get_input_peer(entities[marked]))
    bare, kind = utils.resolve_id(known[0])
    if kind is types.PeerUser:
        return await _full(client, types.InputPeerUser(bare, known[1]))
    return await _full(client, types.InputPeerChannel(bare, known[1]))


async def _full(client: GatedClient, peer: Any) -> Profile | None:
    """One call: what there is to know of a user, bot, supergroup or channel."""
    if isinstance(peer, types.InputPeerUser | types.InputPeerSelf):
        answer = await client(functions.users.GetFullUserRequest(utils.get_input_user(peer)))
        about, members = answer.full_user.about, None
        entity = next((user for user in answer.users if user.id == answer.full_user.id), None)
    else:
        answer = await client(functions.channels.GetFullChannelRequest(utils.get_input_channel(peer)))
        about, members = answer.full_chat.about, answer.full_chat.participants_count
        entity = next((chat for chat in answer.chats if chat.id == answer.full_chat.id), None)
    found = named(entity, in_list=False)
    return None if found is None else Profile(chat_of(found), members, about or "")
