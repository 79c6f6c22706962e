"""account.sendVerifyEmailCode and verifyEmail: setting up the address that login codes shall go to."""

from __future__ import annotations

import re
from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.api.auth_codes import digits, masked, sent_code
from quart_app.demo.caller import Caller
from quart_app.demo.errors import RpcError
from quart_app.demo.methods import answers

EMAIL_CODE = "123456"
"""What every address gets."""
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def _purpose(caller: Caller, purpose: Any) -> tuple[str, str]:
    """Phone and phone_code_hash; only setting up at login is there."""
    if not isinstance(purpose, t.EmailVerifyPurposeLoginSetup):
        raise RpcError(400, "EMAIL_NOT_ALLOWED")
    phone = digits(purpose.phone_number)
    if caller.world.codes.find(phone, purpose.phone_code_hash).sent_by != "set_up_email":
        raise RpcError(400, "EMAIL_NOT_ALLOWED")
    return phone, purpose.phone_code_hash


@answers(fn.account.SendVerifyEmailCodeRequest, before_login=True)
def send_verify_email_code(caller: Caller, request: Any) -> Any:
    phone, _ = _purpose(caller, request.purpose)
    if not _ADDRESS.fullmatch(request.email):
        raise RpcError(400, "EMAIL_INVALID")
    caller.world.codes.emails[phone] = request.email
    return t.account.SentEmailCode(masked(request.email), len(EMAIL_CODE))


@answers(fn.account.VerifyEmailRequest, before_login=True)
def verify_email(caller: Caller, request: Any) -> Any:
    """The address proven, the login code goes there: a new phone_code_hash comes with the answer."""
    phone, code_hash = _purpose(caller, request.purpose)
    codes = caller.world.codes
    email = codes.emails.get(phone)
    if email is None:
        raise RpcError(400, "EMAIL_VERIFY_EXPIRED")
    if getattr(request.verification, "code", None) != EMAIL_CODE:
        raise RpcError(400, "CODE_INVALID")
    code_hash = codes.set_up_email(phone, code_hash, email)
    return t.account.EmailVerifiedLogin(email, sent_code(caller, phone, code_hash))
