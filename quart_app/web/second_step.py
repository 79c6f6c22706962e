"""The second step of logging in: a code of the authenticator app, or a recovery code, after the password."""

from __future__ import annotations

from typing import Final, cast
from urllib.parse import urlencode

from quart import Blueprint, Response, redirect, render_template, request
from quart.typing import ResponseReturnValue

from commands import say
from quart_app.accounts.errors import AccountError
from quart_app.accounts.pending_log_ins import PendingLogIn
from quart_app.accounts.user import User
from quart_app.storage.errors import StorageUnavailable
from quart_app.web.auth import sign_in
from quart_app.web.current import services
from quart_app.web.device_cookie import known_device
from quart_app.web.errors import problem_of, refused_with
from quart_app.web.identity import check_second_factor
from quart_app.web.languages import worded
from quart_app.web.limits import CREDENTIALS, PAGES, per_minute
from quart_app.web.local_path import local_path
from quart_app.web.problems import Problem
from quart_app.web.step_cookies import LOG_IN

blueprint: Final = Blueprint("second_step", __name__)
HOME: Final = "/terminal"
PATH: Final = "/login/code"


async def go_on(user: User, target: str | None) -> Response:
    """Whoever has shown the password of an account: in, or to the second step where the account has one."""
    if not (await services().accounts.second_factors.of(user.id)).on:
        await sign_in(user)
        return cast(Response, redirect(target or HOME, 303))
    query = f"?{urlencode({'next': target})}" if target else ""
    response = cast(Response, redirect(PATH + query, 303))
    LOG_IN.hand_out(response, await services().pending_log_ins.open(user.id, user.epoch))
    return response


@blueprint.get(PATH)
@per_minute(PAGES)
async def code_page() -> ResponseReturnValue:
    """The form for the code."""
    if not await services().pending_log_ins.exists(LOG_IN.read() or ""):
        return redirect("/login", 303)
    return await render_template("second_step.html", next=local_path(request.args.get("next")) or "")


@blueprint.post(PATH)
@per_minute(CREDENTIALS)
async def code_form() -> ResponseReturnValue:
    """Checks the code and logs in. Five wrong ones, or five minutes, and the password is asked for again."""
    form = await request.form
    target, text = local_path(form.get("next")), LOG_IN.read() or ""
    pending = await services().pending_log_ins.attempt(text)
    if pending is None:
        return _over(await render_template("login.html", error=worded(OVER), next=target or ""))
    try:
        await _enter(pending, text, form.get("code", ""))
    except (Problem, AccountError, StorageUnavailable) as error:
        problem = problem_of(error)
        if problem is None:
            raise
        page = await render_template("second_step.html", error=problem.sentence, next=target or "")
        return refused_with(page, problem)
    response = cast(Response, redirect(target or HOME, 303))
    LOG_IN.take_back(response)
    return response


OVER: Final = say("This log-in took too long, or too many codes were wrong. Begin again.")


async def _enter(pending: PendingLogIn, text: str, code: str) -> None:
    accounts = services().accounts
    user = await accounts.user(pending.user_id)
    if user.epoch != pending.epoch or user.disabled:
        raise Problem(401, "wrong_credentials", OVER)
    await check_second_factor(user, code, device=known_device(await accounts.phone_of(user.id)))
    # Its id is worth nothing from here on, whoever has read it.
    if not await services().pending_log_ins.finish(text):
        raise Problem(401, "wrong_credentials", OVER)
    await sign_in(user)


def _over(page: str) -> Response:
    response = Response(page, 401, content_type="text/html; charset=utf-8")
    LOG_IN.take_back(response)
    return response
