"""Archive, mute, leave: what Telegram was asked for, what it says afterwards, and what is unknown when it is silent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commands import Chat, ChatState, CommandError, Refused, Uncertain
from quart_app.demo import DemoDataCentre
from quart_app.telegram.caller import Caller
from quart_app.telegram.live import Terms
from tests.quart_app.telegram.worker import Person, Worker

MOVE, MUTE = "folders.EditPeerFolders", "account.UpdateNotifySettings"
FOR_EVER = datetime(2038, 1, 19, tzinfo=UTC)


@pytest.fixture
async def caller(worker: Worker, person: Person) -> Caller:
    return await worker.log_in(person)


async def states_of(caller: Caller, *, fresh: bool = True) -> dict[int, ChatState]:
    return {state.chat.id: state for state in await caller.telegram.chats(fresh=fresh)}


async def some(caller: Caller, count: int, flag: str) -> tuple[Chat, ...]:
    """Chats that don't have this flag, and aren't Telegram's own."""
    states = (await states_of(caller)).values()
    free = [state.chat for state in states if flag not in state.flags and state.chat.id != 777000]
    return tuple(free[:count])


async def test_archived_and_back_in_one_request_each(demo: DemoDataCentre, caller: Caller) -> None:
    chats = await some(caller, 4, "archived")
    assert await caller.telegram.set_archived(chats[:1], True) == (False,)
    assert await caller.telegram.set_archived(chats, True) == (True, False, False, False)
    assert demo.instrument.counts[MOVE] == 2
    for fresh in (False, True):
        states = await states_of(caller, fresh=fresh)
        assert all("archived" in states[chat.id].flags for chat in chats)
    assert await caller.telegram.set_archived(chats, True) == (True,) * 4
    assert demo.instrument.counts[MOVE] == 2, "what is so already is not asked for"
    assert await caller.telegram.set_archived(chats, False) == (True,) * 4
    states = await states_of(caller)
    assert not any("archived" in states[chat.id].flags for chat in chats)


async def test_more_than_telegram_takes_at_once(caller: Caller) -> None:
    chat = (await some(caller, 1, "archived"))[0]
    with pytest.raises(CommandError) as caught:
        await caller.telegram.set_archived((chat,) * 101, True)
    assert caught.value.code == "too_many"


async def test_muted_for_a_while_for_ever_and_heard_again(demo: DemoDataCentre, caller: Caller) -> None:
    (chat,) = await some(caller, 1, "muted")
    until = (datetime.now(UTC) + timedelta(hours=8)).replace(microsecond=0)
    assert await caller.telegram.set_muted(chat, until) is None
    assert "muted" in (await states_of(caller, fresh=False))[chat.id].flags
    assert await caller.telegram.set_muted(chat, FOR_EVER) == until
    assert await caller.telegram.set_muted(chat, None) == FOR_EVER
    assert "muted" not in (await states_of(caller))[chat.id].flags
    assert demo.instrument.counts[MUTE] == 3
    assert await caller.telegram.set_muted(chat, None) is None
    assert demo.instrument.counts[MUTE] == 3, "what is so already is not asked for"


async def test_muting_keeps_the_other_settings(
    demo: DemoDataCentre, caller: Caller, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    (chat,) = await some(caller, 1, "muted")
    sent: list[Any] = []
    from quart_app.telegram import changing

    built = changing._with_mute

    def keep(known: Any, seconds: int) -> Any:
        known.silent, known.show_previews = True, False
        sent.append(built(known, seconds))
        return sent[-1]

    monkeypatch.setattr(changing, "_with_mute", keep)
    await caller.telegram.set_muted(chat, FOR_EVER)
    assert (sent[0].silent, sent[0].show_previews) == (True, False)


async def test_left_for_good(demo: DemoDataCentre, caller: Caller) -> None:
    states = (await states_of(caller)).values()
    for kind in ("group", "supergroup", "channel"):
        chat = next((state.chat for state in states if state.chat.type == kind), None)
        if chat is None:
            continue
        assert await caller.telegram.leave(chat) is True
        assert chat.id not in await states_of(caller, fresh=False)
        if kind != "group":  # Telegram keeps what was said in a basic group in the list
            assert chat.id not in await states_of(caller)


async def test_left_already(caller: Caller) -> None:
    chat = await caller.telegram.resolve("@scontierrati")
    assert await caller.telegram.leave(chat) is True
    assert await caller.telegram.leave(chat) is False


async def test_a_person_cannot_be_left(demo: DemoDataCentre, caller: Caller) -> None:
    person = next(s.chat for s in (await states_of(caller)).values() if s.chat.type == "user")
    with pytest.raises(Refused) as caught:
        await caller.telegram.leave(person)
    assert caught.value.code == "not_a_group"


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_without_an_answer_nobody_knows(demo: DemoDataCentre, caller: Caller, moment: Any) -> None:
    """The request was sent: whether it was heard before the line went dead can't be told from here."""
    chats = await some(caller, 2, "archived")
    demo.instrument.drop(MOVE, moment)
    with pytest.raises(Uncertain) as caught:
        await caller.telegram.set_archived(chats, True)
    assert caught.value.code == "unanswered"
    assert demo.instrument.counts[MOVE] <= 1, "never sent twice"


async def test_a_refusal_is_no_doubt(demo: DemoDataCentre, caller: Caller) -> None:
    chats = await some(caller, 1, "archived")
    demo.instrument.fault(MOVE, 400, "FOLDER_ID_INVALID")
    with pytest.raises(CommandError) as caught:
        await caller.telegram.set_archived(chats, True)
    assert caught.value.code == "telegram_refused"
    assert not isinstance(caught.value, Uncertain)


async def test_a_view_only_session_changes_nothing(
    demo: DemoDataCentre, worker: Worker, person: Person
) -> None:
    caller = await worker.log_in(person, Terms(scope="view"))
    chats = await some(caller, 1, "archived")
    channel = await caller.telegram.resolve("@scontierrati")
    acts = (
        lambda: caller.telegram.set_archived(chats, True),
        lambda: caller.telegram.set_muted(channel, FOR_EVER),
        lambda: caller.telegram.leave(channel),
    )
    for act in acts:
        with pytest.raises(CommandError) as caught:
            await act()
        assert caught.value.code == "view_only"
    assert demo.instrument.counts[MOVE] + demo.instrument.counts[MUTE] == 0
