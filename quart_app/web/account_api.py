"""One's own account, for programs: password, devices, what is held, and the end of it."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Field
from quart import Blueprint, Response
from quart_schema import document_response, tag

from quart_app.accounts.sign_in import Device
from quart_app.web.account_acts import change_password, delete_account, end_device, log_out_everywhere
from quart_app.web.accounts_api import Empty, Password, SecondFactorCode
from quart_app.web.auth import signed_in
from quart_app.web.bodies import Body, json_body
from quart_app.web.current import current_sign_in, services
from quart_app.web.holdings import holdings
from quart_app.web.identity import prove
from quart_app.web.json_answers import iso_time, json_answer
from quart_app.web.limits import API, CREDENTIALS, per_minute
from quart_app.web.problems import Problem

blueprint: Final = Blueprint("account_api", __name__, url_prefix="/api/v1/account")


class Proof(Body):
    """What shows that it is you who asks."""

    password: Password
    second_factor: SecondFactorCode | None = None


class NewPassword(Proof):
    new_password: Password


class Deletion(Proof):
    confirm: Annotated[Literal["delete"], Field(description="The word “delete”.")]


class AccountAnswer(BaseModel):
    """Who is signed in. ``phone`` shows the last two digits only; times are ISO 8601, UTC."""

    phone: str
    created_at: str
    proven: Annotated[bool, Field(description="A Telegram login for the phone has succeeded.")]
    admin: bool
    second_factor: bool
    recovery_codes_left: int


class InAgain(BaseModel):
    """A token that asks gets a new one, since it has just ended with all others; a browser gets new cookies."""

    token: str | None = None


class DeviceAnswer(BaseModel):
    """A browser or a token. ``current``: the one that asks."""

    id: str
    kind: Literal["browser", "token"]
    name: str
    made_at: str
    used_at: str
    expires_at: str
    current: bool


class DevicesAnswer(BaseModel):
    devices: list[DeviceAnswer]


class Deleted(BaseModel):
    logged_out_at_telegram: Annotated[bool, Field(description="Telegram has confirmed the end of a session.")]


@blueprint.get("")
@per_minute(API)
@tag(["account"])
@document_response(AccountAnswer)
@signed_in
async def account() -> Response:
    """Who is signed in."""
    accounts = services().accounts
    user = await accounts.user(current_sign_in().user_id)
    factor = await accounts.second_factors.of(user.id)
    return json_answer(
        {
            "phone": f"…{user.phone_tail}",
            "created_at": iso_time(user.created_at.timestamp()),
            "proven": user.proven,
            "admin": user.admin,
            "second_factor": factor.on,
            "recovery_codes_left": factor.codes_left,
        }
    )


@blueprint.post("/password")
@per_minute(CREDENTIALS)
@tag(["account"])
@document_response(InAgain)
@signed_in
@json_body(NewPassword)
async def new_password(body: NewPassword) -> Response:
    """Change the password: every other browser and token is logged out, and the Telegram session ends."""
    user = await prove(body.password, body.second_factor)
    return _in_again(await change_password(user, body.new_password))


@blueprint.post("/log-out-everywhere")
@per_minute(CREDENTIALS)
@tag(["account"])
@document_response(InAgain)
@signed_in
@json_body(Proof)
async def everywhere(body: Proof) -> Response:
    """Log out every other browser and token, and end the Telegram session."""
    user = await prove(body.password, body.second_factor)
    return _in_again(await log_out_everywhere(user))


@blueprint.get("/devices")
@per_minute(API)
@tag(["account"])
@document_response(DevicesAnswer)
@signed_in
async def devices() -> Response:
    """Every browser and token that is logged in, the one used last first."""
    found = await services().sign_ins.devices(current_sign_in().user_id)
    return json_answer({"devices": [device_document(device) for device in found]})


@blueprint.delete("/devices/<device_id>")
@per_minute(API)
@tag(["account"])
@signed_in
async def end_one(device_id: str) -> Response:
    """Log one of them out."""
    if not await end_device(current_sign_in().user_id, device_id):
        raise Problem(404, "not_found", "No device of yours has this id.")
    return Response(status=204)


@blueprint.post("/data")
@per_minute(CREDENTIALS)
@tag(["account"])
@document_response(Empty)
@signed_in
@json_body(Proof)
async def data(body: Proof) -> Response:
    """Everything that this server holds about you, by category; `second_factor` is not needed."""
    user = await prove(body.password, password_only=True)
    return json_answer(await holdings(user))


@blueprint.post("/deletion")
@per_minute(CREDENTIALS)
@tag(["account"])
@document_response(Deleted)
@signed_in
@json_body(Deletion)
async def deletion(body: Deletion) -> Response:
    """Delete the account with all its data; the Telegram session is ended first."""
    user = await prove(body.password, body.second_factor)
    return json_answer({"logged_out_at_telegram": await delete_account(user)})


def device_document(device: Device) -> dict[str, Any]:
    return {
        "id": device.id,
        "kind": device.kind,
        "name": device.name,
        "made_at": iso_time(device.made_at),
        "used_at": iso_time(device.used_at),
        "expires_at": iso_time(device.expires_at),
        "current": device.digest == current_sign_in().digest,
    }


def _in_again(token: str | None) -> Response:
    return json_answer({} if token is None else {"token": token})
