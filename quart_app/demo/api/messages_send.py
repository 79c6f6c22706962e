"""messages.sendMessage, sendMedia, sendMultiMedia and forwardMessages."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.api.polls import poll_from
from quart_app.demo.api.upload import media_from
from quart_app.demo.caller import Caller
from quart_app.demo.errors import RpcError
from quart_app.demo.message import Content, Forward, Message
from quart_app.demo.methods import answers
from quart_app.demo.peer import Peer
from quart_app.demo.rights import is_admin
from quart_app.demo.sending import (
    LONGEST_CAPTION,
    check_may_write,
    check_text,
    content_from,
    entities_from,
    joined,
    once,
    say,
)

_MOST_FORWARDED, _MOST_IN_ALBUM = 100, 10


@answers(fn.messages.SendMessageRequest)
def send_message(caller: Caller, request: Any) -> Any:
    """Done once for each random_id: clients repeat a request after a reconnect under another message id."""
    check_text(request.message)
    peer = caller.peer(request.peer)
    repeated = once(caller, request.random_id)
    if repeated is not None:
        return repeated
    check_may_write(caller, peer)
    answer = say(caller, peer, content_from(caller, peer, request), request.random_id, request.schedule_date)
    _clear_draft(caller, peer, request)
    return answer


@answers(fn.messages.SendMediaRequest)
def send_media(caller: Caller, request: Any) -> Any:
    peer = caller.peer(request.peer)
    repeated = once(caller, request.random_id)
    if repeated is not None:
        return repeated
    if len(request.message) > LONGEST_CAPTION:
        raise RpcError(400, "MEDIA_CAPTION_TOO_LONG")
    caller.refuse_forbidden(peer)
    poll = poll_from(caller, request.media) if isinstance(request.media, t.InputMediaPoll) else None
    media = None if poll else media_from(caller, request.media)
    check_may_write(caller, peer, media, poll=poll is not None)
    content = content_from(caller, peer, request, media, poll)
    answer = say(caller, peer, content, request.random_id, request.schedule_date)
    _clear_draft(caller, peer, request)
    return answer


@answers(fn.messages.SendMultiMediaRequest)
def send_multi_media(caller: Caller, request: Any) -> Any:
    """An album: either all of it is good, or nothing is sent."""
    peer, given = caller.peer(request.peer), request.multi_media
    if not 0 < len(given) <= _MOST_IN_ALBUM:
        raise RpcError(400, "MULTI_MEDIA_TOO_LONG" if given else "MEDIA_EMPTY")
    repeated = [once(caller, single.random_id) for single in given]
    if all(answer is not None for answer in repeated):
        return joined(caller, repeated)
    album, said = caller.world.media.next_id(), []
    for single in given:
        if len(single.message) > LONGEST_CAPTION:
            raise RpcError(400, "MEDIA_CAPTION_TOO_LONG")
        media = media_from(caller, single.media)
        check_may_write(caller, peer, media)
        entities = entities_from(caller, single.message, single.entities)
        said.append(Content(single.message, entities, media, silent=bool(request.silent), group=album))
    return joined(
        caller,
        [
            say(caller, peer, content, single.random_id, request.schedule_date)
            for content, single in zip(said, given, strict=True)
        ],
    )


@answers(fn.messages.ForwardMessagesRequest)
def forward_messages(caller: Caller, request: Any) -> Any:
    """What is gone by now is left out; MESSAGE_ID_INVALID if nothing is left."""
    if not request.id:
        raise RpcError(400, "MESSAGE_IDS_EMPTY")
    if len(request.id) != len(request.random_id):
        raise RpcError(400, "RANDOM_ID_INVALID")
    if len(request.id) > _MOST_FORWARDED:
        raise RpcError(400, "LIMIT_INVALID")
    source, target = caller.readable(request.from_peer), caller.peer(request.to_peer)
    check_may_write(caller, target)
    _refuse_many(caller, target, len(request.id))
    history = caller.world.history(caller.account, source)
    sent = []
    for number, random_id in zip(request.id, request.random_id, strict=True):
        message, repeated = history.find(number), once(caller, random_id)
        if repeated is not None:
            sent.append(repeated)
        elif message is not None and not message.service:
            check_may_write(caller, target, message.media, poll=message.poll is not None)
            content = _forwarded(source, message, request)
            sent.append(say(caller, target, content, random_id, request.schedule_date))
    if not sent:
        raise RpcError(400, "MESSAGE_ID_INVALID")
    return joined(caller, sent)


def _refuse_many(caller: Caller, target: Peer, count: int) -> None:
    """In slow mode one message is forwarded at a time."""
    channel = caller.world.population.channels.get(target.id) if target.kind == "channel" else None
    if count > 1 and channel is not None and channel.slow_mode and not is_admin(channel, caller.account.id):
        raise RpcError(400, "SLOWMODE_MULTI_MSGS_DISABLED")


def _forwarded(source: Peer, message: Message, request: Any) -> Content:
    forward = message.forward or Forward(
        message.date,
        message.sender,
        source.id if not message.sender else 0,
        message.id if not message.sender else 0,
    )
    keep_text = not (request.drop_media_captions and message.media)
    return Content(
        text=message.text if keep_text else "",
        entities=message.entities if keep_text else None,
        media=message.media,
        poll=message.poll,
        forward=None if request.drop_author else forward,
        silent=bool(request.silent),
        topic=request.top_msg_id or 0,
    )


def _clear_draft(caller: Caller, peer: Peer, request: Any) -> None:
    if request.clear_draft and peer in caller.account.dialogs:
        caller.world.changes.draft(caller.account, peer, None, skip=caller.key)
