"""Calls that are delayed, connections that break around them, updates that get lost; and what changed thereby."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest
from telethon import errors, events
from telethon import functions as fn
from telethon import types as t

from quart_app.demo import DemoDataCentre
from quart_app.demo.state_comparison import compare


async def test_a_delay(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    demo.instrument.delay("updates.GetState", 0.2, times=1)
    slow = asyncio.ensure_future(client(fn.updates.GetStateRequest()))
    await asyncio.sleep(0)
    quick = await client(fn.help.GetNearestDcRequest())
    assert quick.this_dc == 2
    assert not slow.done(), "others overtake it"
    assert (await slow).pts
    demo.instrument.delay("*", 0.1)
    started = time.monotonic()
    await client(fn.help.GetNearestDcRequest())
    assert time.monotonic() - started >= 0.1
    demo.instrument.clear_faults()


@pytest.mark.parametrize(("moment", "applied"), [("before", 0), ("after", 1)])
async def test_a_connection_that_breaks_around_a_call(
    demo: DemoDataCentre, log_in: Any, moment: Any, applied: int
) -> None:
    client = await log_in(auto_reconnect=False)
    before = demo.instrument.state("+9996620001")
    demo.instrument.drop("messages.SendMessage", moment)
    with pytest.raises((ConnectionError, asyncio.CancelledError)):
        await asyncio.wait_for(client.send_message("me", "once"), 5)
    mine = f"chats.user:{before['user_id']}.messages"
    told = [line for line in compare(before, demo.instrument.state("+9996620001")) if line.startswith(mine)]
    assert len(told) == applied


async def test_a_message_sent_again_is_there_once(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    demo.instrument.drop("messages.SendMessage", "after")
    await client.send_message("me", "only once")
    found = [message async for message in client.iter_messages("me") if message.raw_text == "only once"]
    assert len(found) == 1
    assert demo.instrument.counts["messages.SendMessage"] == 2, "Telethon sent it twice"


def test_drops_are_before_or_after(demo: DemoDataCentre) -> None:
    with pytest.raises(ValueError, match="before or after"):
        demo.instrument.drop("messages.SendMessage", "between")  # type: ignore[arg-type]  # what is tested


async def heard_by(client: Any) -> list[str]:
    heard: list[str] = []

    async def note(event: Any) -> None:
        heard.append(event.raw_text)

    client.add_event_handler(note, events.NewMessage())
    await client(fn.updates.GetStateRequest())
    return heard


async def until(heard: list[str], count: int) -> None:
    for _ in range(200):
        if len(heard) >= count:
            return
        await asyncio.sleep(0.02)


async def test_a_lost_update_is_made_up_for(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    heard = await heard_by(client)
    demo.world.post("scontierrati", "zero")
    await until(heard, 1)  # from here on the client knows where the channel stands
    demo.instrument.updates.lose(1)
    demo.world.post("scontierrati", "one")
    demo.world.post("scontierrati", "two")
    await until(heard, 3)
    assert heard == ["zero", "one", "two"]
    assert demo.instrument.updates.lost == 1
    asked = {"updates.GetDifference", "updates.GetChannelDifference"}
    assert asked & {call.method for call in demo.instrument.calls()}


async def test_doubled_and_reordered_updates_are_told_once_in_order(
    demo: DemoDataCentre, log_in: Any
) -> None:
    client = await log_in()
    heard = await heard_by(client)
    demo.instrument.updates.double(1)
    demo.world.post("scontierrati", "twin")
    await until(heard, 1)
    demo.instrument.updates.reorder(2)
    demo.world.post("scontierrati", "first")
    demo.world.post("scontierrati", "second")
    await until(heard, 3)
    assert heard == ["twin", "first", "second"]


@pytest.mark.parametrize(
    ("reason", "error"),
    [("SESSION_REVOKED", errors.SessionRevokedError), ("USER_DEACTIVATED", errors.UserDeactivatedError)],
)
async def test_reasons_for_ending(demo: DemoDataCentre, log_in: Any, reason: str, error: Any) -> None:
    client = await log_in()
    demo.instrument.revoke((await client.get_me()).id, reason)
    with pytest.raises(error):
        await client(fn.updates.GetStateRequest())


async def test_states_are_compared(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    before = demo.instrument.state("+9996620001")
    assert json.loads(json.dumps(before)) == before
    assert compare(before, demo.instrument.state(before["user_id"])) == []
    await client.get_dialogs()
    assert compare(before, demo.instrument.state("+9996620001")) == [], "reading lists changes nothing"
    dialog = next(entry for entry in await client.get_dialogs() if not entry.archived and entry.is_channel)
    await client(fn.folders.EditPeerFoldersRequest([t.InputFolderPeer(dialog.input_entity, 1)]))
    changes = compare(before, demo.instrument.state("+9996620001"))
    assert f"chats.channel:{dialog.entity.id}.folder: 0 -> 1" in changes
    assert compare({"a": 1}, {"b": 2}) == ["a: 1 -> absent", "b: absent -> 2"]


async def test_connections_held_together(demo: DemoDataCentre, log_in: Any, new_client: Any) -> None:
    client = await log_in()
    assert demo.instrument.held_together() == []
    copy = new_client(client.session.save())
    with pytest.raises(errors.AuthKeyDuplicatedError):
        await copy.connect()
    assert [held.connections for held in demo.instrument.held_together()] == [(1, 2)]
