"""What administrators do to accounts and to the installation; each is in the audit log under their own name."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from quart import Blueprint, redirect, render_template, request
from quart.typing import ResponseReturnValue

from quart_app.accounts.policies import MODES
from quart_app.web.account_acts import end_everything
from quart_app.web.administrators import administrators_page
from quart_app.web.current import current_sign_in, services
from quart_app.web.limits import CREDENTIALS, per_minute
from quart_app.web.problems import Problem

blueprint: Final = Blueprint("admin_acts", __name__)


@blueprint.post("/admin/people/<uuid:user_id>")
@per_minute(CREDENTIALS)
@administrators_page
async def change_person(user_id: UUID) -> ResponseReturnValue:
    """``act`` is ``sign_out`` (everywhere, the Telegram session too), ``disable`` (also for good) or ``enable``."""
    people, by = services().administration.people, str(current_sign_in().user_id)
    match (await request.form).get("act"):
        case "sign_out":
            await services().accounts.end_epoch(user_id)
            await services().audit.record("signed_out_everywhere", user_id, by=by)
            await end_everything(user_id, None)
        case "disable":
            if user_id == current_sign_in().user_id:
                raise Problem(409, "own_account", "You can’t disable your own account.")
            if await people.set_disabled(user_id, True):
                await services().audit.record("account_disabled", user_id, by=by)
            await end_everything(user_id, None)
        case "enable":
            if await people.set_disabled(user_id, False):
                await services().audit.record("account_enabled", user_id, by=by)
        case _:
            raise Problem(400, "bad_request", "There is no such act.")
    return redirect("/admin/people", 303)


@blueprint.post("/admin/registration")
@per_minute(CREDENTIALS)
@administrators_page
async def set_registration() -> ResponseReturnValue:
    """``mode`` is ``open``, ``invite`` or ``closed``; it counts on every worker from the next registration."""
    wanted = (await request.form).get("mode")
    mode = next((each for each in MODES if each == wanted), None)
    if mode is None:
        raise Problem(400, "bad_request", "There is no such way to register.")
    await services().accounts.policies.set_registration(mode)
    await services().audit.record("admin_act", current_sign_in().user_id, kind="registration", why=mode)
    return redirect("/admin/access", 303)


@blueprint.post("/admin/invites")
@per_minute(CREDENTIALS)
@administrators_page
async def make_invite() -> ResponseReturnValue:
    """A new invite, shown this once."""
    invite = await services().accounts.create_invite()
    await services().audit.record("invite_made", current_sign_in().user_id)
    mode = await services().accounts.policies.refresh()
    return await render_template("admin_access.html", mode=mode, invite=invite)
