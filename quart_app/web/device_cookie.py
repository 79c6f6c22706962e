"""Tells a browser in which somebody has logged in to an account before: for limits, and for nothing else.

It lets nobody in. Whoever brings it has attempts of their own, so that strangers, from however many addresses, can use
up only those that all strangers share (OWASP: "device cookies").
"""

from __future__ import annotations

import hmac
import os
import time
from typing import Final

from quart import Response, request

from quart_app.accounts.credentials import decode, encode
from quart_app.accounts.phones import PhoneNumber
from quart_app.settings import Secret
from quart_app.web.cookies import cookie_attributes
from quart_app.web.current import settings

SECONDS: Final = 180 * 86_400
_NONCE: Final = 16
_EXPIRY: Final = 8
_MAC: Final = 32


def known_device(phone: PhoneNumber) -> str | None:
    """The name of this browser to a limit, if it was given out after a log-in to this phone's account."""
    value = decode(request.cookies.get(_name(), ""), _NONCE + _EXPIRY + _MAC)
    if value is None:
        return None
    body, mac = value[: _NONCE + _EXPIRY], value[_NONCE + _EXPIRY :]
    if int.from_bytes(body[_NONCE:], "big") < time.time():
        return None
    keys = [settings().secret_key, settings().secret_key_previous]
    if not any(key is not None and hmac.compare_digest(mac, _mac(key, body, phone)) for key in keys):
        return None
    return body[:_NONCE].hex()


def remember_device(response: Response, phone: PhoneNumber) -> None:
    """After a log-in that has succeeded, second factor included."""
    body = os.urandom(_NONCE) + (int(time.time()) + SECONDS).to_bytes(_EXPIRY, "big")
    value = encode(body + _mac(settings().secret_key, body, phone))
    attributes = cookie_attributes(secure=settings().secure_cookies, strict=True)
    response.set_cookie(_name(), value, max_age=SECONDS, **attributes)


def _mac(key: Secret, body: bytes, phone: PhoneNumber) -> bytes:
    derived = hmac.digest(key.reveal(), b"tcm/device/v1", "sha256")
    return hmac.digest(derived, body + phone.e164.encode(), "sha256")


def _name() -> str:
    return "__Host-tcm_device" if settings().secure_cookies else "tcm_device"
