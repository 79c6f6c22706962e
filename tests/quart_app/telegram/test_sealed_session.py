"""A session that is put away whole: it knows its chats again and learns what it has missed. It gossips about nobody."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from telethon import functions as fn
from telethon.crypto import AuthKey
from telethon.tl import types

from quart_app.demo import DemoDataCentre, Peer
from quart_app.telegram.client import connect, disconnect
from quart_app.telegram.gate import GatedClient
from quart_app.telegram.sealed_session import SealedSession
from tests.quart_app.telegram.worker import Person, Worker, until

TELEGRAM = 777_000
STATE = types.updates.State(11, 2, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), 7, unread_count=0)


def user(id: int, **changes: Any) -> types.User:
    return types.User(id, **{"access_hash": 99, "first_name": "Ann", "phone": "393330000000"} | changes)


def answer(*users: Any, chats: tuple[Any, ...] = ()) -> SimpleNamespace:
    return SimpleNamespace(users=list(users), chats=list(chats))


def filled() -> SealedSession:
    session = SealedSession()
    session.set_dc(2, "127.0.0.1", 4430)
    session.auth_key = AuthKey(bytes(range(256)))
    session.process_entities(answer(user(5, username="Ann_5"), chats=(_channel(7), _group(8))))
    session.process_entities(answer(types.InputPeerUser(5, 99)))
    session.set_update_state(0, STATE)
    session.set_update_state(7, STATE)
    return session


def _channel(id: int, **changes: Any) -> types.Channel:
    given = {"title": "News", "photo": types.ChatPhotoEmpty(), "date": None, "access_hash": -7}
    return types.Channel(id, **given | changes)


def _group(id: int) -> types.Chat:
    return types.Chat(id, "Friends", types.ChatPhotoEmpty(), 3, None, 1)


def test_all_of_it_comes_back() -> None:
    before = filled()
    after = SealedSession.load(before.dump())
    assert (after.dc_id, after.server_address, after.port) == (2, "127.0.0.1", 4430)
    assert after.auth_key.key == bytes(range(256))
    assert after.hashes == before.hashes == {5: 99, -1_000_000_000_007: -7, -8: 0}
    assert after.get_entity_rows_by_username("ann_5") == (5, 99)
    states = {entity_id: state.to_dict() for entity_id, state in after.get_update_states()}
    assert states == {0: STATE.to_dict(), 7: STATE.to_dict()}
    assert after.dump() == before.dump()


def test_a_session_without_a_key_stays_without_one() -> None:
    session = SealedSession()
    session.set_dc(2, "::1", 443)
    again = SealedSession.load(session.dump())
    assert again.auth_key is None
    assert again.server_address == "::1"


def test_a_dump_of_another_version_is_refused() -> None:
    dump = zlib.decompress(filled().dump()).replace(b'"version":1', b'"version":9')
    with pytest.raises(ValueError, match="version"):
        SealedSession.load(zlib.compress(dump))


def test_ids_are_found_marked_and_bare() -> None:
    session = filled()
    assert session.get_entity_rows_by_id(7) is None
    assert session.get_entity_rows_by_id(7, exact=False) == (-1_000_000_000_007, -7)
    assert session.get_entity_rows_by_id(8, exact=False) == (-8, 0)
    assert session.get_entity_rows_by_id(6, exact=False) is None


def test_half_known_people_do_not_spoil_what_is_known() -> None:
    session = filled()
    session.process_entities(answer(user(5, access_hash=1, min=True)))
    session.process_entities(answer(user(5, access_hash=None)))
    session.process_entities(answer(types.UserEmpty(5), chats=(_channel(7, access_hash=None),)))
    assert (session.hashes[5], session.hashes[-1_000_000_000_007]) == (99, -7)


def test_answers_without_people_are_no_trouble() -> None:
    session = filled()
    for other in (None, True, [1], types.updates.DifferenceEmpty(None, 0), SimpleNamespace(users=3)):
        session.process_entities(other)
    assert session.hashes == filled().hashes


def test_neither_names_nor_phones_are_kept() -> None:
    session = filled()
    text = zlib.decompress(session.dump())
    for word in (b"Ann ", b'"Ann"', b"39333", b"News", b"Friends"):
        assert word not in text
    assert b"ann_5" in text  # public names are: they are looked up by them
    for lookup in (session.get_entity_rows_by_name, session.get_entity_rows_by_phone):
        assert [lookup(known) for known in ("Ann", "393330000000")] == [None, None]


async def resumed(worker: Worker, session: SealedSession) -> GatedClient:
    client = worker.factory.create(SealedSession.load(session.dump()), expires_at=0)
    await connect(client)
    return client


async def put_away(worker: Worker, person: Person) -> SealedSession:
    """What is left of a session in use once its client is gone."""
    caller = await worker.log_in(person)
    await caller.telegram.chats()
    session = worker.live(person).session
    await worker.pool.close(log_out_all=False)
    return session


async def test_nothing_of_the_owners_friends_is_in_a_real_dump(
    demo: DemoDataCentre, worker: Worker, person: Person
) -> None:
    text = zlib.decompress((await put_away(worker, person)).dump()).decode()
    account, population = demo.world.account(person.account_id), demo.world.population
    people = [population.people[peer.id] for peer in account.dialogs if peer.kind == "user"]
    names = {name for one in people for name in (one.first_name, one.last_name, one.phone) if name}
    titles = {population.channels[peer.id].title for peer in account.dialogs if peer.kind == "channel"}
    words = {orjson.dumps(word).decode() for word in names | titles}
    assert len(words) > 12
    assert [word for word in words if word in text] == []
    assert person.phone.lstrip("+") not in text


async def test_a_resumed_client_knows_its_chats(demo: DemoDataCentre, worker: Worker, person: Person) -> None:
    client = await resumed(worker, await put_away(worker, person))
    asked = demo.instrument.counts["contacts.ResolveUsername"]
    channel = await client.get_input_entity("scontierrati")
    answer = await client(fn.messages.GetHistoryRequest(channel, 0, None, 0, 1, 0, 0, 0))
    assert answer.messages
    assert demo.instrument.counts["contacts.ResolveUsername"] == asked
    await disconnect(client)


async def test_a_resumed_client_learns_what_it_missed(
    demo: DemoDataCentre, worker: Worker, person: Person
) -> None:
    """In private chats always; in a channel from the first post on that was seen there."""
    await worker.log_in(person)
    seen: list[str | None] = []

    def note(update: Any) -> None:
        seen.append(getattr(getattr(update, "message", None), "message", None))

    worker.client(person).on_update = note
    demo.world.post("scontierrati", "seen")
    await until(lambda: "seen" in seen)
    session = worker.live(person).session
    await worker.pool.close(log_out_all=False)
    demo.world.post(Peer("user", TELEGRAM), "while you were out", to=person.account_id)
    demo.world.post("scontierrati", "and here")
    client = worker.factory.create(SealedSession.load(session.dump()), expires_at=0)
    client.on_update = note
    await connect(client)
    await until(lambda: {"while you were out", "and here"} <= set(seen))
    await disconnect(client)
