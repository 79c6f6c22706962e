"""messages.getSponsoredMessages, viewSponsoredMessage and clickSponsoredMessage: advertisements."""

from __future__ import annotations

import hashlib
from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.caller import Caller
from quart_app.demo.chats import Channel
from quart_app.demo.errors import RpcError
from quart_app.demo.methods import answers

_LARGE = 1000
"""Members from which a public broadcast channel carries advertisements."""


@answers(fn.messages.GetSponsoredMessagesRequest)
def get_sponsored_messages(caller: Caller, request: Any) -> Any:
    peer = caller.readable(request.peer)
    channel = caller.world.population.channels.get(peer.id) if peer.kind == "channel" else None
    if channel is None or not _sells(channel):
        return t.messages.SponsoredMessagesEmpty()
    random_id = _random_id(caller, channel)
    caller.world.advertisements[random_id] = caller.account.id
    message = t.SponsoredMessage(
        random_id=random_id,
        url="https://t.me/offertelampo",
        title="Offerte Lampo 24h",
        message="Un'offerta ogni ora, ogni giorno.",
        button_text="Apri il canale",
        recommended=True,
        can_report=True,
    )
    return t.messages.SponsoredMessages([message], chats=[], users=[], posts_between=None)


def _sells(channel: Channel) -> bool:
    return channel.broadcast and channel.username is not None and channel.member_count >= _LARGE


def _random_id(caller: Caller, channel: Channel) -> bytes:
    text = f"{caller.account.id}:{channel.id}:{int(caller.world.clock()) // 300}"
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


@answers(fn.messages.ViewSponsoredMessageRequest)
def view_sponsored_message(caller: Caller, request: Any) -> Any:
    return _counted(caller, request.random_id)


@answers(fn.messages.ClickSponsoredMessageRequest)
def click_sponsored_message(caller: Caller, request: Any) -> Any:
    return _counted(caller, request.random_id)


def _counted(caller: Caller, random_id: bytes) -> bool:
    if caller.world.advertisements.get(random_id) != caller.account.id:
        raise RpcError(400, "RANDOM_ID_INVALID" if random_id else "RANDOM_ID_EMPTY")
    return True
