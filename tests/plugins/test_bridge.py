"""A declaration that leaves its plugin says the same as before, and every field of it goes along."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest

from commands import (
    CHAT,
    Capability,
    Change,
    Chat,
    Command,
    Context,
    Effect,
    Given,
    Phrase,
    Word,
    many,
    say,
    say_n,
)
from commands.behaviour import WORDS
from plugins.bridge import _EFFECT, rebuilt
from plugins.errors import PluginError

CHATS = many(CHAT, "chat", say("x"))


async def apply(context: Context, given: Given, chats: tuple[Chat, ...]) -> tuple[Change[Chat], ...]:
    return ()


async def restore(context: Context, changes: tuple[Change[Chat], ...]) -> None:
    return None


def leaving(**words: Any) -> Command:
    does = Effect(subject=CHATS, apply=apply, restore=restore, destroys=True, batch=7, requests=3, **words)
    return Command(
        trigger=Word("leave"), summary="x", does=does, capabilities=frozenset({Capability.CHATS_LEAVE})
    )


def test_an_act_takes_its_words_along() -> None:
    command = leaving(**{name: say_n(f"{name} {{n}}", f"{name} {{n}} of them") for name in WORDS})
    there, here = command.does, rebuilt(command, "leavers").does
    assert isinstance(there, Effect)
    assert isinstance(here, Effect)
    assert (here.apply, here.restore, here.destroys, here.batch, here.requests) == (
        apply,
        restore,
        True,
        7,
        3,
    )
    for name, said in here.words.items():
        assert isinstance(said, Phrase)
        assert (said.id, said.plural, said.domain) == (f"{name} {{n}}", f"{name} {{n}} of them", "leavers")


def test_no_field_is_forgotten() -> None:
    assert {field.name for field in fields(Effect)} == {"apply", "restore", *_EFFECT}


class Loud(str):
    """Brings code along."""


def test_words_are_plain() -> None:
    with pytest.raises(PluginError, match="Loud is no value of the contract"):
        rebuilt(leaving(question=Loud("Leave {n}?"), act="Leave {n}"), "leavers")
