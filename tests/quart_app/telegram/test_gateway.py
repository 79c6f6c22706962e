"""A caller's Telegram as commands see it: known chats first, few questions, errors in words."""

from __future__ import annotations

import pytest

from commands import FloodWait, NotFound
from quart_app.demo import DemoDataCentre
from quart_app.telegram import gateway
from quart_app.telegram.caller import Caller
from tests.quart_app.telegram.worker import Person, Worker

RESOLVE = "contacts.ResolveUsername"


@pytest.fixture
async def caller(worker: Worker, person: Person) -> Caller:
    return await worker.log_in(person)


@pytest.mark.parametrize(
    "reference", ["@scontierrati", "@ScontiErrati", "https://t.me/scontierrati", "t.me/scontierrati/"]
)
async def test_a_known_chat_is_found_without_a_question(
    demo: DemoDataCentre, caller: Caller, reference: str
) -> None:
    chat = await caller.telegram.resolve(reference)
    assert chat.username == "scontierrati"
    assert demo.instrument.counts[RESOLVE] == 0
    assert await caller.telegram.resolve(str(chat.id)) == chat
    assert await caller.telegram.resolve(chat.title.upper()) == chat


@pytest.mark.parametrize(
    "reference", ["no such title", "-100999", "@nobody_here", "@", "@a b", "@" + "x" * 99]
)
async def test_what_is_nobody_is_not_found(caller: Caller, reference: str) -> None:
    with pytest.raises(NotFound) as caught:
        await caller.telegram.resolve(reference)
    assert caught.value.code == "chat_not_found"


async def test_a_profile_is_asked_for_once_in_a_while(
    demo: DemoDataCentre, caller: Caller, worker: Worker, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await caller.telegram.profile("scontierrati")
    assert first is not None
    assert (first.chat.username, first.chat.type) == ("scontierrati", "channel")
    assert await caller.telegram.profile("SCONTIERRATI") == first
    assert demo.instrument.counts["channels.GetFullChannel"] == 1
    monkeypatch.setattr(gateway, "PROFILE_SECONDS", 0.0)
    await caller.telegram.profile("scontierrati")
    assert demo.instrument.counts["channels.GetFullChannel"] == 2


async def test_nobody_has_no_profile(demo: DemoDataCentre, caller: Caller) -> None:
    assert await caller.telegram.profile("nobody_here") is None
    asked = demo.instrument.counts[RESOLVE]
    for impossible in ("", "a", "1abc", "a b", "x" * 60, "скидки"):
        assert await caller.telegram.profile(impossible) is None
    assert demo.instrument.counts[RESOLVE] == asked == 1


async def test_a_flood_wait_is_said_with_its_seconds(demo: DemoDataCentre, caller: Caller) -> None:
    demo.instrument.flood("messages.GetDialogs", 37)
    for _ in range(2):
        with pytest.raises(FloodWait) as caught:
            await caller.telegram.chats()
        assert 36 <= caught.value.retry_after <= 38
    assert demo.instrument.counts["messages.GetDialogs"] == 1


async def test_one_persons_profiles_are_nobody_elses(
    demo: DemoDataCentre, worker: Worker, caller: Caller
) -> None:
    await caller.telegram.profile("scontierrati")
    other = await worker.log_in(Person("20003"))
    await other.telegram.profile("scontierrati")
    assert demo.instrument.counts["channels.GetFullChannel"] == 2
