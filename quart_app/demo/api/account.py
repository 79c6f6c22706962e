"""account.*: presence and devices."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.authorization import AuthorizationKey
from quart_app.demo.caller import Caller
from quart_app.demo.errors import RpcError
from quart_app.demo.methods import answers

_FRESH = 86_400
"""Seconds."""


@answers(fn.account.UpdateStatusRequest)
def update_status(_caller: Caller, _request: Any) -> Any:
    return True


@answers(fn.account.GetAuthorizationsRequest)
def get_authorizations(caller: Caller, _request: Any) -> Any:
    keys = caller.world.keys.of_user(caller.key.user_id)
    return t.account.Authorizations(
        authorization_ttl_days=180, authorizations=[_authorization(key, key is caller.key) for key in keys]
    )


def refuse_fresh(caller: Caller) -> None:
    """A login of the last 24 hours may not end others: RpcError FRESH_RESET_AUTHORISATION_FORBIDDEN."""
    if caller.world.clock() - caller.key.logged_in_at < _FRESH:
        raise RpcError(406, "FRESH_RESET_AUTHORISATION_FORBIDDEN")


@answers(fn.auth.ResetAuthorizationsRequest)
def reset_authorizations(caller: Caller, _request: Any) -> Any:
    refuse_fresh(caller)
    for key in caller.world.keys.of_user(caller.key.user_id):
        if key is not caller.key:
            key.log_out()
    return True


@answers(fn.account.ResetAuthorizationRequest)
def reset_authorization(caller: Caller, request: Any) -> Any:
    refuse_fresh(caller)
    for key in caller.world.keys.of_user(caller.key.user_id):
        if key.signed_id == request.hash and key is not caller.key:
            key.log_out()
            return True
    raise RpcError(400, "HASH_INVALID")


def _authorization(key: AuthorizationKey, current: bool) -> Any:
    device = key.device
    return t.Authorization(
        hash=0 if current else key.signed_id,
        current=current,
        device_model=device.device_model,
        platform="",
        system_version=device.system_version,
        api_id=device.api_id,
        app_name="",
        app_version=device.app_version,
        date_created=int(key.logged_in_at),
        date_active=int(key.used_at),
        ip="127.0.0.1",
        country="ZZ",
        region="",
    )
