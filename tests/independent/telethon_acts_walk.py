"""Telethon, plain and unmodified, changes things: two people write, alter, mark, file, join and leave.

By hand: as ``telethon_walk.py``. It imports nothing of this project; a warning that Telethon logs fails the walk.
"""

from __future__ import annotations

import asyncio
import io
import logging
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from telethon import TelegramClient, errors, events, functions, types
from telethon.crypto import rsa
from telethon.sessions import StringSession

CHANNEL = "scontierrati"
COMPLAINTS: list[str] = []
REPEATED = "at new auth_key failed: Step 3 invalid new nonce hash"
"""Said of one key exchange in 256: Telethon drops leading zero bytes of the key, and so it has to be repeated."""
fn = functions


class Complaints(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        if REPEATED not in (said := record.getMessage()):
            COMPLAINTS.append(f"{record.name}: {said}")


class Walk:
    """``ada`` acts, ``bob`` is acted upon and hears of it."""

    def __init__(self, ada: TelegramClient, bob: TelegramClient) -> None:
        self.ada, self.bob = ada, bob
        self.heard: asyncio.Queue[Any] = asyncio.Queue()

    async def all(self) -> None:
        me = await self.ada.get_me()
        self.to_bob = await self.ada.get_input_entity((await self.bob.get_me()).username)
        self.to_ada = await self.bob.get_input_entity(me.username)
        for kind in (events.NewMessage(incoming=True), events.MessageEdited(), events.MessageDeleted()):
            self.bob.add_event_handler(self.heard.put, kind)
        await self.messages()
        await self.marks()
        await self.folders()
        await self.memberships()
        await self.media()
        await self.devices()
        await self.qr_login()

    async def messages(self) -> None:
        await self.ada.delete_dialog(self.to_bob, revoke=True)  # of a walk before this one
        first = await self.ada.send_message(self.to_bob, "uno")
        assert (await self.next(events.NewMessage.Event)).raw_text == "uno"
        reply = await self.ada.send_message(self.to_bob, "due", reply_to=first.id)
        assert (await self.next(events.NewMessage.Event)).message.reply_to is not None
        assert reply.reply_to.reply_to_msg_id == first.id
        await self.ada.edit_message(self.to_bob, first.id, "uno e mezzo")
        assert (await self.next(events.MessageEdited.Event)).raw_text == "uno e mezzo"
        newest = (await self.ada.get_messages(CHANNEL, limit=1))[0]
        forwarded = await self.ada.forward_messages(self.to_bob, newest)
        assert forwarded.fwd_from is not None
        assert (await self.next(events.NewMessage.Event)).message.fwd_from is not None
        await self.ada.delete_messages(self.to_bob, [reply.id, forwarded.id], revoke=True)
        assert len((await self.next(events.MessageDeleted.Event)).deleted_ids) >= 1
        left = await self.ada.get_messages(self.to_bob, limit=5)
        assert [each.raw_text for each in left] == ["uno e mezzo"], left
        await refused(errors.MessageEmptyError, self.ada(fn.messages.SendMessageRequest(self.to_bob, "")))
        await refused(
            errors.MessageTooLongError, self.ada(fn.messages.SendMessageRequest(self.to_bob, "x" * 4097))
        )
        said("sent, replied, edited, forwarded and deleted; the other heard all of it")

    async def marks(self) -> None:
        message = (await self.ada.get_messages(CHANNEL, limit=1))[0]
        peer = await self.ada.get_input_entity(CHANNEL)
        thumb = [types.ReactionEmoji("👍")]
        await self.ada(fn.messages.SendReactionRequest(peer, message.id, reaction=thumb))
        again = await self.ada.get_messages(CHANNEL, ids=message.id)
        assert any(each.chosen_order is not None for each in again.reactions.results)
        await self.ada(fn.messages.SaveDraftRequest(self.to_bob, "un abbozzo"))
        drafts = await self.ada.get_drafts()
        assert [each.raw_text for each in drafts if not each.is_empty] == ["un abbozzo"]
        await self.ada.edit_folder(peer, 1)
        assert CHANNEL in {
            each.entity.username for each in await self.ada.get_dialogs(archived=True) if each.is_channel
        }
        await self.ada.edit_folder(peer, 0)
        await self.ada(fn.messages.ReorderPinnedDialogsRequest(0, [], force=True))
        await self.ada(fn.messages.ToggleDialogPinRequest(types.InputDialogPeer(peer), pinned=True))
        first = await self.ada.get_dialogs(archived=False, limit=1)
        assert [(each.entity.username, each.pinned) for each in first] == [(CHANNEL, True)], first
        await self.ada(fn.messages.ToggleDialogPinRequest(types.InputDialogPeer(peer), pinned=False))
        until = datetime.now(UTC) + timedelta(days=1)
        settings = types.InputPeerNotifySettings(mute_until=until)
        await self.ada(fn.account.UpdateNotifySettingsRequest(types.InputNotifyPeer(peer), settings))
        assert (await self.dialog()).dialog.notify_settings.mute_until.date() == until.date()
        await self.ada.send_read_acknowledge(peer, message)
        assert (await self.dialog()).unread_count == 0
        said("reacted, drafted, archived, pinned, muted and read")

    async def dialog(self) -> Any:
        found = [
            each
            for each in await self.ada.get_dialogs()
            if each.is_channel and each.entity.username == CHANNEL
        ]
        assert len(found) == 1
        return found[0]

    async def folders(self) -> None:
        peer = await self.ada.get_input_entity(CHANNEL)
        title = types.TextWithEntities("Spesa", [])
        made = types.DialogFilter(2, title, pinned_peers=[], include_peers=[peer], exclude_peers=[])
        await self.ada(fn.messages.UpdateDialogFilterRequest(2, made))
        found = (await self.ada(fn.messages.GetDialogFiltersRequest())).filters
        assert "Spesa" in [each.title.text for each in found if isinstance(each, types.DialogFilter)]
        await self.ada(fn.messages.UpdateDialogFilterRequest(2))
        found = (await self.ada(fn.messages.GetDialogFiltersRequest())).filters
        assert not [each for each in found if isinstance(each, types.DialogFilter)]
        said("made a folder and removed it")

    async def memberships(self) -> None:
        channel = await self.ada.get_input_entity(CHANNEL)
        await self.ada(fn.channels.LeaveChannelRequest(channel))
        ids = {each.id for each in await self.ada.get_dialogs()}
        marked = (await self.ada.get_entity(CHANNEL)).id
        assert int(f"-100{marked}") not in ids
        await self.ada(fn.channels.JoinChannelRequest(channel))
        assert (await self.dialog()).entity.left is False
        await refused(errors.ChatAdminRequiredError, self.ada.get_participants(channel, limit=5))
        banned = types.ChatBannedRights(None, view_messages=True)
        ban = fn.channels.EditBannedRequest(channel, self.to_bob, banned)
        await refused(errors.ChatAdminRequiredError, self.ada(ban))
        said("left and joined again; without rights one bans nobody")

    async def media(self) -> None:
        content = bytes(range(256)) * 1024
        file = io.BytesIO(content)
        file.name = "lista.bin"
        sent = await self.ada.send_file(self.to_bob, file, force_document=True)
        assert await self.ada.download_media(sent, bytes) == content
        got = await self.next(events.NewMessage.Event)
        assert await self.bob.download_media(got.message, bytes) == content
        said("sent a file, and the other downloaded the same")

    async def devices(self) -> None:
        found = (await self.ada(fn.account.GetAuthorizationsRequest())).authorizations
        assert [each.current for each in found].count(True) == 1
        # A login of the last 24 hours may neither throw others out nor take everything along.
        other = fn.account.ResetAuthorizationRequest(1)
        await refused(
            (errors.FreshResetAuthorisationForbiddenError, errors.HashInvalidError), self.ada(other)
        )
        await refused(
            errors.FreshResetAuthorisationForbiddenError, self.ada(fn.auth.ResetAuthorizationsRequest())
        )
        takeout = fn.account.InitTakeoutSessionRequest(message_users=True)
        await refused(errors.TakeoutInitDelayError, self.ada(takeout))
        sponsored = await self.ada(fn.messages.GetSponsoredMessagesRequest(CHANNEL))
        assert isinstance(sponsored, types.messages.SponsoredMessages | types.messages.SponsoredMessagesEmpty)
        said(f"listed {len(found)} device; a fresh one has its limits; asked for advertisements")

    async def qr_login(self) -> None:
        fresh = TelegramClient(
            StringSession(), self.ada.api_id, self.ada.api_hash, flood_sleep_threshold=0, connection_retries=4
        )
        fresh.session.set_dc(2, self.ada.session.server_address, self.ada.session.port)
        await fresh.connect()
        qr = await fresh.qr_login()
        waiting = asyncio.ensure_future(qr.wait(20))
        await asyncio.sleep(0)
        await self.ada(fn.auth.AcceptLoginTokenRequest(qr.token))
        assert (await waiting).id == (await self.ada.get_me()).id
        await fresh.log_out()
        said("logged another device in by QR code")

    async def next(self, kind: type[Any]) -> Any:
        async with asyncio.timeout(20):
            while not isinstance(event := await self.heard.get(), kind):
                pass
        return event


async def refused(error: type[Exception] | tuple[type[Exception], ...], call: Any) -> None:
    try:
        await call
    except error:
        return
    raise AssertionError(f"{error} was expected")


def said(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def signed_in(place: tuple[str, int], api: tuple[int, str], phone: str) -> TelegramClient:
    session = StringSession()
    session.set_dc(2, *place)
    client = TelegramClient(session, *api, flood_sleep_threshold=0, connection_retries=4)
    await client.connect()
    await client.send_code_request(phone)
    await client.sign_in(phone, phone[6] * 5)
    return client


async def main(host: str, port: str, pem: str, api_id: str, api_hash: str) -> None:
    logging.getLogger("telethon").addHandler(Complaints(logging.WARNING))
    rsa.add_key(Path(pem).read_text(), old=False)
    place, api = (host, int(port)), (int(api_id), api_hash)
    async with asyncio.timeout(150):
        ada, bob = [await signed_in(place, api, phone) for phone in ("+9996610007", "+9996610008")]
        await Walk(ada, bob).all()
        await ada.log_out()
        await bob.log_out()
    assert COMPLAINTS == [], COMPLAINTS
    said("no complaints")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
