"""The first page, and the terminal with what comes before it."""

from __future__ import annotations

from typing import Final

from quart import Blueprint, redirect, render_template
from quart.typing import ResponseReturnValue

from quart_app.telegram.state import SessionPhase
from quart_app.web.auth import find_sign_in, signed_in_page
from quart_app.web.cookies import vault_secret
from quart_app.web.current import current_sign_in, services
from quart_app.web.limits import PAGES, per_minute

blueprint: Final = Blueprint("pages", __name__)


@blueprint.get("/")
@per_minute(PAGES)
async def index() -> ResponseReturnValue:
    """What this is, for who isn't logged in."""
    if await find_sign_in() is not None:
        return redirect("/terminal", 303)
    return await render_template("index.html")


@blueprint.get("/terminal")
@per_minute(PAGES)
@signed_in_page
async def terminal() -> ResponseReturnValue:
    """The terminal while a Telegram session is open to this browser; until then, the steps to start one."""
    sign_in = current_sign_in()
    state = await services().telegram.state(sign_in.user_id, vault_secret())
    template = "terminal.html" if state.state is SessionPhase.ACTIVE else "session.html"
    return await render_template(template, session=state)
