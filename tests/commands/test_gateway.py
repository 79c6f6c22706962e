"""The gateway's shape: each method names its capability, and what is paged is read to its end."""

from __future__ import annotations

import inspect

from commands import Capability, Page, Telegram, each
from commands.gateway import REQUIRED


def test_every_method_names_its_capability() -> None:
    methods = {name for name, thing in vars(Telegram).items() if inspect.isfunction(thing) and name[0] != "_"}
    assert methods == set(REQUIRED)
    assert methods == {
        *("chats", "resolve", "profile", "messages", "activity", "set_archived", "set_muted", "leave")
    }
    assert all(inspect.iscoroutinefunction(getattr(Telegram, name)) for name in methods)


def test_every_capability_is_needed_by_a_method() -> None:
    """But the one that gives the whole client instead."""
    assert set(REQUIRED.values()) == set(Capability) - {Capability.TELEGRAM_CLIENT}
    assert [capability for capability in Capability if capability.hands_over] == [Capability.TELEGRAM_CLIENT]


def test_what_only_looks_does_not_act() -> None:
    acting = {capability for capability in Capability if capability.acts}
    assert acting == {Capability.CHATS_ARCHIVE, Capability.CHATS_LEAVE, Capability.CHATS_MUTE}


async def test_each_reads_page_after_page() -> None:
    asked: list[str | None] = []
    pages = {None: Page((1, 2), "b"), "b": Page((), "c"), "c": Page((3,))}

    async def turn(cursor: str | None) -> Page[int]:
        asked.append(cursor)
        return pages[cursor]

    assert [item async for item in each(turn)] == [1, 2, 3]
    assert asked == [None, "b", "c"]


async def test_each_asks_for_no_more_than_is_read() -> None:
    asked: list[str | None] = []

    async def turn(cursor: str | None) -> Page[int]:
        asked.append(cursor)
        return Page((1, 2), "more")

    items = each(turn)
    assert await anext(items) == 1
    assert asked == [None]
