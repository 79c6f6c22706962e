"""What the API says of a Telegram session and of a login under way."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import segno
from pydantic import BaseModel, Field

from quart_app.telegram.state import QrCode, SentCode, SentEmail, SessionPhase, SessionState
from quart_app.terminal.frames import describe_session
from quart_app.terminal.values import iso_time, visible
from quart_app.web.languages import worded


class SentCodeAnswer(BaseModel):
    """Where the code went, its length, and in how many seconds another way may be asked for."""

    sent_to: Annotated[
        str,
        Field(
            description="`app`, `email`, `fragment`, `sms`, `sms_word`, `sms_phrase`, `call`, `flash_call` or "
            "`missed_call`."
        ),
    ]
    length: Annotated[int | None, Field(description="`null` for a word or a phrase.")] = None
    timeout: int | None = None
    next: Annotated[str | None, Field(description="`null`: there is no other way.")] = None
    hint: Annotated[
        str | None, Field(description="An e-mail address or the number that calls, with most of it hidden.")
    ] = None
    url: str | None = None


class SentEmailAnswer(BaseModel):
    """Where a code went that proves an e-mail address."""

    sent_to: str
    length: int


class QrAnswer(BaseModel):
    """What a Telegram app is to open or to scan; ask again before it expires."""

    url: str
    expires_at: str
    image: Annotated[str, Field(description="The same as a picture: a `data:` URL of an SVG.")]


class LoginProblem(BaseModel):
    """Why a login has ended that no request was waiting for."""

    code: str
    detail: str


class SessionAnswer(BaseModel):
    """How things stand; times in ISO 8601, UTC."""

    state: SessionPhase
    expires_at: str | None = None
    scope: str | None = None
    keep: str | None = None
    hint: str | None = None
    code: SentCodeAnswer | None = None
    email: SentEmailAnswer | None = None
    qr: QrAnswer | None = None
    attempts_left: int | None = None
    problem: LoginProblem | None = None
    left_behind: Annotated[
        str | None,
        Field(description="A session ended at this time that Telegram may still list under Devices."),
    ] = None


class EndAnswer(BaseModel):
    """Whether Telegram has confirmed that the session is over."""

    logged_out_at_telegram: bool


def state_document(state: SessionState) -> dict[str, Any]:
    """What the API says of a session; absent members are left out, ``expires_at`` and ``scope`` never."""
    document: dict[str, Any] = {"scope": None, **describe_session(state)}
    if state.code is not None:
        document["code"] = _code(state.code)
    if state.email is not None:
        document["email"] = _email(state.email)
    if state.qr is not None:
        document["qr"] = _qr(state.qr)
    if state.attempts_left is not None:
        document["attempts_left"] = state.attempts_left
    if state.problem is not None:
        document["problem"] = {"code": state.problem.code, "detail": worded(state.problem.said)}
    if state.left_behind is not None:
        document["left_behind"] = _time(state.left_behind)
    return document


def _code(code: SentCode) -> dict[str, Any]:
    document: dict[str, Any] = {
        "sent_to": code.sent_to,
        "length": code.length,
        "timeout": code.timeout,
        "next": code.next,
    }
    if code.hint is not None:
        document["hint"] = visible(code.hint)
    if code.url is not None:
        document["url"] = code.url
    return document


def _email(email: SentEmail) -> dict[str, Any]:
    return {"sent_to": visible(email.sent_to), "length": email.length}


def _qr(qr: QrCode) -> dict[str, Any]:
    drawn = segno.make(qr.url, error="m", micro=False)
    image = drawn.svg_data_uri(border=2, dark="#000", light="#fff", svgclass=None, lineclass=None)
    return {"url": qr.url, "expires_at": _time(qr.expires_at), "image": image}


def _time(seconds: int) -> str:
    return iso_time(datetime.fromtimestamp(seconds, UTC))
