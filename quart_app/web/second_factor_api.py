"""The second factor, for programs: set it up, confirm it, make recovery codes, take it away."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import BaseModel, Field
from quart import Blueprint, Response
from quart_schema import document_response, tag

from quart_app.accounts.second_factors import provisioning_uri
from quart_app.web.account_api import Proof
from quart_app.web.accounts_api import Empty
from quart_app.web.auth import signed_in
from quart_app.web.bodies import Body, json_body
from quart_app.web.identity import prove
from quart_app.web.json_answers import json_answer
from quart_app.web.limits import CREDENTIALS, per_minute
from quart_app.web.second_factor_acts import begin, confirm, new_recovery_codes, remove

blueprint: Final = Blueprint("second_factor_api", __name__, url_prefix="/api/v1/account/second-factor")


class Code(Body):
    """What the authenticator app shows."""

    code: Annotated[str, Field(max_length=20, examples=["123456"])]


class Secret(BaseModel):
    """What the authenticator app needs; shown this once."""

    secret: Annotated[str, Field(description="Base32.")]
    uri: Annotated[str, Field(description="otpauth://, to be shown as a QR code.")]


class RecoveryCodes(BaseModel):
    """Each works once, in the place of a code of the app; shown this once."""

    recovery_codes: list[str]


@blueprint.post("")
@per_minute(CREDENTIALS)
@tag(["second factor"])
@document_response(Secret)
@signed_in
@json_body(Proof)
async def start(body: Proof) -> Response:
    """Begin to set it up. It is asked for once a code has confirmed it."""
    user = await prove(body.password, body.second_factor)
    secret = await begin(user)
    return json_answer({"secret": secret, "uri": provisioning_uri(secret, user.phone_tail)})


@blueprint.post("/confirm")
@per_minute(CREDENTIALS)
@tag(["second factor"])
@document_response(RecoveryCodes)
@signed_in
@json_body(Code)
async def confirm_it(body: Code) -> Response:
    """Put it in force by a code of it."""
    return json_answer({"recovery_codes": await confirm(body.code)})


@blueprint.post("/recovery-codes")
@per_minute(CREDENTIALS)
@tag(["second factor"])
@document_response(RecoveryCodes)
@signed_in
@json_body(Proof)
async def recovery_codes(body: Proof) -> Response:
    """New recovery codes; those from before work no more."""
    user = await prove(body.password, body.second_factor)
    return json_answer({"recovery_codes": await new_recovery_codes(user)})


@blueprint.post("/removal")
@per_minute(CREDENTIALS)
@tag(["second factor"])
@document_response(Empty)
@signed_in
@json_body(Proof)
async def removal(body: Proof) -> Response:
    """From here on the password alone logs in."""
    await remove(await prove(body.password, body.second_factor))
    return json_answer({})
