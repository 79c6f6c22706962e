"""START SESSION and END SESSION: the steps of a Telegram login, for the page's scripts and for programs."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import asdict
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Field
from quart import Blueprint, Response
from quart_schema import document_response, tag

from quart_app.storage.errors import StorageUnavailable
from quart_app.storage.keys import LOGIN_SECONDS
from quart_app.storage.limits import Take
from quart_app.telegram.live import Terms
from quart_app.telegram.state import SessionPhase, SessionState
from quart_app.telegram.vault import new_secret
from quart_app.terminal.frames import describe_session
from quart_app.web.auth import signed_in
from quart_app.web.bodies import Body, json_body
from quart_app.web.cookies import clear_vault_cookie, set_vault_cookie, vault_secret
from quart_app.web.current import current_sign_in, services
from quart_app.web.json_answers import json_answer
from quart_app.web.limits import API, address_key, per_minute, too_many
from quart_app.web.problems import Problem
from quart_app.web.slots import note_slot

blueprint: Final = Blueprint("telegram_api", __name__, url_prefix="/api/v1/telegram/session")

_DAY: Final = 86_400
_HOUR: Final = 3_600


class Start(Body):
    """How to sign in at Telegram, and what the session may do."""

    method: Literal["code", "qr"] = "code"
    scope: Literal["full", "view"] = "full"
    keep: Literal["until_left", "24h"] = "24h"
    replace: Annotated[bool, Field(description="End the session that is open already.")] = False


class Code(Body):
    """The code that Telegram has sent."""

    code: Annotated[str, Field(max_length=20, examples=["22222"])]


class Password(Body):
    """A password: at ``password`` Telegram's two-step one, at ``unlock`` the one of this server."""

    password: Annotated[str, Field(max_length=1024)]


class SentCodeAnswer(BaseModel):
    """Where the code went, its length, and in how many seconds another way may be asked for."""

    sent_to: str
    length: int
    timeout: int | None = None
    next: str | None = None


class SessionAnswer(BaseModel):
    """How things stand; times in ISO 8601, UTC."""

    state: SessionPhase
    expires_at: str | None = None
    scope: str | None = None
    hint: str | None = None
    code: SentCodeAnswer | None = None


class EndAnswer(BaseModel):
    """Whether Telegram has confirmed that the session is over."""

    logged_out_at_telegram: bool


@blueprint.get("")
@per_minute(API)
@tag(["telegram session"])
@document_response(SessionAnswer)
@signed_in
async def session_state() -> Response:
    """How things stand for the device that asks."""
    state = await services().telegram.state(current_sign_in().user_id, vault_secret())
    return json_answer(state_document(state))


@blueprint.post("")
@per_minute(API)
@tag(["telegram session"])
@document_response(SessionAnswer, 202)
@signed_in
@json_body(Start)
async def start_session(body: Start) -> Response:
    """Start a Telegram session: Telegram sends a code to the registered phone's account."""
    if body.method != "code" or body.scope != "full":
        raise Problem(400, "not_available", "This server can’t do that yet: only a full session by code.")
    who, telegram = current_sign_in(), services().telegram
    await telegram.check_free(who.user_id, replace=body.replace)
    phone = await services().accounts.phone_of(who.user_id)
    await _limit_codes(services().accounts.phone_key(phone))
    old, secret = vault_secret(), _secret_to_start_with()
    terms = Terms(body.scope, body.keep)
    state = await telegram.start(who.user_id, phone.e164, secret, terms, old_secret=old, replace=body.replace)
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
    await _limit_codes(services().accounts.phone_key(phone))
    return _answer(await services().telegram.resend(who.user_id, phone.e164, secret), secret, 202)


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
        raise too_many(wait, "Too many attempts. Wait a little and try again.")
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


def state_document(state: SessionState) -> dict[str, Any]:
    """What the API says of a session; absent members are left out, ``expires_at`` and ``scope`` never."""
    document: dict[str, Any] = {"scope": None, **describe_session(state)}
    if state.code is not None:
        document["code"] = asdict(state.code)
    return document


async def _limit_codes(phone_key: str) -> None:
    """Telegram sends a code each time: this server is not to be used to pester anyone."""
    wait = await services().limits.take_all(
        [
            Take(scope="send-code", key=phone_key[:32], limit=5, seconds=_DAY),
            Take(scope="send-code-address", key=address_key(), limit=30, seconds=_HOUR),
            Take(scope="send-code-all", key="all", limit=600, seconds=_HOUR),
        ]
    )
    if wait is not None:
        raise too_many(wait, "Too many codes have been asked for. Try again later.")


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
    if state.state is SessionPhase.ACTIVE:
        with suppress(StorageUnavailable):  # the session is open, and its cookie must get to its browser
            await services().accounts.mark_proven(current_sign_in().user_id)
            await note_slot(current_sign_in(), secret)
        await _note_start(state)
    return _answer(state, secret, 200)


async def _note_start(state: SessionState) -> None:
    who = current_sign_in()
    terms = {"scope": state.scope or "full", "keep": state.keep or "24h"}
    await services().audit.record("session_started", who.user_id, device=who.kind, **terms)


def _answer(state: SessionState, secret: bytes, status: int) -> Response:
    """With the browser's half of the vault, which lives as long as what it opens."""
    response = json_answer(state_document(state), status)
    if current_sign_in().kind == "browser":
        left = LOGIN_SECONDS if state.expires_at is None else max(1, int(state.expires_at - time.time()))
        set_vault_cookie(response, secret, max_age=left)
    return response
