"""Which messages a question means: words, sort, sender, dates; in one chat or in all, newest first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import merge
from typing import Any

from telethon.tl import types as t

from quart_app.demo.account import Dialog
from quart_app.demo.generate.pasts import may_name, may_say
from quart_app.demo.history import History
from quart_app.demo.message import Message
from quart_app.demo.peer import Peer
from quart_app.demo.view_message import has_link

_REMEMBERED = 32


def _media(*kinds: str) -> Callable[[Message], bool]:
    return lambda message: message.media is not None and message.media.kind in kinds


def _never(_message: Message) -> bool:
    return False


_SORTS: dict[Any, Callable[[Message], bool]] = {
    t.InputMessagesFilterPhotos: _media("photo"),
    t.InputMessagesFilterVideo: _media("video"),
    t.InputMessagesFilterPhotoVideo: _media("photo", "video"),
    t.InputMessagesFilterDocument: _media("document"),
    t.InputMessagesFilterVoice: _media("voice"),
    t.InputMessagesFilterRoundVoice: _media("voice"),
    t.InputMessagesFilterMusic: _media("music"),
    t.InputMessagesFilterGif: _media("animation"),
    t.InputMessagesFilterUrl: has_link,
    t.InputMessagesFilterPinned: lambda message: message.pinned,
    t.InputMessagesFilterRoundVideo: _never,
    t.InputMessagesFilterChatPhotos: _never,
    t.InputMessagesFilterPhoneCalls: _never,
    t.InputMessagesFilterGeo: _never,
    t.InputMessagesFilterContacts: _never,
}


@dataclass(frozen=True, slots=True)
class Question:
    """``kind`` is a class of MessagesFilter; dates are Unix seconds, 0 for none, both exclusive."""

    words: str = ""
    kind: Any = t.InputMessagesFilterEmpty
    sender: int | None = None
    since: int = 0
    until: int = 0
    topic: int | None = None

    def known(self) -> bool:
        return self.kind in _SORTS or self.kind in (
            t.InputMessagesFilterEmpty,
            t.InputMessagesFilterMyMentions,
        )

    def matches(self, message: Message, mentioned: set[int], viewer: int) -> bool:
        if self.sender is not None and message.sender != self.sender:
            return False
        if self.topic is not None and message.topic != self.topic and message.id != self.topic:
            return False
        if message.service or (self.words and not self._said(message)):
            return False
        if self.kind is t.InputMessagesFilterMyMentions:
            return message.id in mentioned or viewer in message.mentions
        sort = _SORTS.get(self.kind)
        return sort is None or sort(message)

    def _said(self, message: Message) -> bool:
        name = message.media.name.lower() if message.media else ""
        return self.words in message.text.lower() or self.words in name

    def skips(self, history: History) -> bool:
        """Whether nothing of the generated past can be meant."""
        if self.kind is t.InputMessagesFilterPinned:
            return True
        if self.kind is t.InputMessagesFilterUrl and not may_say(history.past, "://"):
            return True
        return bool(self.words) and not (may_name(self.words) or may_say(history.past, self.words))


class Search:
    """Remembers what it found in the long pasts, which do not change unless somebody edits there."""

    def __init__(self) -> None:
        self._found: OrderedDict[tuple[Any, ...], list[int]] = OrderedDict()

    def in_chat(self, history: History, question: Question, viewer: int, dialog: Dialog | None) -> list[int]:
        """The places of all hits, newest first."""
        first, end = bounds(history, question)
        if dialog is not None:
            first = max(first, history.below_id(dialog.hidden_up_to + 1))
        past, mentioned = history.past_count, dialog.mentioned if dialog else set()
        recent = [
            place
            for place in range(end - 1, max(first, past) - 1, -1)
            if question.matches(history[place], mentioned, viewer)
        ]
        return recent + self._in_past(history, question, viewer, mentioned, (first, min(end, past)))

    def _in_past(
        self, history: History, question: Question, viewer: int, mentioned: set[int], span: tuple[int, int]
    ) -> list[int]:
        first, end = span
        if question.kind is t.InputMessagesFilterMyMentions:
            places = [history.below_id(number) for number in mentioned if history.find(number)]
            places += [history.below_id(message.id) for message in history.changed()]
        elif question.skips(history):
            places = [history.below_id(message.id) for message in history.changed()]
        else:
            return self._read(history, question, viewer, span)
        chosen = (place for place in sorted(set(places), reverse=True) if first <= place < end)
        return [place for place in chosen if question.matches(history[place], mentioned, viewer)]

    def _read(self, history: History, question: Question, viewer: int, span: tuple[int, int]) -> list[int]:
        key = (id(history), history.revision, question, span)
        found = self._found.get(key)
        if found is None:
            places = range(span[1] - 1, span[0] - 1, -1)
            found = [place for place in places if question.matches(history[place], set(), viewer)]
            self._found[key] = found
            if len(self._found) > _REMEMBERED:
                self._found.popitem(last=False)
        self._found.move_to_end(key)
        return found


def bounds(history: History, question: Question) -> tuple[int, int]:
    """Between which places the dates lie."""
    first = history.before_date(question.since + 1) if question.since else 0
    return first, history.before_date(question.until) if question.until else len(history)


Hit = tuple[int, Peer, int, Message]
"""Date, chat, id: what all hits together are sorted by, newest first; and the message."""


def everywhere(
    dialogs: list[Dialog], question: Question, viewer: int, behind: tuple[int, Peer | None, int]
) -> Iterator[Hit]:
    """Hits of all these chats, newest first, behind a date, chat and id (0, None, 0: from the start)."""
    return merge(*(_in_one(dialog, question, viewer, behind) for dialog in dialogs), reverse=True, key=_order)


def _order(hit: Hit) -> tuple[int, Peer, int]:
    return hit[:3]


def _in_one(
    dialog: Dialog, question: Question, viewer: int, behind: tuple[int, Peer | None, int]
) -> Iterator[Hit]:
    history, (date, peer, number) = dialog.history, behind
    first, end = bounds(history, question)
    first = max(first, history.below_id(dialog.hidden_up_to + 1))
    if date:
        end = min(end, history.before_date(date + 1))
    places: Any = range(end - 1, first - 1, -1)
    if question.skips(history):
        old = (history.below_id(message.id) for message in reversed(history.changed()))
        places = [
            *range(end - 1, max(first, history.past_count) - 1, -1),
            *(p for p in old if first <= p < end),
        ]
    for place in places:
        message = history[place]
        row = (message.date, dialog.peer, message.id)
        if date and peer is not None and row >= (date, peer, number):
            continue
        if question.matches(message, dialog.mentioned, viewer):
            yield (*row, message)
