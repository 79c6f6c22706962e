"""auth.bindTempAuthKey: what a temporary key may do, and what it takes to bind one."""

from __future__ import annotations

import asyncio
import os
import time
from datetime import UTC, datetime
from hashlib import sha1
from typing import Any

import pytest
from telethon import errors
from telethon import functions as fn
from telethon import types as t
from telethon.errors.common import AuthKeyNotFound
from telethon.network import authenticator

from quart_app.demo import DemoDataCentre, World
from quart_app.demo.api import auth_temporary_keys
from quart_app.demo.authorization import AuthorizationKey
from quart_app.demo.caller import Caller
from quart_app.demo.errors import RpcError
from tests.quart_app.demo.raw_client import Wire, binding_request


def key(world: World, *, temporary: bool = False) -> AuthorizationKey:
    data, now = os.urandom(256), time.time()
    key_id = int.from_bytes(sha1(data).digest()[-8:], "little")
    made = AuthorizationKey(data, key_id, 0, now, now, temporary, now + 600 if temporary else 0.0)
    world.keys.add(made)
    return made


@pytest.fixture
def world() -> World:
    return World(chats=10, seed=1)


@pytest.fixture
def permanent(world: World) -> AuthorizationKey:
    return key(world)


@pytest.fixture
def caller(world: World) -> Caller:
    return Caller(world, key(world, temporary=True), 99, 4 << 32, 2, ("127.0.0.1", 1))


def binding(caller: Caller, permanent: AuthorizationKey, **changed: Any) -> Any:
    """The request as an honest client builds it, but for what is changed."""
    carrier = {"message_id": caller.message_id, **changed}
    return binding_request(caller.wire_key, permanent, caller.session_id, **carrier)


def test_binding(caller: Caller, permanent: AuthorizationKey) -> None:
    assert auth_temporary_keys.bind(caller, binding(caller, permanent)) is True
    assert caller.key is permanent
    assert caller.wire_key.expires_at <= time.time() + 60
    with pytest.raises(RpcError, match="TEMP_AUTH_KEY_ALREADY_BOUND"):
        auth_temporary_keys.bind(caller, binding(caller, permanent))


@pytest.mark.parametrize(
    "changed",
    [
        {"nonce": 6},
        {"temp_auth_key_id": 6},
        {"perm_auth_key_id": 6},
        {"temp_session_id": 6},
        {"expires_at": datetime.fromtimestamp(2_000_000_000, UTC)},
        {"message_id": 8 << 32},
        {"sequence": 1},
    ],
)
def test_anything_forged_is_refused(
    caller: Caller, permanent: AuthorizationKey, changed: dict[str, Any]
) -> None:
    with pytest.raises(RpcError, match="ENCRYPTED_MESSAGE_INVALID"):
        auth_temporary_keys.bind(caller, binding(caller, permanent, **changed))
    assert caller.key is caller.wire_key


def test_only_temporary_keys_to_known_permanent_ones(
    world: World, caller: Caller, permanent: AuthorizationKey
) -> None:
    request = binding(caller, permanent)
    world.keys.forget(permanent)
    with pytest.raises(RpcError, match="ENCRYPTED_MESSAGE_INVALID"):
        auth_temporary_keys.bind(caller, request)
    caller.wire_key = permanent
    with pytest.raises(RpcError, match="TEMP_AUTH_KEY_EMPTY"):
        auth_temporary_keys.bind(caller, request)


def test_an_expired_binding(caller: Caller, permanent: AuthorizationKey) -> None:
    with pytest.raises(RpcError, match="EXPIRES_AT_INVALID"):
        auth_temporary_keys.bind(caller, binding(caller, permanent, seconds=-5))


def test_a_new_binding_replaces_the_old(world: World, caller: Caller, permanent: AuthorizationKey) -> None:
    auth_temporary_keys.bind(caller, binding(caller, permanent))
    first = caller.wire_key
    caller.wire_key = key(world, temporary=True)
    auth_temporary_keys.bind(caller, binding(caller, permanent))
    assert first.id not in world.keys
    assert world.keys.bound_to(permanent) == [caller.wire_key]


async def test_dropping(world: World, caller: Caller, permanent: AuthorizationKey) -> None:
    auth_temporary_keys.bind(caller, binding(caller, permanent))
    request = fn.auth.DropTempAuthKeysRequest([caller.wire_key.signed_id])
    assert auth_temporary_keys.drop(caller, request) is True
    await asyncio.sleep(0.1)
    assert world.keys.bound_to(permanent) == [caller.wire_key]
    auth_temporary_keys.drop(caller, fn.auth.DropTempAuthKeysRequest([]))
    await asyncio.sleep(0.1)
    assert world.keys.bound_to(permanent) == []


async def test_a_whole_client_on_a_temporary_key(
    demo: DemoDataCentre, log_in: Any, new_client: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It can do nothing, then all that the permanent key can, then nothing any more."""
    first = await log_in(device_model="Permanent")
    permanent = demo.world.keys.find(first.session.auth_key.key_id)
    assert permanent is not None
    await first.disconnect()
    honest = t.PQInnerData
    monkeypatch.setattr(
        authenticator, "PQInnerData", lambda **fields: t.PQInnerDataTemp(expires_in=600, **fields)
    )
    client = new_client()
    with pytest.raises(errors.AuthKeyPermEmptyError):
        await client.connect()
    monkeypatch.setattr(authenticator, "PQInnerData", honest)
    temporary = demo.world.keys.find(client.session.auth_key.key_id)
    assert temporary is not None
    await client.disconnect()

    wire = await Wire.open(demo, temporary)
    number = wire.next_id()
    wire.send(binding_request(temporary, permanent, 1, message_id=number, seconds=600), message_id=number)
    assert (await wire.one()).error is None
    wire.writer.close()

    bound = new_client(client.session.save())
    await bound.connect()
    assert (await bound.get_me()).phone == "9996620001"
    assert await bound.get_dialogs(limit=3)
    assert demo.instrument.overlaps == []
    clock.ahead = 601
    with pytest.raises(AuthKeyNotFound):
        await new_client(client.session.save()).connect()
    again = new_client(first.session.save())
    await bound.disconnect()
    await again.connect()
    assert (await again.get_me()).phone == "9996620001", "the permanent key is none the worse"
