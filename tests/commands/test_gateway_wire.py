"""Every call of the gateway, what goes in and what comes back, as JSON and back: ready for a process of its own."""

from __future__ import annotations

import inspect
import json
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from commands import Chat, ChatState, CommandError, Message, Page, Profile, Telegram, Uncertain, User, say
from commands.crossing import crossed
from commands.gateway import REQUIRED
from commands.wire import decode, encode

NOW: Final = datetime(2026, 1, 31, 12, tzinfo=UTC)
CHAT: Final = Chat(-1_000_000_000_007, "Caffè", "channel", "caffe")
GROUP: Final = Chat(-7, "Amici", "group")
MESSAGE: Final = Message(5, CHAT, NOW, "ciao", User(7, "Ada", "ada"), "https://t.me/caffe/5")
CALLS: Final[dict[str, tuple[tuple[Any, ...], dict[str, Any], Any]]] = {
    "chats": (
        (),
        {"fresh": True},
        (ChatState(CHAT, 3, NOW, frozenset({"muted"})), ChatState(GROUP, 0, None, frozenset())),
    ),
    "resolve": (("@caffe",), {}, CHAT),
    "profile": (("caffe",), {}, Profile(CHAT, 42, "Ogni giorno")),
    "messages": ((CHAT,), {"search": "ciao", "limit": 5, "cursor": "9"}, Page((MESSAGE,), "5")),
    "activity": ((CHAT,), {"since": NOW, "cursor": None}, Page((NOW,), None)),
    "set_archived": (((CHAT, GROUP), True), {}, (False, True)),
    "set_muted": ((CHAT, NOW), {}, None),
    "leave": ((GROUP,), {}, True),
}


def through_json(value: Any) -> Any:
    return decode(json.loads(json.dumps(encode(value))))


def test_every_method_is_tried() -> None:
    assert CALLS.keys() == REQUIRED.keys()


@pytest.mark.parametrize("method", CALLS)
def test_a_call_and_its_answer(method: str) -> None:
    arguments, named, answer = CALLS[method]
    inspect.signature(getattr(Telegram, method)).bind(None, *arguments, **named)
    for value in (arguments, tuple(named.items()), answer):
        assert through_json(value) == value
        assert crossed(value) == value


def test_what_went_wrong() -> None:
    error = Uncertain("unanswered", say("Look before you try again."))
    back = through_json(error)
    assert (type(back), back.code, back.said) == (Uncertain, error.code, error.said)
    assert isinstance(back, CommandError)
