"""auth.exportLoginToken, importLoginToken, acceptLoginToken: logging in by a QR code that another device scans."""

from __future__ import annotations

import os
from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.api.auth_codes import check_api, pass_code
from quart_app.demo.caller import Caller
from quart_app.demo.errors import RpcError
from quart_app.demo.methods import answers
from quart_app.demo.world import LoginToken

_LIFETIME = 30


@answers(fn.auth.ExportLoginTokenRequest, before_login=True)
def export(caller: Caller, request: Any) -> Any:
    """A token to show; once one of this key's tokens was accepted, the login or where to fetch it."""
    check_api(caller, request.api_id, request.api_hash)
    world, now = caller.world, caller.world.clock()
    for token, entry in list(world.login_tokens.items()):
        if entry.expires_at < now:
            del world.login_tokens[token]
        elif entry.key is caller.key and entry.user_id in request.except_ids:
            raise RpcError(400, "AUTH_TOKEN_EXCEPTION")
        elif entry.key is caller.key and entry.user_id:
            home = _home(caller, entry)
            if home not in {0, caller.data_centre_id}:
                return t.auth.LoginTokenMigrateTo(home, token)
            return _use(caller, token)
    token = os.urandom(24)
    world.login_tokens[token] = LoginToken(caller.key, now + _LIFETIME)
    return t.auth.LoginToken(expires=int(now) + _LIFETIME, token=token)


@answers(fn.auth.ImportLoginTokenRequest, before_login=True)
def import_(caller: Caller, request: Any) -> Any:
    """At the account's own data centre, with another key than the one that showed the token."""
    entry = _entry(caller, request.token)
    if not entry.user_id:
        raise RpcError(400, "AUTH_TOKEN_INVALID")
    home = _home(caller, entry)
    if home not in {0, caller.data_centre_id}:
        return t.auth.LoginTokenMigrateTo(home, request.token)
    return _use(caller, request.token)


def _use(caller: Caller, token: bytes) -> Any:
    account = caller.world.account(caller.world.login_tokens.pop(token).user_id)
    return t.auth.LoginTokenSuccess(pass_code(caller, account))


def _home(caller: Caller, entry: LoginToken) -> int:
    phone = caller.world.accounts[entry.user_id].person.phone or ""
    return caller.world.data_centres.home_of(phone)


def _entry(caller: Caller, token: bytes, unknown: str = "AUTH_TOKEN_INVALID") -> LoginToken:
    entry = caller.world.login_tokens.get(token)
    if entry is None:
        raise RpcError(400, unknown)
    if entry.expires_at < caller.world.clock():
        raise RpcError(400, "AUTH_TOKEN_EXPIRED")
    return entry


@answers(fn.auth.AcceptLoginTokenRequest)
def accept(caller: Caller, request: Any) -> Any:
    entry, now = _entry(caller, request.token, "AUTH_TOKEN_INVALIDX"), int(caller.world.clock())
    if entry.user_id:
        raise RpcError(400, "AUTH_TOKEN_ALREADY_ACCEPTED")
    entry.user_id = caller.key.user_id
    caller.world.pushes.to_key(entry.key.id, t.UpdateShort(t.UpdateLoginToken(), now))
    device = entry.key.device
    return t.Authorization(
        hash=entry.key.signed_id,
        device_model=device.device_model,
        platform="",
        system_version=device.system_version,
        api_id=device.api_id,
        app_name="",
        app_version=device.app_version,
        date_created=now,
        date_active=now,
        ip="127.0.0.1",
        country="ZZ",
        region="",
    )
