"""auth.exportLoginToken and acceptLoginToken: logging in by a QR code that another device scans."""

from __future__ import annotations

import os
from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.api.auth_codes import check_api
from quart_app.demo.caller import Caller
from quart_app.demo.errors import RpcError
from quart_app.demo.methods import answers
from quart_app.demo.world import LoginToken

_LIFETIME = 30


@answers(fn.auth.ExportLoginTokenRequest, before_login=True)
def export(caller: Caller, request: Any) -> Any:
    """A token to show, or the login once one of this key's tokens was accepted."""
    check_api(caller, request.api_id, request.api_hash)
    world, now = caller.world, caller.world.clock()
    for token, entry in list(world.login_tokens.items()):
        if entry.key is caller.key and entry.user_id:
            del world.login_tokens[token]
            account = world.account(entry.user_id)
            if account.second_factor:
                caller.key.pending_user_id = account.id
                raise RpcError(401, "SESSION_PASSWORD_NEEDED")
            return t.auth.LoginTokenSuccess(caller.log_in(account))
        if entry.expires_at < now:
            del world.login_tokens[token]
    token = os.urandom(24)
    world.login_tokens[token] = LoginToken(caller.key, now + _LIFETIME)
    return t.auth.LoginToken(expires=int(now) + _LIFETIME, token=token)


@answers(fn.auth.AcceptLoginTokenRequest)
def accept(caller: Caller, request: Any) -> Any:
    entry, now = caller.world.login_tokens.get(request.token), int(caller.world.clock())
    if entry is None:
        raise RpcError(400, "AUTH_TOKEN_INVALID")
    if entry.expires_at < now:
        raise RpcError(400, "AUTH_TOKEN_EXPIRED")
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
