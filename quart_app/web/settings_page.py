"""The settings page: password, second factor, devices, tokens, what is held, the end. Forms, without any script."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, Final

import orjson
from quart import Blueprint, Response, redirect, render_template, request
from quart.typing import ResponseReturnValue

from commands import say
from quart_app.accounts.errors import AccountError
from quart_app.accounts.second_factors import provisioning_uri
from quart_app.accounts.user import User
from quart_app.storage.errors import StorageUnavailable
from quart_app.web.account_acts import change_password, delete_account, end_device, log_out_everywhere
from quart_app.web.account_api import device_document
from quart_app.web.afterwards import afterwards
from quart_app.web.auth import clear_site, issue_token, signed_in_page
from quart_app.web.current import current_sign_in, services, settings
from quart_app.web.errors import problem_of, refused_with
from quart_app.web.holdings import holdings
from quart_app.web.identity import prove
from quart_app.web.languages import worded
from quart_app.web.limits import CREDENTIALS, PAGES, per_minute
from quart_app.web.problems import Problem
from quart_app.web.qr_code import qr_code
from quart_app.web.second_factor_acts import begin, confirm, new_recovery_codes, remove
from quart_app.web.sign_in_cookie import take_back
from quart_app.web.slots import share_session

blueprint: Final = Blueprint("settings_page", __name__, url_prefix="/settings")
DONE: Final = frozenset({"password", "everywhere", "device", "factor_off"})
"""What the page may say that it has done, by the word in its address."""
_FIELDS: Final = {
    "bad_password": "new_password",
    "not_confirmed": "confirm",
    "second_factor_needed": "code",
    "wrong_credentials": "password",
    "wrong_second_factor": "code",
}  # fields of the forms  # nosec B105
_SHOWN: Final = (Problem, AccountError, StorageUnavailable)
DELETE: Final = say("delete")
"""What has to be typed before an account goes: in the language of the page, or in English."""
View = Callable[[], Awaitable[ResponseReturnValue]]


def form(path: str, section: str) -> Callable[[View], View]:
    """Declares a form of the page. What goes wrong in it is said in its section, which is then open."""

    def decorate(view: View) -> View:
        @wraps(view)
        async def shown() -> ResponseReturnValue:
            try:
                return await view()
            except _SHOWN as error:
                problem = problem_of(error)
                if problem is None or problem.code == "signed_out":
                    raise
                page = await _page(section, error=problem.sentence, field=_FIELDS.get(problem.code, ""))
                return refused_with(page, problem)

        guarded: View = signed_in_page(shown)
        blueprint.post(path)(per_minute(CREDENTIALS)(guarded))
        return guarded

    return decorate


@blueprint.get("")
@per_minute(PAGES)
@signed_in_page
async def page() -> ResponseReturnValue:
    """Everything about one's own account."""
    done = request.args.get("done", "")
    return await _page(done=done if done in DONE else "")


@form("/password", "password")
async def password_form() -> ResponseReturnValue:
    """A new password; everything else of the account is logged out."""
    sent = await request.form
    user = await prove(sent.get("password", ""), sent.get("code"))
    await change_password(user, sent.get("new_password", ""))
    return _done("password")


@form("/everywhere", "everywhere")
async def everywhere_form() -> ResponseReturnValue:
    """Log out everywhere else."""
    sent = await request.form
    await log_out_everywhere(await prove(sent.get("password", ""), sent.get("code")))
    return _done("everywhere")


@form("/device", "devices")
async def device_form() -> ResponseReturnValue:
    """Log one browser or token out."""
    if not await end_device(current_sign_in().user_id, (await request.form).get("device", "")):
        raise Problem(404, "not_found", "That device was logged out already.")
    return _done("device")


@form("/token", "token")
async def token_form() -> ResponseReturnValue:
    """A token for a program, shown this once."""
    sent = await request.form
    user = await prove(sent.get("password", ""), sent.get("code"))
    issued = await issue_token(user, sent.get("name", "").strip()[:60])
    await share_session(user, issued)
    return await _page("token", token=issued.text)


@form("/second-factor", "factor")
async def factor_form() -> ResponseReturnValue:
    """The secret for the authenticator app, as a QR code and as text."""
    user = await prove((await request.form).get("password", ""))
    return await _page("factor", **_to_scan(await begin(user), user))


@form("/second-factor/confirm", "factor")
async def confirm_form() -> ResponseReturnValue:
    """Puts the second factor in force; its recovery codes, shown this once.

    After a wrong code the secret is shown again to the page that has it already, and to no other: whoever has only
    stolen the cookie must not read it here.
    """
    sent = await request.form
    try:
        codes = await confirm(sent.get("code", ""))
    except Problem as problem:
        user = await services().accounts.user(current_sign_in().user_id)
        secret = await services().accounts.second_factors.pending(user.id) or ""
        if (
            not hmac.compare_digest(sent.get("secret", "").encode("utf-8", "replace"), secret.encode())
            or not secret
        ):
            raise
        page = await _page("factor", error=problem.sentence, field="code", **_to_scan(secret, user))
        return refused_with(page, problem)
    return await _page("factor", recovery_codes=codes)


@form("/second-factor/codes", "codes")
async def codes_form() -> ResponseReturnValue:
    """New recovery codes, shown this once."""
    sent = await request.form
    codes = await new_recovery_codes(await prove(sent.get("password", ""), sent.get("code")))
    return await _page("factor", recovery_codes=codes)


@form("/second-factor/off", "factor_off")
async def factor_off_form() -> ResponseReturnValue:
    """Takes the second factor away."""
    sent = await request.form
    await remove(await prove(sent.get("password", ""), sent.get("code")))
    return _done("factor_off")


@form("/data", "data")
async def data_form() -> ResponseReturnValue:
    """What is held, as a file."""
    user = await prove((await request.form).get("password", ""), password_only=True)
    document = orjson.dumps(await holdings(user), option=orjson.OPT_INDENT_2)
    headers = {"Content-Disposition": 'attachment; filename="what-is-held.json"'}
    return Response(document, headers=headers, content_type="application/json")


@form("/deletion", "deletion")
async def deletion_form() -> ResponseReturnValue:
    """The account with all its data."""
    sent = await request.form
    if sent.get("confirm", "").strip().casefold() not in ("delete", worded(DELETE).casefold()):
        raise Problem(400, "not_confirmed", say("Type the word {word} to confirm.", word=DELETE))
    ended = await delete_account(await prove(sent.get("password", ""), sent.get("code")))
    take_back()
    afterwards(clear_site)
    return await render_template("deleted.html", signed_in=False, ended=ended)


def _to_scan(secret: str, user: User) -> dict[str, Any]:
    return {"secret": secret, "qr": qr_code(provisioning_uri(secret, user.phone_tail))}


def _done(what: str) -> ResponseReturnValue:
    return redirect(f"/settings?done={what}#main", 303)  # where the page says it, whatever the form led to


async def _page(opened: str = "", *, error: str = "", field: str = "", done: str = "", **more: Any) -> str:
    accounts = services().accounts
    user = await accounts.user(current_sign_in().user_id)
    factor = await accounts.second_factors.of(user.id)
    found = [device_document(each) for each in await services().sign_ins.devices(user.id)]
    return await render_template(
        "settings.html",
        opened=opened,
        error=error,
        field=field,
        done=done,
        user=user,
        factor=factor,
        factor_wanted=user.admin and settings().admin_second_factor == "required" and not factor.on,
        devices=found,
        **more,
    )
