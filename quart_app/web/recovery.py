"""A forgotten password, or a phone that somebody else registered: the way back in goes through Telegram.

Whoever completes a Telegram login for a phone owns its account here. That login belongs to no account: it is kept under
an id of its own, may only read, and is logged out at Telegram as soon as it has served. Until Telegram has confirmed
the phone nothing here depends on whether it is registered: nobody looks it up.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import wraps
from typing import Any, Final, cast

from quart import Blueprint, Response, g, redirect, render_template, request
from quart.typing import ResponseReturnValue

from commands import CommandError, say
from quart_app.accounts.errors import AccountError
from quart_app.accounts.pending_recoveries import PendingRecovery
from quart_app.storage.errors import StorageUnavailable
from quart_app.telegram.live import Terms
from quart_app.telegram.state import SessionPhase, SessionState
from quart_app.web.account_acts import end_everything
from quart_app.web.code_limits import take_code
from quart_app.web.current import services
from quart_app.web.errors import problem_of, refused_with
from quart_app.web.languages import worded
from quart_app.web.limits import CREDENTIALS, PAGES, per_minute, refuse_over
from quart_app.web.problems import Problem
from quart_app.web.step_cookies import RECOVERY

blueprint: Final = Blueprint("recovery", __name__, url_prefix="/recover")
RECOVERED: Final = say("Your password is new, and everything else is logged out. Log in with it.")
_TERMS: Final = Terms("view", "until_left")
"""Should it not end at once: it can do nothing, and is logged out when it is idle."""
_SHOWN: Final = (Problem, AccountError, CommandError, StorageUnavailable)
View = Callable[[], Awaitable[ResponseReturnValue]]


def step(view: View) -> View:
    """What goes wrong is said on the page, at the step that there is to be done next."""

    @wraps(view)
    async def shown() -> ResponseReturnValue:
        try:
            return await view()
        except _SHOWN as error:
            problem = problem_of(error)
            if problem is None:
                raise
            return refused_with(await _page(error=problem.sentence), problem)

    return shown


@blueprint.get("")
@per_minute(PAGES)
@step
async def page() -> ResponseReturnValue:
    """The step that there is to be done next."""
    return await _page()


@blueprint.post("")
@per_minute(CREDENTIALS)
@step
async def start_form() -> ResponseReturnValue:
    """Asks Telegram to send a code to the phone: the same for phones that are registered here and others."""
    text = (await request.form).get("phone", "")
    g.phone = text[:40]
    phone = services().accounts.parse_phone(text)
    unspent = await take_code(phone, to_recover=True)
    await _give_up()
    identifier, pending = await services().pending_recoveries.open(phone)
    await services().telegram.start(
        pending.login_id, phone.e164, pending.secret, _TERMS, old_secret=None, replace=False, unspent=unspent
    )
    await services().audit.record("recovery_started", None)
    response = _back()
    RECOVERY.hand_out(response, identifier)
    return response


@blueprint.post("/code")
@per_minute(CREDENTIALS)
@step
async def code_form() -> ResponseReturnValue:
    """The code that Telegram has sent."""
    pending = await _pending()
    code = (await request.form).get("code", "").strip()[:20]
    state = await services().telegram.submit_code(pending.login_id, pending.phone.e164, pending.secret, code)
    return await _progressed(pending, state)


@blueprint.post("/resend")
@per_minute(CREDENTIALS)
@step
async def resend_form() -> ResponseReturnValue:
    """The code once more, in the other way that Telegram offers."""
    pending = await _pending()
    unspent = await take_code(pending.phone, to_recover=True)
    phone = pending.phone.e164
    await services().telegram.resend(pending.login_id, phone, pending.secret, unspent=unspent)
    return _back()


@blueprint.post("/two-step")
@per_minute(CREDENTIALS)
@step
async def two_step_form() -> ResponseReturnValue:
    """The two-step password of the Telegram account, which is used once and not kept."""
    pending = await _pending()
    password = (await request.form).get("password", "")[:1024]
    state = await services().telegram.submit_password(pending.login_id, pending.secret, password)
    return await _progressed(pending, state)


@blueprint.post("/password")
@per_minute(CREDENTIALS)
@step
async def password_form() -> ResponseReturnValue:
    """A new password, once Telegram has confirmed the phone; everything else of the account ends."""
    form, text = await request.form, RECOVERY.read() or ""
    pending = await _pending()
    if not pending.confirmed:
        raise _begin_again()
    wait = await services().limits.take("recover-password", pending.login_id.hex, limit=20, seconds=600)
    refuse_over(wait, say("Too many attempts. Wait a little and try again."))
    accounts = services().accounts
    user_id = await accounts.recover(pending.phone, form.get("password", ""), form.get("invite") or None)
    await services().audit.record("recovered", user_id)
    await end_everything(user_id, None)
    await services().pending_recoveries.finish(text)  # last: what has failed so far can be tried again
    shown = await render_template("login.html", notice=worded(RECOVERED), phone=pending.phone.e164)
    response = Response(shown, content_type="text/html; charset=utf-8")
    RECOVERY.take_back(response)
    return response


@blueprint.post("/again")
@per_minute(CREDENTIALS)
@step
async def again_form() -> ResponseReturnValue:
    """Gives this recovery up."""
    await _give_up()
    response = _back()
    RECOVERY.take_back(response)
    return response


async def _progressed(pending: PendingRecovery, state: SessionState) -> Response:
    if state.state is SessionPhase.ACTIVE:
        await services().pending_recoveries.confirm(RECOVERY.read() or "")
        with suppress(CommandError):  # it has served; what can't end now ends when it has been idle
            await services().telegram.end(pending.login_id, pending.secret)
    return _back()


async def _give_up() -> None:
    text = RECOVERY.read() or ""
    pending = await services().pending_recoveries.find(text)
    if pending is not None and await services().pending_recoveries.finish(text):
        with suppress(CommandError):
            await services().telegram.end(pending.login_id, pending.secret)


async def _pending() -> PendingRecovery:
    pending = await services().pending_recoveries.find(RECOVERY.read() or "")
    if pending is None:
        raise _begin_again()
    return pending


def _begin_again() -> Problem:
    return Problem(409, "no_login", "This took too long, or was begun in another browser. Begin again.")


def _back() -> Response:
    return cast(Response, redirect("/recover", 303))


async def _page(*, error: str = "") -> str:
    """By how far this browser's recovery is; without Redis, its beginning."""
    more: dict[str, Any] = {"step": "phone", "phone": g.get("phone", "")}
    with suppress(StorageUnavailable, CommandError):
        pending = await services().pending_recoveries.find(RECOVERY.read() or "")
        if pending is not None:
            more = await _where(pending)
    return await render_template("recover.html", error=error, **more)


async def _where(pending: PendingRecovery) -> dict[str, Any]:
    tail = pending.phone.tail
    if pending.confirmed:
        accounts = services().accounts
        known = await accounts.account_of(pending.phone) is not None
        return {"step": "password", "tail": tail, "known": known}
    state = await services().telegram.state(pending.login_id, pending.secret)
    match state.state:
        case SessionPhase.CODE_SENT:
            return {"step": "code", "tail": tail, "code": state.code}
        case SessionPhase.PASSWORD_NEEDED:
            return {"step": "two-step", "tail": tail, "hint": state.hint or ""}
        case SessionPhase.EMAIL_NEEDED:
            return {"step": "email", "tail": tail}
        case _:
            return {"step": "phone"}
