"""messages.sendReaction, getMessagesReactions and getMessageReactionsList."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.caller import Caller
from quart_app.demo.errors import RpcError
from quart_app.demo.message import Message
from quart_app.demo.methods import answers
from quart_app.demo.peer import Peer
from quart_app.demo.rights import taken_from
from quart_app.demo.view_message import reactions_of

_ALLOWED = frozenset(
    "👍👎❤🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳🌚🌭💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾😡"
)
_MOST = 100


@answers(fn.messages.SendReactionRequest)
def send_reaction(caller: Caller, request: Any) -> Any:
    """One emoji for each account; none takes it back."""
    peer = caller.readable(request.peer)
    message = _find(caller, peer, request.msg_id)
    emoji = _emoji(request.reaction or [])
    if peer.kind == "channel":
        channel = caller.world.population.channels[peer.id]
        if peer not in caller.account.dialogs and not channel.broadcast:
            raise RpcError(400, "USER_NOT_PARTICIPANT")
        if "send_reactions" in taken_from(channel, caller.account.id, caller.world.clock()):
            raise RpcError(403, "CHAT_WRITE_FORBIDDEN")
    if message.reactions.get(caller.account.id) == emoji:
        raise RpcError(400, "MESSAGE_NOT_MODIFIED")
    return caller.world.alterations.react(caller.account, peer, message, emoji, skip=caller.key)


def _emoji(given: list[Any]) -> str | None:
    if len(given) > 1:
        raise RpcError(400, "REACTIONS_TOO_MANY")
    if not given or isinstance(given[0], t.ReactionEmpty):
        return None
    reaction = given[0]
    if not isinstance(reaction, t.ReactionEmoji):
        raise RpcError(403, "PREMIUM_ACCOUNT_REQUIRED")
    emoji: str = reaction.emoticon.removesuffix("\ufe0f")
    if not emoji:
        raise RpcError(400, "REACTION_EMPTY")
    if emoji not in _ALLOWED:
        raise RpcError(400, "REACTION_INVALID")
    return emoji


def _find(caller: Caller, peer: Peer, number: int) -> Message:
    message = caller.world.history(caller.account, peer).find(number)
    if message is None or message.service:
        raise RpcError(400, "MESSAGE_ID_INVALID")
    return message


@answers(fn.messages.GetMessagesReactionsRequest)
def get_messages_reactions(caller: Caller, request: Any) -> Any:
    peer = caller.readable(request.peer)
    if len(request.id) > _MOST:
        raise RpcError(400, "MESSAGE_IDS_TOO_MANY")
    history = caller.world.history(caller.account, peer)
    found = [message for number in request.id if (message := history.find(number)) is not None]
    updates = [
        t.UpdateMessageReactions(
            peer.to_tl(),
            message.id,
            reactions_of(caller.account, peer, message) or t.MessageReactions([]),
        )
        for message in found
    ]
    now = int(caller.world.clock())
    return t.Updates(updates, date=now, seq=0, **caller.view.entities([peer], found))


@answers(fn.messages.GetMessageReactionsListRequest)
def get_message_reactions_list(caller: Caller, request: Any) -> Any:
    """Who reacted; not told of a channel's posts."""
    peer = caller.readable(request.peer)
    message = _find(caller, peer, request.id)
    if peer.kind == "channel" and caller.world.population.channels[peer.id].broadcast:
        raise RpcError(403, "BROADCAST_FORBIDDEN")
    wanted = getattr(request.reaction, "emoticon", None)
    rows = [row for row in message.reactions.items() if wanted is None or row[1] == wanted]
    start = int(request.offset) if request.offset and request.offset.isdigit() else 0
    end = start + min(max(request.limit, 1), _MOST)
    return t.messages.MessageReactionsList(
        count=len(rows),
        reactions=[
            t.MessagePeerReaction(
                t.PeerUser(person), message.date, t.ReactionEmoji(emoji), my=person == caller.account.id
            )
            for person, emoji in rows[start:end]
        ],
        next_offset=str(end) if end < len(rows) else None,
        **caller.view.entities([Peer("user", person) for person, _ in rows[start:end]]),
    )
