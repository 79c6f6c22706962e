"""START SESSION and END SESSION: the steps of a Telegram login, for the page's scripts and for programs."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator
from quart import Blueprint, Response
from quart_schema import document_response, tag

from commands import say
from quart_app.storage.errors import StorageUnavailable
from quart_app.storage.keys import LOGIN_SECONDS
from quart_app.telegram.live import Terms
from quart_app.telegram.state import SessionPhase, SessionState
from quart_app.telegram.vault import new_secret
from quart_app.web.auth import signed_in
from quart_app.web.bodies import Body, json_body
from quart_app.web.code_limits import limit_qr, take_code, take_email
from quart_app.web.cookies import clear_vault_cookie, set_vault_cookie, vault_secret
from quart_app.web.current import current_sign_in, services
from quart_app.web.json_answers import json_answer
from quart_app.web.limits import API, per_minute, too_many
from quart_app.web.problems import Problem
from quart_app.web.slots import note_slot
from quart_app.web.telegram_answers import EndAnswer, SessionAnswer, state_document

blueprint: Final = Blueprint("telegram_api", __name__, url_prefix="/api/v1/telegram/session")


class Start(Body):
    """How to sign in at Telegram, and what the session may do."""

    method: Literal["code", "qr"] = "code"
    scope: Literal["full", "view"] = "full"
    keep: Literal["until_left", "24h"] = "24h"
    replace: Annotated[bool, Field(description="End the session that is open already.")] = False


class Code(Body):
    """The code that Telegram has sent."""

    code: Annotated[str, Field(max_length=100, examples=["22222"])]


class Email(Body):
    """An address for login codes, or the code that Telegram has sent there."""

    address: Annotated[str | None, Field(max_length=254, examples=["anna@example.org"])] = None
    code: Annotated[str | None, Field(max_length=20, examples=["123456"])] = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Email:
        if (self.address is None) == (self.code is None):
            raise ValueError("give either an address or a code")
        return self


class Password(Body):
    """A password: at ``password`` Telegram's two-step one, at ``unlock`` the one of this server."""

    password: Annotated[str, Field(max_length=1024)]


@blueprint.get("")
@per_minute(API)
@tag(["telegram session"])
@document_response(SessionAnswer)
@signed_in
async def session_state() -> Response:
    """How things stand for the device that asks. While a QR code is shown, ask every second or two."""
    secret = vault_secret()
    state = await services().telegram.state(current_sign_in().user_id, secret)
    if secret is None or state.state is not SessionPhase.ACTIVE:
        return json_answer(state_document(state))
    return await _progressed(state, secret)  # a QR code may have been scanned since


@blueprint.post("")
@per_minute(API)
@tag(["telegram session"])
@document_response(SessionAnswer, 202)
@signed_in
@json_body(Start)
async def start_session(body: Start) -> Response:
    """Start a Telegram session: by a QR code to be scanned with the registered phone's account, or by a code that
    Telegram sends to it.
    """
    who, telegram = current_sign_in(), services().telegram
    await telegram.check_free(who.user_id, replace=body.replace)
    phone = await services().accounts.phone_of(who.user_id)
    unspent = None
    if body.method == "qr":
        await limit_qr(who.user_id)
    else:
        unspent = await take_code(phone)
    old, secret = vault_secret(), _secret_to_start_with()
    state = await telegram.start(
        who.user_id,
        phone.e164,
        secret,
        Terms(body.scope, body.keep),
        old_secret=old,
        replace=body.replace,
        method=body.method,
        unspent=unspent,
    )
    return _answer(state, secret, 202)


@blueprint.post("/code")
@per_minute(API)
@tag(["telegram session"])
@document_response(SessionAnswer)
@signed_in
@json_body(Code)
async def submit_code(body: Code) -> Response:
    """Go on with the code. The third wrong one ends the login."""
    who, secret = current_sign_in(), _secret()
    phone = (await services().accounts.phone_of(who.user_id)).e164
    state = await services().telegram.submit_code(who.user_id, phone, secret, body.code.strip())
    return await _progressed(state, secret)


@blueprint.post("/password")
@per_minute(API)
@tag(["telegram session"])
@document_response(SessionAnswer)
@signed_in
@json_body(Password)
async def submit_password(body: Password) -> Response:
    """Go on with the two-step password of the Telegram account. It is used once and not kept."""
    secret = _secret()
    state = await services().telegram.submit_password(current_sign_in().user_id, secret, body.password)
    return await _progressed(state, secret)


@blueprint.post("/resend")
@per_minute(API)
@tag(["telegram session"])
@document_response(SessionAnswer, 202)
@signed_in
async def resend() -> Response:
    """Ask Telegram to send the code in the other way that it has offered."""
    who, secret = current_sign_in(), _secret()
    phone = await services().accounts.phone_of(who.user_id)
    unspent = await take_code(phone)
    state = await services().telegram.resend(who.user_id, phone.e164, secret, unspent=unspent)
    return _answer(state, secret, 202)


@blueprint.post("/email")
@per_minute(API)
@tag(["telegram session"])
@document_response(SessionAnswer, 202)
@signed_in
@json_body(Email)
async def submit_email(body: Email) -> Response:
    """Where Telegram asks for an e-mail address for login codes: give one, then the code that proves it."""
    who, secret = current_sign_in(), _secret()
    phone = await services().accounts.phone_of(who.user_id)
    if body.address is not None:
        unspent = await take_email(phone)
        address = body.address.strip()
        state = await services().telegram.submit_email(
            who.user_id, phone.e164, secret, address, unspent=unspent
        )
    else:
        code = (body.code or "").strip()
        state = await services().telegram.prove_email(who.user_id, phone.e164, secret, code)
    return _answer(state, secret, 202)


@blueprint.post("/unlock")
@per_minute(API)
@tag(["telegram session"])
@document_response(SessionAnswer)
@signed_in
@json_body(Password)
async def unlock(body: Password) -> Response:
    """Let this device into the session that another has opened, by the password of this server."""
    who = current_sign_in()
    wait = await services().limits.take("unlock", str(who.user_id), limit=5, seconds=60)
    if wait is not None:
        raise too_many(wait, say("Too many attempts. Wait a little and try again."))
    if await services().accounts.verify_password(who.user_id, body.password) is None:
        raise Problem(401, "wrong_credentials", "The password is not right.")
    secret = _secret_to_start_with()
    state = await services().telegram.unlock(who.user_id, secret)
    await note_slot(who, secret)
    await services().audit.record("session_unlocked", who.user_id, device=who.kind)
    return _answer(state, secret, 200)


@blueprint.delete("")
@per_minute(API)
@tag(["telegram session"])
@document_response(EndAnswer)
@signed_in
async def end_session() -> Response:
    """Cancel a login, or end the session: at Telegram first, then here."""
    confirmed = await services().telegram.end(current_sign_in().user_id, vault_secret())
    response = json_answer({"logged_out_at_telegram": confirmed})
    if current_sign_in().kind == "browser":
        clear_vault_cookie(response)
    return response


def _secret_to_start_with() -> bytes:
    """A token brings its own; a browser gets a new one, so that nothing from before opens what comes now."""
    who = current_sign_in()
    return who.vault_secret if who.vault_secret is not None else new_secret()


def _secret() -> bytes:
    secret = vault_secret()
    if secret is None:
        raise Problem(409, "no_login", "There is no login under way at this step. Start again.")
    return secret


async def _progressed(state: SessionState, secret: bytes) -> Response:
    """Once the session is open: the phone is this person's, the device has a slot, its cookie lasts as long."""
    if state.state is SessionPhase.ACTIVE:
        with suppress(StorageUnavailable):  # the session is open, and its cookie must get to its browser
            await services().accounts.mark_proven(current_sign_in().user_id)
            await note_slot(current_sign_in(), secret)
    return _answer(state, secret, 200)


def _answer(state: SessionState, secret: bytes, status: int) -> Response:
    """With the browser's half of the vault, which lives as long as what it opens."""
    response = json_answer(state_document(state), status)
    if current_sign_in().kind == "browser":
        left = LOGIN_SECONDS if state.expires_at is None else max(1, int(state.expires_at - time.time()))
        set_vault_cookie(response, secret, max_age=left)
    return response
