"""Accounts and API tokens, for programs."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import BaseModel, Field
from quart import Blueprint, Response
from quart_schema import document_response, tag

from quart_app.web.auth import issue_token, sign_out, signed_in
from quart_app.web.bodies import Body, json_body
from quart_app.web.credentials import log_in, register
from quart_app.web.current import current_sign_in
from quart_app.web.identity import check_second_factor
from quart_app.web.json_answers import iso_time, json_answer
from quart_app.web.limits import API, CREDENTIALS, per_minute
from quart_app.web.slots import share_session

blueprint: Final = Blueprint("accounts_api", __name__, url_prefix="/api/v1")

Phone = Annotated[str, Field(description="With + and country code.", examples=["+9996610001"], max_length=40)]
Password = Annotated[
    str, Field(description="8 to 1024 characters.", json_schema_extra={"format": "password"})
]

SecondFactorCode = Annotated[
    str,
    Field(
        description="A code of the authenticator app, or a recovery code; where the account has one.",
        max_length=100,
    ),
]


class Registration(Body):
    """A new account for this server."""

    phone: Phone
    password: Password
    invite: Annotated[str, Field(max_length=200)] | None = None


class Credentials(Body):
    """What logs in."""

    phone: Phone
    password: Password
    second_factor: SecondFactorCode | None = None
    name: Annotated[str, Field(description="Your own label for the token.", max_length=60)] | None = None


class Empty(BaseModel):
    """Nothing beside the status."""


class Token(BaseModel):
    """An API token, shown this once."""

    token: str
    expires_at: Annotated[str, Field(description="ISO 8601, UTC.")]


@blueprint.post("/accounts")
@per_minute(CREDENTIALS)
@tag(["accounts"])
@document_response(Empty, 201)
@json_body(Registration)
async def create_account(body: Registration) -> Response:
    """Create an account.

    The answer is the same for a phone that has one already, whose password then stays as it is.
    """
    await register(body.phone, body.password, body.invite)
    return json_answer({}, 201)


@blueprint.post("/tokens")
@per_minute(CREDENTIALS)
@tag(["accounts"])
@document_response(Token, 201)
@json_body(Credentials)
async def create_token(body: Credentials) -> Response:
    """Log in as a program: get a token for the Authorization header."""
    user = await log_in(body.phone, body.password)
    await check_second_factor(user, body.second_factor)
    issued = await issue_token(user, body.name or "")
    await share_session(user, issued)
    return json_answer({"token": issued.text, "expires_at": iso_time(issued.expires_at)}, 201)


@blueprint.delete("/tokens/current")
@per_minute(API)
@tag(["accounts"])
@signed_in
async def end_token() -> Response:
    """Log out: the token (or the browser session) that asks is worth nothing from now on."""
    await sign_out(current_sign_in())
    return Response(status=204)
