"""The generated world: the same from the same seed, of any size, quick to make."""

from __future__ import annotations

import time
from typing import Any

import pytest

from quart_app.demo import Peer, World
from quart_app.demo.account import Account
from quart_app.demo.generate.dice import Dice, mix

NOW = 1_760_000_000


def account(
    chats: int = 200, seed: int = 1, phone: str = "9996610001", now: int = NOW
) -> tuple[World, Account]:
    world = World(chats=chats, seed=seed, now=now)
    return world, world.account(world.account_for(phone).id)


def described(world: World, whose: Account) -> list[tuple[Any, ...]]:
    return [
        (
            *dialog.peer,
            world.population.title(dialog.peer),
            dialog.folder,
            dialog.unread_count,
            dialog.mute_until,
            dialog.history.last_id,
            dialog.history.last_date,
            dialog.history[len(dialog.history) - 1].text,
        )
        for dialog in whose.listed(None)
    ]


def test_same_seed_same_world() -> None:
    first, second = account(), account()
    assert described(*first) == described(*second)
    assert first[1].pinned == second[1].pinned


def test_accounts_do_not_depend_on_who_came_first() -> None:
    world = World(chats=50, seed=1, now=NOW)
    for phone in ("9996620001", "9996630001", "9996610001"):
        world.account(world.account_for(phone).id)
    assert described(world, world.account(world.account_for("9996610001").id)) == described(*account(50))


@pytest.mark.parametrize("other", [{"seed": 2}, {"phone": "9996610002"}])
def test_another_seed_or_phone_is_another_world(other: dict[str, Any]) -> None:
    assert described(*account()) != described(*account(**other))


@pytest.mark.parametrize("chats", [10, 11, 40, 200, 1000])
@pytest.mark.parametrize("seed", [1, 2, 99])
def test_every_size_keeps_the_promises(chats: int, seed: int) -> None:
    world, whose = account(chats, seed)
    titles = [world.population.title(dialog.peer) for dialog in whose.dialogs.values()]
    assert len(titles) == chats
    assert sum("offerte" in title.lower() for title in titles) >= 3
    assert whose.marker in titles
    assert world.population.usernames["scontierrati"] in whose.dialogs
    assert "nobody_here" not in world.population.usernames
    assert 3 <= len(whose.pinned[0]) <= 5
    assert max(dialog.history.last_date for dialog in whose.dialogs.values()) <= NOW
    assert max(dialog.history.last_id for dialog in whose.dialogs.values()) < 1 << 31


def test_largest_world_is_made_in_no_time() -> None:
    started = time.process_time()
    world, whose = account(10_000)
    assert len(whose.dialogs) == 10_000
    # Measured: 0.3 s. The bound only catches something quadratic.
    assert time.process_time() - started < 5
    assert max(dialog.history.last_id for dialog in whose.dialogs.values()) < whose.last_message_id < 1 << 31
    assert world.account(whose.id) is whose


@pytest.mark.parametrize("chats", [0, 9, 10_001])
def test_sizes_out_of_bounds(chats: int) -> None:
    with pytest.raises(ValueError, match="10 to 10000"):
        World(chats=chats)


def test_titles_are_in_many_scripts_and_some_are_hostile() -> None:
    world, whose = account(1000)
    text = "".join(world.population.title(dialog.peer) for dialog in whose.dialogs.values())
    for sample in ("ה", "ا", "新", "ニ", "게", "🔥", "è", "\u202e", "<script>", "\u0336"):
        assert sample in text, sample


def test_some_texts_are_hostile_and_the_same_again() -> None:
    texts = []
    for _ in range(2):
        _, whose = account(400)
        dialogs = [row for row in whose.dialogs.values() if row.peer.kind != "channel"]
        texts.append("".join(message.text for row in dialogs for message in row.history))
    assert texts[0] == texts[1]
    for sample in ("<script>", "=HYPERLINK", "DROP TABLE", "\u202e", "\u200b", "\n\n\t"):
        assert sample in texts[0], sample


def test_shares_of_each_kind() -> None:
    _, whose = account(2000)
    rows = list(whose.dialogs.values())
    kinds = {kind: sum(row.peer.kind == kind for row in rows) / 2000 for kind in ("user", "group", "channel")}
    assert kinds["user"] > 0.4
    assert 0.5 > kinds["channel"] > 0.3 > kinds["group"] > 0.05
    assert 0.13 < sum(row.folder == 1 for row in rows) / 2000 < 0.2
    assert 0.28 < sum(row.mute_until > 0 for row in rows) / 2000 < 0.38
    assert 0.35 < sum(row.unread_count > 0 for row in rows) / 2000 < 0.55


def test_private_messages_have_ids_of_their_own_and_unread_ones_come_from_others() -> None:
    _, whose = account(60)
    numbers: list[int] = []
    for dialog in whose.dialogs.values():
        if dialog.peer.kind == "channel":
            continue
        messages = [dialog.history[index] for index in range(len(dialog.history))]
        numbers += [message.id for message in messages]
        unread = [message for message in messages if message.id > dialog.read_inbox_max_id]
        assert len(unread) == dialog.unread_count
        assert all(message.sender != whose.id for message in unread)
    assert len(numbers) == len(set(numbers)) > 500


def test_everyone_in_a_message_exists() -> None:
    world, whose = account(60)
    for dialog in whose.dialogs.values():
        for index in range(0, len(dialog.history), 7):
            sender = dialog.history[index].sender
            assert sender == 0 or sender in world.population.people


@pytest.mark.parametrize(
    ("phone", "code"),
    [
        ("9996612345", "11111"),
        ("9996622345", "22222"),
        ("9996632345", "33333"),
        ("9996642345", None),
        ("", None),
    ],
)
def test_codes(phone: str, code: str | None) -> None:
    assert World.code_for(phone) == code


def test_access_hashes_differ_by_viewer_and_world() -> None:
    world, peer = World(chats=10), Peer("channel", 5)
    assert world.access_hash(1, peer) == world.access_hash(1, peer) != world.access_hash(2, peer)
    assert World(chats=10).access_hash(1, peer) != world.access_hash(1, peer)


def test_chance_is_the_same_everywhere() -> None:
    dice = Dice("seed")
    assert [dice.below(100) for _ in range(5)] == [13, 23, 86, 28, 4]
    assert sorted(dice.sample(50, 50)) == list(range(50))
    assert mix(1, 0) == 0x910A2DEC89025CC1
