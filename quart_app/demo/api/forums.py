"""messages.getForumTopics, getForumTopicsByID, createForumTopic and getReplies: supergroups that are forums."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.api.messages_dialogs import unix
from quart_app.demo.api.messages_history import found, within
from quart_app.demo.caller import Caller
from quart_app.demo.chats import Channel
from quart_app.demo.errors import RpcError
from quart_app.demo.history import History
from quart_app.demo.message import Content, Message
from quart_app.demo.methods import answers
from quart_app.demo.rights import taken_from
from quart_app.demo.search import Question
from quart_app.demo.sending import once, say

GENERAL = 1
"""The topic that every forum has."""
_PAGE, _LONGEST_TITLE, _LOOK_BACK = 100, 128, 500


@answers(fn.messages.GetForumTopicsRequest)
def get_forum_topics(caller: Caller, request: Any) -> Any:
    """Those with the newest message first."""
    channel = _forum(caller, request.peer)
    words = (request.q or "").lower()
    tops = _tops(channel)
    roots = [root for root in _roots(channel) if words in _title(channel, root).lower()]
    roots.sort(key=lambda root: tops[root].id, reverse=True)
    rows = roots
    if request.offset_topic:
        place = roots.index(request.offset_topic) + 1 if request.offset_topic in roots else len(roots)
        rows = roots[place:]
    elif unix(request.offset_date):
        rows = [root for root in roots if tops[root].date < unix(request.offset_date)]
    page = rows[: min(max(request.limit, 1), _PAGE)]
    return _topics(caller, channel, page, tops, len(roots))


@answers(fn.messages.GetForumTopicsByIDRequest)
def get_forum_topics_by_id(caller: Caller, request: Any) -> Any:
    channel = _forum(caller, request.peer)
    if not request.topics:
        raise RpcError(400, "TOPICS_EMPTY")
    roots = [root for root in request.topics if root in _roots(channel)]
    return _topics(caller, channel, roots, _tops(channel), len(roots))


@answers(fn.messages.CreateForumTopicRequest)
def create_forum_topic(caller: Caller, request: Any) -> Any:
    channel, title = _forum(caller, request.peer), request.title.strip()
    if not title:
        raise RpcError(400, "TOPIC_TITLE_EMPTY")
    if channel.peer not in caller.account.dialogs:
        raise RpcError(400, "USER_NOT_PARTICIPANT")
    if "manage_topics" in taken_from(channel, caller.account.id, caller.world.clock()):
        raise RpcError(400, "CHAT_ADMIN_REQUIRED")
    repeated = once(caller, request.random_id)
    if repeated is not None:
        return repeated
    action = t.MessageActionTopicCreate(title[:_LONGEST_TITLE], request.icon_color or 0x6FB9F0)
    return say(caller, channel.peer, Content(action=action), request.random_id)


@answers(fn.messages.GetRepliesRequest)
def get_replies(caller: Caller, request: Any) -> Any:
    """What was said in a topic."""
    peer = caller.readable(request.peer)
    history = caller.world.history(caller.account, peer)
    if history.find(request.msg_id) is None:
        raise RpcError(400, "MSG_ID_INVALID")
    topic = 0 if request.msg_id == GENERAL else request.msg_id
    hits = caller.world.search.in_chat(history, Question(topic=topic), caller.account.id, None)
    hits = [place for place in hits if history[place].id != request.msg_id]
    start = 0
    if request.offset_id:
        below = history.below_id(request.offset_id)
        start = sum(1 for place in hits if place >= below)
    start = max(start + request.add_offset, 0)
    page = [history[place] for place in hits[start : start + min(max(request.limit, 0), _PAGE)]]
    return found(caller, peer, within(page, request), len(hits))


def _forum(caller: Caller, given: Any) -> Channel:
    peer = caller.readable(given)
    channel = caller.world.population.channels.get(peer.id) if peer.kind == "channel" else None
    if channel is None or not channel.forum:
        raise RpcError(400, "CHANNEL_FORUM_MISSING")
    return channel


def _roots(channel: Channel) -> list[int]:
    begun = [root for root in channel.history.past.topics if channel.history.find(root) is not None]
    later = [
        message.id
        for message in channel.history.recent
        if isinstance(message.action, t.MessageActionTopicCreate)
    ]
    return [GENERAL, *begun, *later]


def _tops(channel: Channel) -> dict[int, Message]:
    """The newest message of each topic, of the last few hundred; else the one that began it."""
    history, tops = channel.history, dict[int, Message]()
    for place in range(len(history) - 1, max(len(history) - _LOOK_BACK, 0) - 1, -1):
        message = history[place]
        tops.setdefault(message.topic or GENERAL, message)
    for root in _roots(channel):
        if root not in tops:
            tops[root] = _root(history, root)
    return tops


def _root(history: History, root: int) -> Message:
    return history.find(root) or history[0]


def _title(channel: Channel, root: int) -> str:
    if root == GENERAL:
        return "General"
    return str(_root(channel.history, root).action.title)


def _topics(caller: Caller, channel: Channel, roots: list[int], tops: dict[int, Message], count: int) -> Any:
    view, dialog = caller.view, caller.dialog(_input(caller, channel))
    shown = [tops[root] for root in roots]
    return t.messages.ForumTopics(
        count=count,
        topics=[_topic(caller, channel, root, tops[root].id, dialog.read_inbox_max_id) for root in roots],
        messages=[view.message(channel.peer, message) for message in shown],
        pts=channel.pts,
        **view.entities([channel.peer], shown),
    )


def _input(caller: Caller, channel: Channel) -> Any:
    return caller.view.input_channel(channel.peer)


def _topic(caller: Caller, channel: Channel, root: int, top: int, read: int) -> Any:
    first = _root(channel.history, root)
    return t.ForumTopic(
        id=root,
        date=first.date,
        peer=channel.peer.to_tl(),
        title=_title(channel, root),
        icon_color=0x6FB9F0,
        top_message=top,
        read_inbox_max_id=min(read, top),
        read_outbox_max_id=0,
        unread_count=max(0, min(top - read, 1)),
        unread_mentions_count=0,
        unread_reactions_count=0,
        unread_poll_votes_count=0,
        from_id=t.PeerUser(first.sender or channel.creator),
        notify_settings=t.PeerNotifySettings(),
        my=first.sender == caller.account.id,
    )
