"""Sponsored messages: asked for where posts were read, told to Telegram when shown, and nobody's choice."""

from __future__ import annotations

import pytest

from quart_app.demo import DemoDataCentre
from quart_app.telegram import advertising
from quart_app.telegram.caller import Caller
from tests.quart_app.telegram.worker import Person, Worker

GET, VIEW = "messages.GetSponsoredMessages", "messages.ViewSponsoredMessage"


@pytest.fixture
async def caller(worker: Worker, person: Person) -> Caller:
    return await worker.log_in(person)


async def test_posts_bring_what_is_due_once(demo: DemoDataCentre, caller: Caller) -> None:
    chat = await caller.telegram.resolve("@scontierrati")
    await caller.telegram.messages(chat, limit=3)
    (shown,) = await caller.telegram.sponsored()
    assert (shown.label, shown.url) == ("recommended", "https://t.me/offertelampo")
    assert shown.title
    assert shown.text
    assert (demo.instrument.counts[GET], demo.instrument.counts[VIEW]) == (1, 1)
    assert await caller.telegram.sponsored() == []
    await caller.telegram.messages(chat)
    assert len(await caller.telegram.sponsored()) == 1
    assert (demo.instrument.counts[GET], demo.instrument.counts[VIEW]) == (1, 2)


async def test_what_was_kept_is_asked_for_again_later(
    demo: DemoDataCentre, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(advertising, "KEPT_SECONDS", 0.0)
    chat = await caller.telegram.resolve("@scontierrati")
    for _ in range(2):
        await caller.telegram.messages(chat)
        await caller.telegram.sponsored()
    assert demo.instrument.counts[GET] == 2


async def test_no_posts_no_question(demo: DemoDataCentre, caller: Caller) -> None:
    states = await caller.telegram.chats()
    for kind in ("user", "group"):
        chat = next((state.chat for state in states if state.chat.type == kind), None)
        if chat is not None:
            await caller.telegram.messages(chat)
    channel = await caller.telegram.resolve("@scontierrati")
    await caller.telegram.activity(channel)
    await caller.telegram.messages(channel, search="offerta")
    assert await caller.telegram.sponsored() == []
    assert demo.instrument.counts[GET] == 0


async def test_a_line_that_reads_many_channels_shows_few(caller: Caller) -> None:
    for state in await caller.telegram.chats():
        if state.chat.type == "channel":
            await caller.telegram.messages(state.chat, limit=1)
    assert 1 <= len(await caller.telegram.sponsored()) <= advertising.MOST_CHANNELS
