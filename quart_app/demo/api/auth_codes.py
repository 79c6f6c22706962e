"""auth.*: logging in with a code, and out again."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.caller import Caller
from quart_app.demo.errors import RpcError
from quart_app.demo.methods import answers

_TIMEOUT = 60
"""Seconds after which a client may offer to send the code another way."""


def check_api(caller: Caller, api_id: int, api_hash: str) -> None:
    if caller.world.api is not None and caller.world.api != (api_id, api_hash):
        raise RpcError(400, "API_ID_INVALID")


def digits(phone_number: str) -> str:
    """A demo phone without its plus and blanks; PHONE_NUMBER_INVALID if it is none."""
    phone = phone_number.replace(" ", "").lstrip("+")
    if not phone.isascii() or not phone.isdigit():
        raise RpcError(400, "PHONE_NUMBER_INVALID")
    return phone


@answers(fn.auth.SendCodeRequest, before_login=True)
def send_code(caller: Caller, request: Any) -> Any:
    check_api(caller, request.api_id, request.api_hash)
    phone = digits(request.phone_number)
    code = caller.world.code_for(phone)
    if code is None:
        raise RpcError(400, "PHONE_NUMBER_INVALID")
    caller.world.account_for(phone)
    return t.auth.SentCode(
        type=t.auth.SentCodeTypeApp(len(code)),
        phone_code_hash=caller.world.codes.send(phone, code),
        next_type=t.auth.CodeTypeSms(),
        timeout=_TIMEOUT,
    )


@answers(fn.auth.ResendCodeRequest, before_login=True)
def resend_code(caller: Caller, request: Any) -> Any:
    phone = digits(request.phone_number)
    code_hash = caller.world.codes.resend(phone, request.phone_code_hash)
    length = len(caller.world.code_for(phone) or "")
    return t.auth.SentCode(type=t.auth.SentCodeTypeSms(length), phone_code_hash=code_hash, timeout=_TIMEOUT)


@answers(fn.auth.CancelCodeRequest, before_login=True)
def cancel_code(caller: Caller, request: Any) -> Any:
    caller.world.codes.cancel(digits(request.phone_number), request.phone_code_hash)
    return True


@answers(fn.auth.SignInRequest, before_login=True)
def sign_in(caller: Caller, request: Any) -> Any:
    phone = digits(request.phone_number)
    caller.world.codes.check(phone, request.phone_code_hash, request.phone_code or "")
    account = caller.world.account_for(phone)
    if account.second_factor:
        caller.key.pending_user_id = account.id
        raise RpcError(401, "SESSION_PASSWORD_NEEDED")
    return caller.log_in(account)


@answers(fn.auth.LogOutRequest)
def log_out(caller: Caller, _request: Any) -> Any:
    caller.key.log_out()
    return t.auth.LoggedOut()
