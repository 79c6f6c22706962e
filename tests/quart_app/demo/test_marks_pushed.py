"""Reactions, drafts, folders, mentions, pins: set by one session, seen by the others."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from telethon import errors, events
from telethon import functions as fn
from telethon import types as t

from quart_app.demo import DemoDataCentre


async def next_of(queue: asyncio.Queue[Any], kind: type) -> Any:
    while True:
        update = await asyncio.wait_for(queue.get(), 5)
        if isinstance(update, kind):
            return update


async def pair(log_in: Any, tail: str = "20001") -> tuple[Any, asyncio.Queue[Any]]:
    """A client of the first account, and what another device (or account) hears."""
    client, device = await log_in("20001"), await log_in(tail)
    queue: asyncio.Queue[Any] = asyncio.Queue()
    device.add_event_handler(queue.put, events.Raw())
    return client, queue


def reaction(emoji: str) -> list[Any]:
    return [t.ReactionEmoji(emoji)]


async def test_a_reaction_is_counted_and_taken_back(log_in: Any) -> None:
    client, heard = await pair(log_in, "20003")
    post = (await client.get_messages("piazzademo", limit=1))[0]
    send = fn.messages.SendReactionRequest
    await client(send("piazzademo", post.id, reaction=reaction("👍")))
    update = await next_of(heard, t.UpdateMessageReactions)
    assert (update.msg_id, update.reactions.results[0].count) == (post.id, 1)
    shown = (await client.get_messages("piazzademo", ids=post.id)).reactions
    assert shown.results[0].chosen_order == 0
    listed = await client(fn.messages.GetMessageReactionsListRequest("piazzademo", post.id, 10))
    assert [row.peer_id.user_id for row in listed.reactions] == [7_000_020_001]
    with pytest.raises(errors.MessageNotModifiedError):
        await client(send("piazzademo", post.id, reaction=reaction("👍")))
    with pytest.raises(errors.ReactionInvalidError):
        await client(send("piazzademo", post.id, reaction=reaction("x")))
    await client(send("piazzademo", post.id, reaction=[]))
    answer = await client(fn.messages.GetMessagesReactionsRequest("piazzademo", [post.id]))
    assert answer.updates[0].reactions.results == []


async def test_drafts(log_in: Any) -> None:
    client, heard = await pair(log_in)
    await client(fn.messages.SaveDraftRequest("piazzademo", "not yet"))
    assert (await next_of(heard, t.UpdateDraftMessage)).draft.message == "not yet"
    everything = await client(fn.messages.GetAllDraftsRequest())
    assert [update.draft.message for update in everything.updates] == ["not yet"]
    rows = {row.id: row for row in await client.get_dialogs()}
    assert sum(bool(row.draft and row.draft.text) for row in rows.values()) == 1
    await client(fn.messages.SendMessageRequest("piazzademo", "now", clear_draft=True))
    assert isinstance((await next_of(heard, t.UpdateDraftMessage)).draft, t.DraftMessageEmpty)
    assert (await client(fn.messages.GetAllDraftsRequest())).updates == []


async def test_own_folders(log_in: Any) -> None:
    client, heard = await pair(log_in)
    update = fn.messages.UpdateDialogFilterRequest

    def folder(title: str, **rules: Any) -> Any:
        settings = {"pinned_peers": [], "include_peers": [], "exclude_peers": [], **rules}
        return t.DialogFilter(0, t.TextWithEntities(title, []), **settings)

    await client(update(2, folder("Bot", bots=True)))
    await client(update(3, folder("Gruppi", groups=True)))
    assert (await next_of(heard, t.UpdateDialogFilter)).filter.title.text == "Bot"
    await client(fn.messages.UpdateDialogFiltersOrderRequest([3, 2]))
    answer = await client(fn.messages.GetDialogFiltersRequest())
    assert [getattr(given, "id", 0) for given in answer.filters] == [0, 3, 2]
    with pytest.raises(errors.FilterIncludeEmptyError):
        await client(update(4, folder("Niente")))
    with pytest.raises(errors.FilterTitleEmptyError):
        await client(update(4, folder("", bots=True)))
    for wrong in (0, 1, 256):
        with pytest.raises(errors.FilterIdInvalidError):
            await client(update(wrong, folder("Bot", bots=True)))
    await client(update(2))
    with pytest.raises(errors.FilterIdInvalidError):
        await client(update(2))


async def test_mentions_are_read(demo: DemoDataCentre, log_in: Any) -> None:
    client, heard = await pair(log_in)
    other = await log_in("20003")
    sent = await other.send_message("piazzademo", "hey @demo_20001, look")
    assert (await next_of(heard, t.UpdateNewChannelMessage)).message.mentioned
    unread = await client(fn.messages.GetUnreadMentionsRequest("piazzademo", 0, 0, 10, 0, 0))
    assert unread.messages[0].id == sent.id
    await client(fn.messages.ReadMentionsRequest("piazzademo"))
    assert sent.id in (await next_of(heard, t.UpdateChannelReadMessagesContents)).messages
    peer = demo.world.population.usernames["piazzademo"]
    assert not demo.world.account(7_000_020_001).dialogs[peer].unread_mentions


async def test_pins_are_put_in_order(demo: DemoDataCentre, log_in: Any) -> None:
    client, heard = await pair(log_in)
    await client.get_dialogs()
    account = demo.world.account(7_000_020_001)
    before = list(account.pinned[0])
    order = [t.InputDialogPeer(await client.get_input_entity(peer.to_tl())) for peer in reversed(before)]
    await client(fn.messages.ReorderPinnedDialogsRequest(0, order))
    assert len((await next_of(heard, t.UpdatePinnedDialogs)).order) == len(before)
    assert account.pinned[0] == before[::-1]
    await client(fn.messages.ReorderPinnedDialogsRequest(0, order[:1], force=True))
    assert account.pinned[0] == before[-1:]


async def test_reading_is_seen_by_the_writer(log_in: Any) -> None:
    client, heard = await pair(log_in, "20003")
    other = await log_in("20003")
    sent = await other.send_message("demo_20001", "read me")
    await client.send_read_acknowledge("demo_20003")
    update = await next_of(heard, t.UpdateReadHistoryOutbox)
    assert (update.peer.user_id, update.max_id) == (7_000_020_001, sent.id)


async def test_reading_in_a_supergroup_is_seen_by_the_writer(log_in: Any) -> None:
    client, heard = await pair(log_in, "20003")
    other = await log_in("20003")
    sent = await other.send_message("piazzademo", "read me")
    await client.send_read_acknowledge("piazzademo")
    update = await next_of(heard, t.UpdateReadChannelOutbox)
    assert update.max_id == sent.id


async def test_messages_are_pinned_for_both(log_in: Any) -> None:
    client, heard = await pair(log_in, "20003")
    sent = await client.send_message("demo_20003", "important")
    await client.pin_message("demo_20003", sent)
    update = await next_of(heard, t.UpdatePinnedMessages)
    assert (update.pinned, len(update.messages)) == (True, 1)
    hits = await client.get_messages("demo_20003", filter=t.InputMessagesFilterPinned(), limit=5)
    assert [message.id for message in hits] == [sent.id]
    answer = await client(fn.messages.UnpinAllMessagesRequest("demo_20003"))
    assert answer.pts_count == 1
    with pytest.raises(errors.ChatAdminRequiredError):
        await client(fn.messages.UpdatePinnedMessageRequest("scontierrati", 5))
