"""Marks set by requests: read, unread, muted, pinned, archived."""

from __future__ import annotations

from typing import Any

import pytest
from telethon import errors
from telethon import functions as fn
from telethon import types as t

from quart_app.demo import DemoDataCentre
from quart_app.demo.account import ARCHIVE, MAIN, Account, Dialog


def account_of(demo: DemoDataCentre) -> Account:
    return demo.world.account(7_000_020_001)


def first(demo: DemoDataCentre, *kinds: str, unread: bool = False) -> Dialog:
    return next(
        dialog
        for dialog in account_of(demo).listed(MAIN)
        if dialog.peer.kind in kinds
        and dialog.membership == "member"
        and not account_of(demo).is_pinned(dialog)
        and (dialog.unread_count > 1 or not unread)
    )


async def test_reading_a_private_chat(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    await client.get_dialogs()
    dialog = first(demo, "user", "group", unread=True)
    before = account_of(demo).pts
    last_but_one = dialog.history[len(dialog.history) - 2].id
    peer = await client.get_input_entity(dialog.peer.to_tl())
    answer = await client(fn.messages.ReadHistoryRequest(peer, max_id=last_but_one))
    assert (answer.pts, answer.pts_count, dialog.unread_count) == (before + 1, 1, 1)
    await client(fn.messages.ReadHistoryRequest(peer, max_id=0))
    assert (dialog.unread_count, dialog.read_inbox_max_id) == (0, dialog.history.last_id)


async def test_reading_a_channel(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    await client.get_dialogs()
    dialog = first(demo, "channel", unread=True)
    channel = await client.get_input_entity(dialog.peer.to_tl())
    assert await client(fn.channels.ReadHistoryRequest(channel, max_id=0))
    assert dialog.unread_count == 0
    with pytest.raises(errors.PeerIdInvalidError):
        await client(fn.messages.ReadHistoryRequest(channel, max_id=0))


async def test_marking_and_muting(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    peer, dialog = await client.get_input_entity("piazzademo"), None
    assert await client(fn.messages.MarkDialogUnreadRequest(t.InputDialogPeer(peer), unread=True))
    settings = t.InputPeerNotifySettings(mute_until=2_147_483_647)
    assert await client(fn.account.UpdateNotifySettingsRequest(t.InputNotifyPeer(peer), settings))
    dialog = (await client(fn.messages.GetPeerDialogsRequest([t.InputDialogPeer(peer)]))).dialogs[0]
    assert dialog.unread_mark
    assert dialog.notify_settings.mute_until.year == 2038
    now = await client(fn.account.GetNotifySettingsRequest(t.InputNotifyPeer(peer)))
    assert now.mute_until == dialog.notify_settings.mute_until


async def test_pins_have_a_limit(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    await client.get_dialogs()
    account = account_of(demo)
    free = [dialog for dialog in account.listed(MAIN) if not account.is_pinned(dialog)][:6]
    peers = [t.InputDialogPeer(await client.get_input_entity(dialog.peer.to_tl())) for dialog in free]
    room = 5 - len(account.pinned[MAIN])
    for peer in peers[:room]:
        assert await client(fn.messages.ToggleDialogPinRequest(peer, pinned=True))
    with pytest.raises(errors.PinnedDialogsTooMuchError):
        await client(fn.messages.ToggleDialogPinRequest(peers[room], pinned=True))
    for peer in peers[:room]:
        await client(fn.messages.ToggleDialogPinRequest(peer, pinned=False))
    assert len(account.pinned[MAIN]) == 5 - room


async def test_archiving(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    await client.get_dialogs()
    account = account_of(demo)
    pinned = account.pinned[MAIN][0]
    peer = await client.get_input_entity(pinned.to_tl())
    answer = await client.edit_folder(peer, 1)
    assert answer.updates[0].pts == account.pts
    assert account.dialogs[pinned].folder == ARCHIVE
    assert pinned not in account.pinned[MAIN]
    await client.edit_folder(peer, 0)
    assert account.dialogs[pinned].folder == MAIN
    with pytest.raises(errors.FolderIdInvalidError):
        await client.edit_folder(peer, 7)


async def test_only_listed_chats_can_be_marked(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    found = await client(fn.contacts.SearchRequest("italia", 50))
    stranger = await client.get_input_entity(found.results[0])
    with pytest.raises(errors.PeerIdInvalidError):
        await client(fn.messages.MarkDialogUnreadRequest(t.InputDialogPeer(stranger), unread=True))
    assert await client(fn.messages.SetTypingRequest(t.InputPeerSelf(), t.SendMessageTypingAction()))
