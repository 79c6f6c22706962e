"""Chats that are made, renamed, restricted for all and deleted."""

from __future__ import annotations

from typing import Any

import pytest
from telethon import errors
from telethon import functions as fn
from telethon import types as t

from quart_app.demo import DemoDataCentre


async def test_a_group_is_made_and_renamed(log_in: Any) -> None:
    client, other = await log_in("20001"), await log_in("20003")
    made = await client(fn.messages.CreateChatRequest(["demo_20003"], "Noi due"))
    chat = made.updates.chats[0]
    assert (chat.title, chat.creator, chat.participants_count) == ("Noi due", True, 2)
    await other.send_message(t.PeerChat(chat.id), "eccomi")
    await client(fn.messages.EditChatTitleRequest(chat.id, "Noi"))
    assert "Noi" in {row.title for row in await other.get_dialogs()}
    shown = [message async for message in other.iter_messages(t.PeerChat(chat.id))]
    assert [type(message.action) for message in shown] == [
        t.MessageActionChatEditTitle,
        type(None),
        t.MessageActionChatCreate,
    ]
    with pytest.raises(errors.ChatNotModifiedError):
        await client(fn.messages.EditChatTitleRequest(chat.id, "Noi"))
    with pytest.raises(errors.UsersTooFewError):
        await client(fn.messages.CreateChatRequest(["me"], "Solo io"))


async def test_a_supergroup_is_made_restricted_and_deleted(log_in: Any) -> None:
    client, other = await log_in("20001"), await log_in("20003")
    made = await client(fn.channels.CreateChannelRequest("Circolo", "prove", megagroup=True))
    chat = made.chats[0]
    assert (chat.creator, chat.megagroup, chat.participants_count) == (True, True, 1)
    await client(fn.channels.InviteToChannelRequest(chat, ["demo_20003"]))
    there = next(row for row in await other.get_dialogs() if row.entity.id == chat.id).input_entity
    await other.send_message(there, "grazie")
    await client.edit_permissions(chat, send_messages=False)
    with pytest.raises(errors.ChatWriteForbiddenError):
        await other.send_message(there, "di nulla")
    assert await client.send_message(chat, "silenzio")
    await client(fn.messages.EditChatAboutRequest(chat, "nuovo"))
    assert (await other(fn.channels.GetFullChannelRequest(there))).full_chat.about == "nuovo"
    with pytest.raises(errors.ChatAdminRequiredError):
        await other(fn.channels.DeleteChannelRequest(there))
    await client(fn.channels.DeleteChannelRequest(chat))
    with pytest.raises(errors.ChannelPrivateError):
        await other.get_messages(there, limit=1)


async def test_a_group_of_a_stranger_cannot_be_renamed(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    with pytest.raises(errors.ChatAdminRequiredError):
        await client(fn.channels.EditTitleRequest("piazzademo", "Mia"))
    with pytest.raises(errors.ChatIdInvalidError):
        await client(fn.messages.EditChatTitleRequest(123, "Mia"))
    views = await client(fn.messages.GetMessagesViewsRequest("scontierrati", [5, 99_999], increment=True))
    assert [row.views is None for row in views.views] == [False, True]
