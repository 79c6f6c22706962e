"""Whatever happens on the owner's phone or in a chat shows in the list without a call to Telegram."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from telethon.tl import types as t

from quart_app.demo import DemoDataCentre, Peer, RsaKey, open_demo
from quart_app.demo.account import ARCHIVE, MAIN
from quart_app.telegram.chats import ChatBook, ChatRow
from quart_app.telegram.mapping import Named
from quart_app.telegram.marks import mark_of_peer
from quart_app.telegram.updates import apply_update
from tests.quart_app.telegram.worker import Person, Worker, until

WHEN = datetime(2026, 1, 1, tzinfo=UTC)


class Followed:
    """One account's list as the app has it, and its owner's phone."""

    def __init__(self, demo: DemoDataCentre, worker: Worker, person: Person) -> None:
        self.world, self.calls = demo.world, demo.instrument.calls
        self.account = demo.world.account(person.account_id)
        self.person = person
        self.book = worker.live(person).chats

    def peer(self, kind: str, folder: int = MAIN) -> Peer:
        """The oldest chat of that kind that others write in; not pinned."""
        return next(
            one.peer
            for one in reversed(self.account.listed(folder))
            if one.peer.kind == kind
            and one.peer.id not in (self.account.id, 777_000)
            and not self.account.is_pinned(one)
            and one.membership == "member"
        )

    def row(self, peer: Peer) -> ChatRow:
        found = self.book.get(mark_of_peer(peer.to_tl()))
        assert found is not None
        return found

    def place(self, peer: Peer) -> int:
        """Among the chats that are not pinned."""
        loose = [one.chat.id for one in self.book.states() if "pinned" not in one.flags]
        return loose.index(mark_of_peer(peer.to_tl()))


@pytest.fixture
async def demo(rsa_key: RsaKey) -> AsyncIterator[DemoDataCentre]:
    """With enough chats for some of each kind."""
    async with open_demo(60, 3, rsa_key=rsa_key) as demo:
        yield demo


@pytest.fixture
async def followed(demo: DemoDataCentre, worker: Worker, person: Person) -> Followed:
    await (await worker.log_in(person)).telegram.chats()
    return Followed(demo, worker, person)


@pytest.fixture
def asked(demo: DemoDataCentre) -> Any:
    """Asserts that since ``followed`` nothing was asked of Telegram."""
    return lambda: demo.instrument.counts["messages.GetDialogs"] == 1


@pytest.mark.parametrize("kind", ["user", "channel", "group"])
async def test_a_new_message_counts_and_comes_to_the_top(followed: Followed, asked: Any, kind: str) -> None:
    peer = followed.peer(kind)
    row = followed.row(peer)
    unread, before = row.unread, row.last
    for number in range(3):
        followed.world.post(peer, f"message {number}", to=followed.account.id)
    await until(lambda: row.unread == unread + 3)
    assert row.last > before
    assert followed.place(peer) == 0
    assert asked()
    assert not followed.book.stale


async def test_what_was_read_on_the_phone_is_read_here(followed: Followed) -> None:
    for kind in ("user", "channel"):
        peer = followed.peer(kind)
        followed.world.post(peer, "hello", to=followed.account.id)
        await until(lambda peer=peer: followed.row(peer).unread > 0)  # type: ignore[misc]  # binds the loop's value
        followed.world.changes.read(followed.account, peer)
        await until(lambda peer=peer: followed.row(peer).unread == 0)  # type: ignore[misc]  # as above


async def test_a_mark_by_hand_shows_and_goes(followed: Followed) -> None:
    peer = followed.peer("user")
    followed.world.changes.read(followed.account, peer)
    followed.world.changes.mark_unread(followed.account, peer, True)
    await until(lambda: followed.row(peer).marked)
    assert followed.row(peer).state(0).unread == 1
    followed.world.changes.mark_unread(followed.account, peer, False)
    await until(lambda: not followed.row(peer).marked)


async def test_a_mute_shows_until_it_is_lifted(followed: Followed) -> None:
    peer = followed.peer("channel")
    followed.world.changes.mute(followed.account, peer, 2_147_483_647)
    await until(lambda: followed.row(peer).muted_until == 2_147_483_647)
    followed.world.changes.mute(followed.account, peer, 0)
    await until(lambda: followed.row(peer).muted_until == 0)


async def test_what_goes_to_the_archive_and_back_is_followed(followed: Followed) -> None:
    peer = followed.peer("user")
    followed.world.changes.move(followed.account, peer, ARCHIVE)
    await until(lambda: followed.row(peer).archived)
    followed.world.changes.move(followed.account, peer, MAIN)
    await until(lambda: not followed.row(peer).archived)


async def test_a_pin_asks_for_the_list_anew(followed: Followed, worker: Worker) -> None:
    peer = followed.peer("user")
    pinned = followed.account.pinned[MAIN]
    del pinned[4:]  # at most five
    followed.world.changes.pin(followed.account, peer, True)
    await until(lambda: followed.book.stale)
    states = await (await worker.caller(followed.person)).telegram.chats()
    assert states[0].chat.id == mark_of_peer(peer.to_tl())
    assert "pinned" in states[0].flags


async def test_a_list_that_is_followed_stays_equal_to_one_that_is_asked_for(
    followed: Followed, worker: Worker
) -> None:
    """Everything at once, and then the same question with --fresh."""
    changes, account = followed.world.changes, followed.account
    user, channel, group = (followed.peer(kind) for kind in ("user", "channel", "group"))
    for peer in (user, group, channel, user):
        followed.world.post(peer, "hello", to=account.id)
    changes.mute(account, group, 2_147_483_647)
    changes.read(account, channel)
    changes.move(account, group, ARCHIVE)
    changes.mark_unread(account, channel, True)
    await until(lambda: followed.row(channel).marked and followed.row(group).archived)
    telegram = (await worker.caller(followed.person)).telegram
    mine = await telegram.chats()
    assert {state.chat.id: state for state in mine} == {
        state.chat.id: state for state in await telegram.chats(fresh=True)
    }


def book_with(**changes: Any) -> tuple[ChatBook, ChatRow]:
    row = ChatRow(Named(5, "user", "Ann", None, False), **changes)
    book = ChatBook()
    book.replace({5: row})
    return book, row


def new_message(id: int, peer: Any = None, **changes: Any) -> Any:
    message = t.Message(id, peer or t.PeerUser(5), WHEN, "hi", **changes)
    return told(t.UpdateNewMessage(message, 1, 1))


def told(update: Any, *entities: Any) -> Any:
    """As Telethon hands it on: with whom it is about."""
    update._entities = {mark_of_peer(peer): entity for peer, entity in entities}
    return update


def test_the_same_message_counts_once() -> None:
    book, row = book_with(top=10)
    for message_id in (11, 11, 10, 12, 11):
        apply_update(book, new_message(message_id))
    assert (row.unread, row.top, row.last) == (2, 12, int(WHEN.timestamp()))


def test_ones_own_messages_are_not_unread() -> None:
    book, row = book_with()
    apply_update(book, new_message(1, out=True))
    assert (row.unread, row.last) == (0, int(WHEN.timestamp()))


def test_a_mention_shows_until_all_is_read() -> None:
    book, row = book_with()
    apply_update(book, new_message(1, mentioned=True))
    apply_update(book, new_message(2))
    assert row.mentioned
    apply_update(book, told(t.UpdateReadHistoryInbox(t.PeerUser(5), 1, 1, 1, 1)))
    assert (row.mentioned, row.unread) == (True, 1)
    apply_update(book, told(t.UpdateReadHistoryInbox(t.PeerUser(5), 2, 0, 1, 1)))
    assert (row.mentioned, row.unread) == (False, 0)


def test_short_messages_count_as_well() -> None:
    book, row = book_with()
    apply_update(book, told(t.UpdateShortMessage(1, 5, "hi", 1, 1, WHEN)))
    assert row.unread == 1
    group = ChatRow(Named(-8, "group", "Friends", None, False))
    book.put(group)
    apply_update(book, told(t.UpdateShortChatMessage(1, 5, 8, "hi", 1, 1, WHEN)))
    assert group.unread == 1


def test_a_chat_that_is_told_of_is_put_in() -> None:
    book, _ = book_with()
    peer, bob = t.PeerUser(6), t.User(6, access_hash=1, first_name="Bob")
    apply_update(book, told(new_message(1, peer), (peer, bob)))
    found = book.get(6)
    assert found is not None
    assert (found.named.title, found.unread, book.stale) == ("Bob", 1, False)


@pytest.mark.parametrize("entity", [None, t.User(6, min=True, first_name="Bob"), t.UserEmpty(6)])
def test_a_chat_that_nobody_tells_of_makes_the_list_stale(entity: Any) -> None:
    book, _ = book_with()
    peer = t.PeerUser(6)
    apply_update(book, told(new_message(1, peer), (peer, entity)))
    assert (book.get(6), book.stale) == (None, True)


def channel(**changes: Any) -> t.Channel:
    return t.Channel(7, "News", t.ChatPhotoEmpty(), None, access_hash=1, broadcast=True, **changes)


@pytest.mark.parametrize(
    "entity", [channel(left=True), t.ChannelForbidden(7, 1, "News", broadcast=True)], ids=["left", "banned"]
)
def test_a_channel_that_is_left_goes(entity: Any) -> None:
    book, _ = book_with()
    book.put(ChatRow(Named(-1_000_000_000_007, "channel", "News", None, False)))
    apply_update(book, told(t.UpdateChannel(7), (t.PeerChannel(7), entity)))
    assert (book.get(-1_000_000_000_007), book.stale) == (None, False)


def test_a_channel_that_is_renamed_is_called_so() -> None:
    book, _ = book_with()
    book.put(ChatRow(Named(-1_000_000_000_007, "channel", "Old", None, False), unread=3))
    apply_update(book, told(t.UpdateChannel(7), (t.PeerChannel(7), channel())))
    row = book.get(-1_000_000_000_007)
    assert row is not None
    assert (row.named.title, row.unread) == ("News", 3)


def test_a_channel_that_is_joined_makes_the_list_stale() -> None:
    book, _ = book_with()
    apply_update(book, told(t.UpdateChannel(7), (t.PeerChannel(7), channel())))
    assert book.stale


def test_a_gap_in_a_channel_makes_the_list_stale() -> None:
    book, _ = book_with()
    apply_update(book, told(t.UpdateChannelTooLong(7)))
    assert book.stale


def test_what_concerns_no_chat_in_the_list_changes_nothing() -> None:
    book, row = book_with(unread=4)
    before = book.states()
    for update in (
        t.UpdateReadHistoryInbox(t.PeerUser(99), 1, 0, 1, 1),
        t.UpdateReadChannelInbox(99, 1, 0, 1),
        t.UpdateDialogUnreadMark(t.DialogPeer(t.PeerUser(99)), unread=True),
        t.UpdateDialogUnreadMark(t.DialogPeerFolder(1), unread=True),
        t.UpdateNotifySettings(t.NotifyUsers(), t.PeerNotifySettings(mute_until=WHEN)),
        t.UpdateFolderPeers([t.FolderPeer(t.PeerUser(99), 1)], 1, 1),
        t.UpdateNewMessage(t.MessageEmpty(1, None), 1, 1),
        t.UpdateUserStatus(5, t.UserStatusRecently()),
    ):
        apply_update(book, told(update))
    assert (book.stale, row.unread, book.states()) == (False, 4, before)


def renamed(id: int, first: str = "", last: str = "", *names: str) -> t.UpdateUserName:
    return t.UpdateUserName(id, first, last, [t.Username(name, active=True) for name in names])


@pytest.mark.parametrize(
    ("update", "title", "username"),
    [
        (renamed(5, "Ada", "Lovelace", "ada"), "Ada Lovelace", "ada"),
        (renamed(5, "", "", "ada"), "ada", "ada"),
        (renamed(5), "5", None),
        (renamed(6, "Somebody else"), "Old name", "old"),
    ],
)
def test_who_takes_another_name_shows_under_it(
    update: t.UpdateUserName, title: str, username: str | None
) -> None:
    book = ChatBook()
    book.put(ChatRow(Named(5, "user", "Old name", "old", verified=True)))
    before = book.states()
    apply_update(book, update)
    (state,) = book.states()
    assert before[0].chat.title == "Old name"
    assert (state.chat.title, state.chat.username) == (title, username)
    assert "verified" in state.flags


def test_ones_own_chat_stays_the_saved_messages() -> None:
    book = ChatBook()
    book.put(ChatRow(Named(7, "user", "Saved Messages", None, verified=False)))
    apply_update(book, renamed(7, "Me", "Myself"))
    assert [state.chat.title for state in book.states()] == ["Saved Messages"]
