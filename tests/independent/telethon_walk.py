"""Telethon, plain and unmodified, walks what managing chats needs, importing nothing of this project.

By hand: ``python tests/independent/telethon_walk.py HOST PORT PUBLIC_KEY.pem API_ID API_HASH`` against
``python -m quart_app demo``. Exit code 0, or a traceback where Telethon complains; what it merely logs as a warning
fails the walk as well.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path
from typing import Any

from telethon import TelegramClient, events, functions, types
from telethon.crypto import rsa
from telethon.errors import (
    PasswordHashInvalidError,
    PhoneCodeInvalidError,
    SessionPasswordNeededError,
    UsernameNotOccupiedError,
)
from telethon.sessions import StringSession

FIRST, SECOND, PROTECTED = "+9996610005", "+9996610006", "+9996620002"
CHANNEL = "scontierrati"
COMPLAINTS: list[str] = []
REPEATED = "at new auth_key failed: Step 3 invalid new nonce hash"
"""Said of one key exchange in 256: Telethon drops leading zero bytes of the key, and so it has to be repeated."""


class Complaints(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        if REPEATED not in (said := record.getMessage()):
            COMPLAINTS.append(f"{record.name}: {said}")


class Walk:
    def __init__(self, host: str, port: int, api_id: int, api_hash: str) -> None:
        self._place, self._api = (host, port), (api_id, api_hash)

    async def client(self, saved: str | None = None) -> TelegramClient:
        session = StringSession(saved)
        if saved is None:
            session.set_dc(2, *self._place)
        client = TelegramClient(session, *self._api, flood_sleep_threshold=0, connection_retries=4)
        await client.connect()
        return client

    async def signed_in(self, phone: str) -> TelegramClient:
        client = await self.client()
        sent = await client.send_code_request(phone)
        assert sent.type.length == 5, sent
        await refused(PhoneCodeInvalidError, client.sign_in(phone, "99999"))
        me = await client.sign_in(phone, phone[6] * 5)
        assert f"+{me.phone}" == phone, me
        return client

    async def whole(self) -> None:
        client = await self.signed_in(FIRST)
        said("signed in by code; a wrong one is refused")
        await dialogs(client)
        await names(client)
        await history(client)
        await search(client)
        await members(client)
        await self.updates(client)
        await self.resumed(client)

    async def updates(self, client: TelegramClient) -> None:
        """Somebody else writes, and it is pushed."""
        other = await self.signed_in(SECOND)
        heard: asyncio.Queue[Any] = asyncio.Queue()
        client.add_event_handler(heard.put, events.NewMessage(incoming=True))
        to = await other.get_input_entity((await client.get_me()).username)
        await other.send_message(to, "ciao")
        new = await next_of(heard, events.NewMessage.Event)
        assert new.raw_text == "ciao"
        assert (await new.get_sender()).phone != FIRST
        read = await client.get_messages(await new.get_input_chat(), limit=1)
        assert [each.raw_text for each in read] == ["ciao"]
        await client.send_read_acknowledge(await new.get_input_chat(), new.message)
        said("a message was pushed, fetched and read")
        await missed(client, other)
        await other.log_out()

    async def resumed(self, client: TelegramClient) -> None:
        """The saved session is enough; after logging out it is worth nothing."""
        saved = client.session.save()
        await client.disconnect()
        again = await self.client(saved)
        assert await again.is_user_authorized()
        said("resumed from a saved session")
        assert await again.log_out()
        last = await self.client(saved)
        assert not await last.is_user_authorized()
        await last.disconnect()
        said("logged out, and the saved session is worth nothing")

    async def protected(self) -> None:
        client = await self.client()
        await client.send_code_request(PROTECTED)
        await refused(SessionPasswordNeededError, client.sign_in(PROTECTED, "22222"))
        await refused(PasswordHashInvalidError, client.sign_in(password="wrong"))
        me = await client.sign_in(password="demo")
        assert f"+{me.phone}" == PROTECTED, me
        said("signed in by two-step password; a wrong one is refused")
        assert await client.log_out()


async def dialogs(client: TelegramClient) -> None:
    found = await client.get_dialogs()
    archived = await client.get_dialogs(archived=True)
    ids = [dialog.id for dialog in found]
    assert len(ids) == len(set(ids)) >= 60, f"{len(ids)} dialogs, {len(set(ids))} different ones"
    assert {dialog.id for dialog in archived} <= set(ids)
    paged = {dialog.id async for dialog in client.iter_dialogs(limit=None, ignore_pinned=True)}
    assert paged | {dialog.id for dialog in found if dialog.pinned} == set(ids)
    peers = [types.InputDialogPeer(found[0].input_entity)]
    one = await client(functions.messages.GetPeerDialogsRequest(peers))
    assert one.dialogs[0].top_message == found[0].message.id
    said(f"listed {len(ids)} dialogs, {len(archived)} of them archived")


async def names(client: TelegramClient) -> None:
    channel = await client.get_entity(CHANNEL)
    assert isinstance(channel, types.Channel), channel
    full = await client(functions.channels.GetFullChannelRequest(channel))
    assert full.full_chat.id == channel.id
    assert full.full_chat.participants_count > 0
    me = await client(functions.users.GetFullUserRequest(types.InputUserSelf()))
    assert me.users[0].is_self
    nobody = functions.contacts.ResolveUsernameRequest("nobody_here")
    await refused(UsernameNotOccupiedError, client(nobody))
    said("resolved a public name, read profiles; a name of nobody is none")


async def history(client: TelegramClient) -> None:
    newest = await client.get_messages(CHANNEL, limit=250)
    ids = [message.id for message in newest]
    assert ids == sorted(set(ids), reverse=True), "out of order, or twice"
    assert len(ids) == 250, len(ids)
    assert newest.total >= 250
    middle = ids[100]
    older = await client.get_messages(CHANNEL, limit=20, max_id=middle)
    assert [message.id for message in older] == ids[101:121]
    newer = await client.get_messages(CHANNEL, limit=5, min_id=middle, reverse=True)
    assert [message.id for message in newer] == ids[95:100][::-1]
    at = await client.get_messages(CHANNEL, limit=1, offset_date=newest[50].date)
    assert at[0].date < newest[50].date
    exact = await client.get_messages(CHANNEL, ids=[middle, 2**31 - 1])
    assert [None if each is None else each.id for each in exact] == [middle, None]
    said("read a history backwards, forwards, by date and by number")


async def search(client: TelegramClient) -> None:
    newest = await client.get_messages(CHANNEL, limit=100)
    word = max((word for each in newest for word in each.raw_text.split() if word.isalpha()), key=len)
    hits = await client.get_messages(CHANNEL, search=word, limit=20)
    assert hits, word
    assert all(word.casefold() in hit.raw_text.casefold() for hit in hits)
    assert not await client.get_messages(CHANNEL, search="qqxxjjzz", limit=5)
    links = await client.get_messages(CHANNEL, filter=types.InputMessagesFilterUrl(), limit=5)
    assert all("://" in each.raw_text for each in links)
    everywhere = await client(
        functions.messages.SearchGlobalRequest(
            word, types.InputMessagesFilterEmpty(), None, None, 0, types.InputPeerEmpty(), 0, limit=20
        )
    )
    assert everywhere.messages
    assert all(word.casefold() in each.message.casefold() for each in everywhere.messages)
    named = await client(functions.contacts.SearchRequest("scontierrati", limit=5))
    assert CHANNEL in {each.username for each in named.chats}
    said("searched in a chat, with a filter, everywhere and by name")


async def members(client: TelegramClient) -> None:
    groups = [each.entity for each in await client.get_dialogs() if each.is_group and each.is_channel]
    found = await client.get_participants(groups[0], limit=50)
    ids = [each.id for each in found]
    assert len(ids) == len(set(ids)) > 1
    assert (await client.get_me()).id in {each.id for each in await client.get_participants(groups[0])}
    said("listed the members of a group")


async def missed(client: TelegramClient, other: TelegramClient) -> None:
    """What was sent while one was away comes by difference, once and in order."""
    to = (await client.get_me()).username
    state = await client(functions.updates.GetStateRequest())
    for number in range(5):
        await other.send_message(to, f"numero {number}")
    difference = await client(functions.updates.GetDifferenceRequest(state.pts, state.date, state.qts))
    texts = [each.message for each in difference.new_messages]
    assert texts == [f"numero {number}" for number in range(5)], texts
    assert difference.state.pts == state.pts + 5
    said("caught up on what was missed")


async def refused(error: type[Exception], call: Any) -> None:
    try:
        await call
    except error:
        return
    raise AssertionError(f"{error.__name__} was expected")


async def next_of(heard: asyncio.Queue[Any], kind: type[Any]) -> Any:
    async with asyncio.timeout(20):
        while not isinstance(event := await heard.get(), kind):
            pass
    return event


def said(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def main(host: str, port: str, pem: str, api_id: str, api_hash: str) -> None:
    logging.getLogger("telethon").addHandler(Complaints(logging.WARNING))
    rsa.add_key(Path(pem).read_text(), old=False)
    walk = Walk(host, int(port), int(api_id), api_hash)
    async with asyncio.timeout(120):
        await walk.whole()
        await walk.protected()
    assert COMPLAINTS == [], COMPLAINTS
    said("no complaints")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
