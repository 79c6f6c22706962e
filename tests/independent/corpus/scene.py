"""The people and chats that the calls of the corpus are made among, as a stranger would set them up; plain Telethon."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from telethon import TelegramClient, functions, types
from telethon.crypto import rsa
from telethon.sessions import StringSession
from telethon.utils import get_input_channel, get_input_peer, get_input_user

fn, t = functions, types
Make = Callable[["Scene"], Any]
_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Case:
    """``expected``: the class of the answer, or code and name of the error, as the documentation gives them.

    ``by`` is who asks: ada (an admin), bob (a plain member), eve (nobody), new (not logged in).
    """

    words: str
    request: Make
    expected: str
    by: str = "ada"


def soon(**delta: float) -> datetime:
    return datetime.now(UTC) + timedelta(**delta)


def number() -> int:
    """A random_id that was not used before."""
    return 10_000 + next(_NUMBERS)


class Scene:
    """Attributes are input objects as ``ada`` names them, ``bob_...`` as bob does."""

    ada: TelegramClient
    bob: TelegramClient
    eve: TelegramClient
    new: TelegramClient

    def __init__(self, place: tuple[str, int], api: tuple[int, str]) -> None:
        self.place, self.api = place, api
        self.known: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        try:
            return self.known[name]
        except KeyError:
            raise AttributeError(name) from None

    async def client(self, phone: str | None) -> TelegramClient:
        session = StringSession()
        session.set_dc(2, *self.place)
        client = TelegramClient(
            session, *self.api, flood_sleep_threshold=0, connection_retries=4, request_retries=1
        )
        await client.connect()
        if phone:
            await client.send_code_request(phone)
            await client.sign_in(phone, phone[6] * 5)
        return client

    async def set(self) -> None:
        self.ada, self.bob = await self.client("+9996610011"), await self.client("+9996610012")
        self.eve, self.new = await self.client("+9996610013"), await self.client(None)
        await self._people()
        await self._chats()
        await self._messages()

    async def _people(self) -> None:
        ada, bob = await self.ada.get_me(), await self.bob.get_me()
        self.known["bob_user"] = get_input_user(await self.ada.get_entity(bob.username))
        self.known["bob_peer"] = get_input_peer(await self.ada.get_entity(bob.username))
        self.known["ada_user"] = get_input_user(await self.bob.get_entity(ada.username))
        self.known["ada_peer"] = get_input_peer(await self.bob.get_entity(ada.username))
        dialogs = await self.ada.get_dialogs()
        people = [each.entity for each in dialogs if each.is_user]
        self.known["deleted"] = get_input_user(next(each for each in people if each.deleted))
        self.known["deleted_peer"] = get_input_peer(next(each for each in people if each.deleted))
        self.known["self"] = t.InputPeerSelf()
        self.known["stranger"] = t.InputPeerUser(424_242_424, 1)
        self.known["listed"] = next(
            get_input_peer(each) for each in people if not each.deleted and not each.is_self
        )

    async def _chats(self) -> None:
        self.known["news"] = await self.ada.get_input_entity("scontierrati")
        self.known["bob_news"] = await self.bob.get_input_entity("scontierrati")
        self.known["forum"] = await self.ada.get_input_entity("forum_demo")
        self.known["plaza"] = await self.ada.get_input_entity("piazzademo")
        made = await self.ada(fn.channels.CreateChannelRequest("Corpus", "", megagroup=True))
        self.known["own"] = get_input_channel(made.chats[0])
        await self.ada(fn.channels.InviteToChannelRequest(self.own, [self.bob_user]))
        dialogs = await self.bob.get_dialogs()
        self.known["bob_own"] = next(
            get_input_channel(each.entity) for each in dialogs if each.name == "Corpus"
        )
        made = await self.ada(fn.channels.CreateChannelRequest("Post", "", broadcast=True))
        self.known["posts"] = get_input_channel(made.chats[0])
        group = await self.ada(fn.messages.CreateChatRequest([self.bob_user], "Gruppo"))
        self.known["group"] = group.updates.chats[0].id
        self.known["group_peer"] = t.InputPeerChat(self.group)
        wrong = t.InputChannel(self.own.channel_id, self.own.access_hash ^ 1)
        self.known["wrong_hash"] = wrong
        self.known["wrong_peer"] = t.InputPeerChannel(wrong.channel_id, wrong.access_hash)
        self.known["link"] = (await self.ada(fn.messages.ExportChatInviteRequest(self.own))).link.rpartition(
            "+"
        )[2]
        asked = await self.ada(fn.messages.ExportChatInviteRequest(self.posts, request_needed=True))
        self.known["ask_link"] = asked.link.rpartition("+")[2]

    async def _messages(self) -> None:
        self.known["said"] = (await self.ada.send_message("me", "detto")).id
        self.known["to_bob"] = (await self.ada.send_message(self.bob_peer, "a bob")).id
        self.known["in_own"] = (await self.ada.send_message(self.own, "nel gruppo")).id
        self.known["in_group"] = (await self.ada.send_message(self.group_peer, "nel gruppo")).id
        self.known["post"] = (await self.ada.get_messages("scontierrati", limit=1))[0].id
        service = await self.ada.get_messages(self.own, limit=10)
        self.known["service"] = next(each.id for each in service if each.action)
        poll = t.Poll(0, _text("Sì o no?"), [t.PollAnswer(_text(x), x.encode()) for x in ("si", "no")], 0)
        told = await self.ada(fn.messages.SendMediaRequest("me", t.InputMediaPoll(poll), ""))
        self.known["poll"] = next(update.message.id for update in told.updates if hasattr(update, "message"))

    async def strike(self) -> None:
        for client in (self.ada, self.bob, self.eve, self.new):
            await client.disconnect()


def _text(words: str) -> Any:
    return t.TextWithEntities(words, [])


async def opened(host: str, port: str, pem: str, api: tuple[int, str]) -> Scene:
    rsa.add_key(Path(pem).read_text(), old=False)
    scene = Scene((host, int(port)), api)
    await scene.set()
    return scene
