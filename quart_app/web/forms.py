"""Registering, logging in and logging out by ordinary forms, which work without JavaScript."""

from __future__ import annotations

from typing import Final

from quart import Blueprint, Response, redirect, render_template, request
from quart.typing import ResponseReturnValue

from commands import say
from quart_app.accounts.errors import AccountError
from quart_app.storage.errors import StorageUnavailable
from quart_app.web.auth import find_sign_in, sign_out, signed_in_page
from quart_app.web.credentials import log_in, register
from quart_app.web.errors import problem_of, refused_with
from quart_app.web.languages import worded
from quart_app.web.limits import CREDENTIALS, PAGES, per_minute
from quart_app.web.local_path import local_path
from quart_app.web.problems import Problem
from quart_app.web.second_step import HOME, go_on

blueprint: Final = Blueprint("forms", __name__)
_FIELDS: Final = {
    "bad_phone": "phone",
    "bad_password": "password",
    "invite_needed": "invite",
}  # fields of the form  # nosec B105
_SHOWN: Final = (Problem, AccountError, StorageUnavailable)
"""What is said in the form itself, with what was typed still in it."""
_REGISTERED: Final = say("You can log in now.")


@blueprint.get("/register")
@per_minute(PAGES)
async def register_page() -> ResponseReturnValue:
    """The form for a new account."""
    if await find_sign_in() is not None:
        return redirect(HOME, 303)
    return await render_template("register.html")


@blueprint.post("/register")
@per_minute(CREDENTIALS)
async def register_form() -> ResponseReturnValue:
    """Makes the account and shows the log-in form: the same for a phone that has one already."""
    form = await request.form
    phone, invite = form.get("phone", ""), form.get("invite", "")
    try:
        await register(phone, form.get("password", ""), invite or None)
    except _SHOWN as error:
        return await _again("register.html", error, phone=phone, invite=invite)
    return await render_template("login.html", notice=worded(_REGISTERED), phone=phone)


@blueprint.get("/login")
@per_minute(PAGES)
async def login_page() -> ResponseReturnValue:
    """The form to log in."""
    if await find_sign_in() is not None:
        return redirect(HOME, 303)
    return await render_template("login.html", next=local_path(request.args.get("next")) or "")


@blueprint.post("/login")
@per_minute(CREDENTIALS)
async def login_form() -> ResponseReturnValue:
    """Opens a session for this browser and goes on to the terminal, or to the page that asked for it; an account with a
    second factor is asked for that first.
    """
    form = await request.form
    phone = form.get("phone", "")
    target = local_path(form.get("next") or request.args.get("next"))
    try:
        return await go_on(await log_in(phone, form.get("password", "")), target)
    except _SHOWN as error:
        return await _again("login.html", error, phone=phone, next=target or "")


@blueprint.post("/logout")
@per_minute(CREDENTIALS)
@signed_in_page
async def logout_form() -> ResponseReturnValue:
    """Ends this browser's session everywhere."""
    who = await find_sign_in()
    if who is not None:
        await sign_out(who)
    return redirect("/", 303)


async def _again(template: str, error: Exception, **values: str) -> Response:
    """The form once more with what is wrong; what no one foresaw goes the way of all such errors."""
    problem = problem_of(error)
    if problem is None:
        raise error
    field = _FIELDS.get(problem.code, "")
    page = await render_template(template, error=problem.sentence, field=field, **values)
    return refused_with(page, problem)
