"""auth.bindTempAuthKey: what a temporary key may do, and what it takes to bind one."""

from __future__ import annotations

import asyncio
import os
import struct
import time
from datetime import UTC, datetime
from hashlib import sha1
from typing import Any

import pytest
from mtproto.crypto.aes import kdf_v1
from telethon import functions as fn
from telethon import types as t
from telethon.crypto import AES

from quart_app.demo import World
from quart_app.demo.api import auth_temporary_keys
from quart_app.demo.authorization import AuthorizationKey
from quart_app.demo.caller import Caller
from quart_app.demo.errors import RpcError


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


def binding(caller: Caller, permanent: AuthorizationKey, *, seconds: float = 60, **changed: Any) -> Any:
    """The request as an honest client builds it, but for what is changed."""
    expires = datetime.fromtimestamp(int(time.time() + seconds), UTC)
    fields: dict[str, Any] = {
        "nonce": 5,
        "temp_auth_key_id": caller.wire_key.signed_id,
        "perm_auth_key_id": permanent.signed_id,
        "temp_session_id": caller.session_id,
        "expires_at": expires,
    }
    header = {"message_id": caller.message_id, "sequence": 0}
    header.update({name: changed.pop(name) for name in tuple(changed) if name in header})
    inner = bytes(t.BindAuthKeyInner(**{**fields, **changed}))
    plain = os.urandom(16) + struct.pack("<qii", header["message_id"], header["sequence"], len(inner)) + inner
    message_key = sha1(plain).digest()[4:20]
    encrypted = AES.encrypt_ige(
        plain + os.urandom(-len(plain) % 16), *kdf_v1(permanent.key, message_key, True)
    )
    envelope = struct.pack("<Q", permanent.id) + message_key + encrypted
    return fn.auth.BindTempAuthKeyRequest(permanent.signed_id, 5, expires, envelope)


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
