"""auth.bindTempAuthKey and auth.dropTempAuthKeys: keys that stand in for the permanent one for a while."""

from __future__ import annotations

import asyncio
import hmac
import struct
from hashlib import sha1
from typing import Any

from telethon.extensions import BinaryReader
from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.authorization import AuthorizationKey
from quart_app.demo.caller import Caller
from quart_app.demo.encryption import open_binding
from quart_app.demo.errors import RpcError
from quart_app.demo.methods import answers

_UNSIGNED = 0xFFFFFFFFFFFFFFFF
_ENVELOPE, _INNER = 24 + 80, 40
_AFTER_THE_ANSWER = 0.05


@answers(fn.auth.BindTempAuthKeyRequest, before_login=True)
def bind(caller: Caller, request: Any) -> Any:
    """One temporary key per permanent one: a new binding replaces the old."""
    temporary, keys = caller.wire_key, caller.world.keys
    if not temporary.temporary:
        raise RpcError(400, "TEMP_AUTH_KEY_EMPTY")
    if temporary.permanent is not None:
        raise RpcError(400, "TEMP_AUTH_KEY_ALREADY_BOUND")
    permanent = keys.find(request.perm_auth_key_id)
    if permanent is None or permanent.temporary:
        raise RpcError(400, "ENCRYPTED_MESSAGE_INVALID")
    expires_at = request.expires_at.timestamp()
    if not _proves(
        _inner(permanent, request.encrypted_message, caller.message_id), caller, request, permanent
    ):
        raise RpcError(400, "ENCRYPTED_MESSAGE_INVALID")
    if expires_at <= caller.world.clock():
        raise RpcError(400, "EXPIRES_AT_INVALID")
    for other in keys.bound_to(permanent):
        keys.forget(other)
    temporary.permanent = permanent
    temporary.expires_at = min(temporary.expires_at, expires_at)
    return True


def _inner(permanent: AuthorizationKey, envelope: bytes, message_id: int) -> Any:
    """bind_auth_key_inner, encrypted with the permanent key as in MTProto 1.0; None if it is not."""
    if len(envelope) != _ENVELOPE or envelope[:8] != struct.pack("<Q", permanent.id):
        return None
    message_key = envelope[8:24]
    plain = open_binding(permanent.key, message_key, envelope[24:])
    inner_id, sequence, length = struct.unpack("<qii", plain[16:32])
    digest = sha1(plain[: 32 + _INNER], usedforsecurity=False).digest()[4:20]
    if (
        length != _INNER
        or sequence != 0
        or inner_id != message_id
        or not hmac.compare_digest(digest, message_key)
    ):
        return None
    with BinaryReader(plain[32 : 32 + _INNER]) as reader:
        return reader.tgread_object()


def _proves(inner: Any, caller: Caller, request: Any, permanent: AuthorizationKey) -> bool:
    return (
        isinstance(inner, t.BindAuthKeyInner)
        and inner.nonce == request.nonce
        and inner.temp_session_id == caller.session_id
        and inner.perm_auth_key_id & _UNSIGNED == permanent.id
        and inner.temp_auth_key_id & _UNSIGNED == caller.wire_key.id
        and inner.expires_at == request.expires_at
    )


@answers(fn.auth.DropTempAuthKeysRequest, before_login=True)
def drop(caller: Caller, request: Any) -> Any:
    kept = {key_id & _UNSIGNED for key_id in request.except_auth_keys}
    for key in caller.world.keys.bound_to(caller.key):
        if key.id not in kept:
            asyncio.get_running_loop().call_later(_AFTER_THE_ANSWER, caller.world.keys.forget, key)
    return True
