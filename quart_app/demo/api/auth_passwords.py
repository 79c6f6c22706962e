"""account.getPassword and auth.checkPassword: the second step of a login."""

from __future__ import annotations

import os
from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.account import Account
from quart_app.demo.caller import Caller
from quart_app.demo.errors import RpcError
from quart_app.demo.methods import answers
from quart_app.demo.srp import new_algorithm


def _account(caller: Caller) -> Account:
    """Of a caller that is logged in, or has passed the code."""
    account = caller.world.accounts.get(caller.key.user_id or caller.key.pending_user_id)
    if account is None:
        raise RpcError(401, "AUTH_KEY_UNREGISTERED")
    return account


@answers(fn.account.GetPasswordRequest, before_login=True)
def get_password(caller: Caller, _request: Any) -> Any:
    common = {
        "new_algo": new_algorithm(),
        "new_secure_algo": t.SecurePasswordKdfAlgoUnknown(),
        "secure_random": os.urandom(32),
    }
    factor = _account(caller).second_factor
    if factor is None:
        return t.account.Password(**common)
    challenge_id, public = factor.challenge(caller.world.clock())
    return t.account.Password(
        has_password=True,
        current_algo=factor.algorithm,
        srp_B=public,
        srp_id=challenge_id,
        hint=factor.hint,
        **common,
    )


@answers(fn.auth.CheckPasswordRequest, before_login=True)
def check_password(caller: Caller, request: Any) -> Any:
    account, logins = _account(caller), caller.world.logins
    phone = account.person.phone or ""
    logins.refuse_guessing(phone)
    if account.second_factor is None:
        raise RpcError(400, "PASSWORD_HASH_INVALID")
    try:
        account.second_factor.check(request.password, caller.world.clock())
    except RpcError as error:
        if error.message == "PASSWORD_HASH_INVALID":
            logins.wrong_password(phone)
        raise
    logins.right_password(phone)
    return caller.log_in(account)
