"""A client that was away is told everything once: new, edited, deleted, in slices, or that it was too much."""

from __future__ import annotations

from typing import Any

import pytest
from telethon import errors
from telethon import functions as fn
from telethon import types as t

from quart_app.demo import DemoDataCentre
from quart_app.demo.account import ARCHIVE

OWN = 7_000_020_001
EVERYTHING = t.ChannelMessagesFilterEmpty()


async def all_slices(
    client: Any, pts: int, date: Any, **limits: Any
) -> tuple[list[Any], list[Any], list[int]]:
    """New messages and other updates, and where each answer led to."""
    new: list[Any] = []
    other: list[Any] = []
    stops: list[int] = []
    while True:
        answer = await client(fn.updates.GetDifferenceRequest(pts, date, 0, **limits))
        if isinstance(answer, t.updates.DifferenceEmpty):
            return new, other, stops
        new += answer.new_messages
        other += answer.other_updates
        if isinstance(answer, t.updates.Difference):
            return new, other, [*stops, answer.state.pts]
        pts, date = answer.intermediate_state.pts, answer.intermediate_state.date
        stops.append(pts)


def kinds(updates: list[Any]) -> list[str]:
    return sorted({type(update).__name__ for update in updates})


async def test_a_long_absence_is_told_in_slices(demo: DemoDataCentre, log_in: Any) -> None:
    client, other = await log_in("20001"), await log_in("20003")
    state = await client(fn.updates.GetStateRequest())
    for number in range(230):
        demo.world.post(somebody(demo), f"{number}", to=OWN)
    new, _, stops = await all_slices(client, state.pts, state.date)
    assert [message.message for message in new] == [str(number) for number in range(230)]
    assert len(stops) == 3
    assert stops[-1] == demo.world.account(OWN).pts == state.pts + 230
    few, _, many = await all_slices(client, state.pts, state.date, pts_limit=50)
    assert (len(few), len(many)) == (230, 5)
    too_long = await client(fn.updates.GetDifferenceRequest(state.pts, state.date, 0, pts_total_limit=100))
    assert (type(too_long), too_long.pts) == (t.updates.DifferenceTooLong, state.pts + 230)
    assert await other.get_me()


def somebody(demo: DemoDataCentre) -> Any:
    account = demo.world.account(OWN)
    people = demo.world.population.people
    return next(
        row.peer
        for row in account.listed(0)
        if row.peer.kind == "user" and row.peer.id not in (OWN, 777_000) and not people[row.peer.id].deleted
    )


async def test_edits_deletions_and_marks_are_made_up_for(demo: DemoDataCentre, log_in: Any) -> None:
    client, other = await log_in("20001"), await log_in("20003")
    state = await client(fn.updates.GetStateRequest())
    kept = await other.send_message("demo_20001", "kept")
    await kept.edit("kept, edited")
    doomed = await other.send_message("demo_20001", "doomed")
    await doomed.delete(revoke=True)
    account = demo.world.account(OWN)
    peer = somebody(demo)
    demo.world.changes.move(account, peer, ARCHIVE)
    demo.world.changes.mark_unread(account, peer, True)
    new, updates, stops = await all_slices(client, state.pts, state.date)
    assert [message.message for message in new] == ["kept, edited"]
    assert kinds(updates) == [
        "UpdateDeleteMessages",
        "UpdateDialogUnreadMark",
        "UpdateEditMessage",
        "UpdateFolderPeers",
    ]
    # pts without a hole: each step is one that some update or message accounts for.
    assert stops == [state.pts + 5] == [account.pts]


async def test_a_channel_is_caught_up_with_edits_and_deletions(demo: DemoDataCentre, log_in: Any) -> None:
    client, other = await log_in("20001"), await log_in("20003")
    channel = await client.get_input_entity("piazzademo")
    before = (await client(fn.channels.GetFullChannelRequest(channel))).full_chat.pts
    kept, doomed = [await other.send_message("piazzademo", text) for text in ("kept", "doomed")]
    await kept.edit("kept, edited")
    await other.delete_messages("piazzademo", [doomed.id])
    answer = await client(fn.updates.GetChannelDifferenceRequest(channel, EVERYTHING, before, limit=100))
    assert [message.message for message in answer.new_messages] == ["kept, edited"]
    assert kinds(answer.other_updates) == ["UpdateDeleteChannelMessages", "UpdateEditChannelMessage"]
    assert (answer.pts, answer.final) == (before + 4, True)
    one = await client(fn.updates.GetChannelDifferenceRequest(channel, EVERYTHING, before, limit=1))
    assert (one.pts, one.final) == (before + 1, False)
    with pytest.raises(errors.PersistentTimestampInvalidError):
        await client(fn.updates.GetChannelDifferenceRequest(channel, EVERYTHING, 0, limit=1))


async def test_too_much_of_a_channel_starts_anew(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in()
    channel = await client.get_input_entity("scontierrati")
    before = (await client(fn.channels.GetFullChannelRequest(channel))).full_chat.pts
    for number in range(1001):
        demo.world.post("scontierrati", f"{number}")
    for pts in (before, before - 50):
        answer = await client(fn.updates.GetChannelDifferenceRequest(channel, EVERYTHING, pts, limit=20))
        assert isinstance(answer, t.updates.ChannelDifferenceTooLong)
        assert answer.dialog.pts == before + 1001
        assert len(answer.messages) == 20
        assert answer.messages[0].message == "1000"


async def test_every_step_of_pts_is_told_to_the_other_device(log_in: Any) -> None:
    """No hole and no overlap, whatever is done: a client would ask for the difference else."""
    client, device = await log_in("20001"), await log_in("20001")
    heard: list[tuple[int, int]] = []

    async def note(update: Any) -> None:
        if getattr(update, "pts", None) and not hasattr(update, "channel_id"):
            inner = getattr(getattr(update, "message", None), "peer_id", None)
            if not isinstance(inner, t.PeerChannel):
                heard.append((update.pts, update.pts_count))

    device.add_event_handler(note)
    state = await device(fn.updates.GetStateRequest())
    first = await client.send_message("me", "one")
    await client.send_message("me", "two")
    await first.edit("uno")
    await client.pin_message("me", first)
    await client.forward_messages("me", first)
    await client.edit_folder(await client.get_input_entity("me"), 1)
    await client.delete_messages(None, [first.id, first.id + 1])
    after = await device(fn.updates.GetStateRequest())
    at = state.pts
    for pts, count in sorted(heard):
        assert pts == at + count, heard
        at = pts
    assert at == after.pts > state.pts + 6
