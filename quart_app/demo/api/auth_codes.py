"""auth.*: logging in with a code, and out again."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.account import Account
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


def refuse_elsewhere(caller: Caller, phone: str) -> None:
    """Raise RpcError 303 PHONE_MIGRATE_X or NETWORK_MIGRATE_X if this data centre is not the phone's."""
    elsewhere = caller.world.data_centres.elsewhere(phone, caller.data_centre_id)
    if elsewhere:
        raise RpcError(303, elsewhere)


def pass_code(caller: Caller, account: Account) -> Any:
    """What follows the right code: the login, or the password that is still owed."""
    if account.second_factor:
        caller.key.pending_user_id = account.id
        raise RpcError(401, "SESSION_PASSWORD_NEEDED")
    return caller.log_in(account)


@answers(fn.auth.SendCodeRequest, before_login=True)
def send_code(caller: Caller, request: Any) -> Any:
    check_api(caller, request.api_id, request.api_hash)
    phone, world = digits(request.phone_number), caller.world
    code = world.code_for(phone)
    if code is None:
        raise RpcError(400, "PHONE_NUMBER_INVALID")
    refuse_elsewhere(caller, phone)
    world.logins.refuse_guessing(phone)
    account = world.account_for(phone)
    if world.logins.come_back(phone, request.settings.logout_tokens or ()):
        return t.auth.SentCodeSuccess(pass_code(caller, account))
    return sent_code(caller, phone, world.codes.send(phone, code))


def sent_code(caller: Caller, phone: str, code_hash: str) -> Any:
    """auth.sentCode for a code that is under way."""
    codes = caller.world.codes
    sent = codes.find(phone, code_hash)
    kind: Any
    if sent.sent_by == "email":
        kind = t.auth.SentCodeTypeEmailCode(masked(codes.emails.get(phone, "")), len(sent.code))
    elif sent.sent_by == "set_up_email":
        kind = t.auth.SentCodeTypeSetUpEmailRequired()
    else:
        kinds = {"app": t.auth.SentCodeTypeApp, "sms": t.auth.SentCodeTypeSms}
        kind = kinds[sent.sent_by](len(sent.code))
    another = t.auth.CodeTypeSms() if sent.sent_by in {"app", "email"} else None
    return t.auth.SentCode(type=kind, phone_code_hash=code_hash, next_type=another, timeout=_TIMEOUT)


def masked(email: str) -> str:
    """As a client may show it: the first and the last letter of the name, and the domain."""
    name, _, domain = email.partition("@")
    return f"{name[:1]}***{name[-1:]}@{domain}"


@answers(fn.auth.ResendCodeRequest, before_login=True)
def resend_code(caller: Caller, request: Any) -> Any:
    phone = digits(request.phone_number)
    return sent_code(caller, phone, caller.world.codes.resend(phone, request.phone_code_hash))


@answers(fn.auth.CancelCodeRequest, before_login=True)
def cancel_code(caller: Caller, request: Any) -> Any:
    caller.world.codes.cancel(digits(request.phone_number), request.phone_code_hash)
    return True


@answers(fn.auth.SignInRequest, before_login=True)
def sign_in(caller: Caller, request: Any) -> Any:
    phone, codes = digits(request.phone_number), caller.world.codes
    refuse_elsewhere(caller, phone)
    if request.email_verification is not None:
        codes.check_by_email(phone, request.phone_code_hash, request.email_verification)
    else:
        codes.check(phone, request.phone_code_hash, request.phone_code or "")
    return pass_code(caller, caller.world.account_for(phone))


@answers(fn.auth.LogOutRequest)
def log_out(caller: Caller, _request: Any) -> Any:
    """The future token lets the same phone in again without a code."""
    phone = caller.account.person.phone or ""
    caller.key.log_out()
    return t.auth.LoggedOut(future_auth_token=caller.world.logins.leave(phone))
