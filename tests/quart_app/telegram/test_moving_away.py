"""An account that Telegram keeps in, or moves to, another data centre: its session goes there with it."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis
from telethon import functions as fn

from quart_app.demo import RsaKey, open_demo
from quart_app.telegram.live import Terms
from tests.quart_app.telegram.outcome import code_of
from tests.quart_app.telegram.worker import Person, open_worker, until


@pytest.mark.parametrize("scope", ["full", "view"])
async def test_its_login_is_carried_over_and_the_new_key_saved(
    rsa_key: RsaKey, redis: Redis, person: Person, scope: str
) -> None:
    async with open_demo(20, 3, rsa_key=rsa_key, data_centres=2) as demo:
        there = demo.data_centres[1].id
        terms = Terms("view") if scope == "view" else Terms()
        async with open_worker(demo, redis) as first:
            await first.log_in(person, terms)
            before = (await first.records.read(person.user_id)).generation  # type: ignore[union-attr]
            demo.instrument.move(person.phone, there)
            client = first.client(person)
            assert await client(fn.updates.GetStateRequest())
            assert client.session.dc_id == there
            saved = await first.records.read(person.user_id)
            assert saved is not None
            assert saved.generation > before
            demo.instrument.drop_connections()
            await until(lambda: not client.is_connected())
            caller = await first.caller(person)
            assert len(await caller.telegram.chats()) == 20, "the new connection is looked after as well"
        async with open_worker(demo, redis) as second:
            caller = await second.caller(person)
            assert len(await caller.telegram.chats()) == 20
            assert second.client(person).session.dc_id == there
            assert second.live(person).terms == terms


async def test_one_whose_login_cannot_be_carried_over_has_ended(
    rsa_key: RsaKey, redis: Redis, person: Person
) -> None:
    """The control: without its login, the new key is a stranger's."""
    async with open_demo(20, 3, rsa_key=rsa_key, data_centres=2) as demo, open_worker(demo, redis) as worker:
        caller = await worker.log_in(person)
        demo.instrument.fault("auth.ExportAuthorization", 400, "DC_ID_INVALID")
        demo.instrument.move(person.phone, demo.data_centres[1].id)
        assert await code_of(caller.telegram.chats(fresh=True)) == "session_ended"


async def test_a_log_in_goes_where_the_network_is_sent(rsa_key: RsaKey, redis: Redis, person: Person) -> None:
    async with open_demo(20, 3, rsa_key=rsa_key, data_centres=2) as demo:
        there = demo.data_centres[1].id
        demo.instrument.move_network(there)
        async with open_worker(demo, redis) as first:
            caller = await first.log_in(person)
            refused = [what for _, number, what in demo.instrument.refusals if number == 303]
            assert refused == [f"NETWORK_MIGRATE_{there}"]
            assert first.client(person).session.dc_id == there
            assert len(await caller.telegram.chats()) == 20
        async with open_worker(demo, redis) as second:
            assert len(await (await second.caller(person)).telegram.chats()) == 20
            assert second.client(person).session.dc_id == there
