"""The administrators' pages: what happens on this installation, in counts; nobody's chats, names or whole phones."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import Final
from urllib.parse import urlencode

from quart import Blueprint, Response, redirect, render_template, request
from quart.typing import ResponseReturnValue
from quart_schema import document_response, tag

from plugins.manager import Status
from quart_app.administration.people import PAGE
from quart_app.web.admin_words import act_words, detail_words
from quart_app.web.administrators import administrators, administrators_page
from quart_app.web.board_answer import BoardAnswer, board_answer
from quart_app.web.current import current_sign_in, services
from quart_app.web.health import run_checks
from quart_app.web.json_answers import json_answer
from quart_app.web.limits import API, PAGES, per_minute

blueprint: Final = Blueprint("admin", __name__)
MOST_ACTS: Final = 200


@blueprint.get("/admin")
@per_minute(PAGES)
@administrators_page
async def overview() -> ResponseReturnValue:
    """Figures of the whole installation, as all workers together have counted."""
    return await render_template(
        "admin_overview.html",
        board=await _board(),
        counts=await services().administration.people.counts(),
        checks=await run_checks(),
        unready=[status for status in _plugins() if status.state == "left out"],
    )


@blueprint.get("/api/v1/admin/board")
@per_minute(API)
@tag(["administration"])
@document_response(BoardAnswer)
@administrators
async def board() -> Response:
    """Figures of the whole installation, for administrators."""
    return json_answer((await _board()).model_dump())


async def _board() -> BoardAnswer:
    administration = services().administration
    return board_answer(await administration.board(), await administration.census.workers())


@blueprint.get("/admin/people")
@per_minute(PAGES)
@administrators_page
async def people() -> ResponseReturnValue:
    """Accounts, the last seen first; ``?tail=47`` finds by the last two digits of the phone."""
    tail, number = request.args.get("tail", "")[:2], max(0, request.args.get("page", 0, int))
    found = await services().administration.people.page(number, tail=tail)
    shown = found[:PAGE]
    return await render_template(
        "admin_people.html",
        people=shown,
        own_id=current_sign_in().user_id,
        presence=await services().administration.census.of(user.id for user in shown),
        tail=tail,
        number=number,
        more=len(found) > PAGE,
    )


@blueprint.post("/admin/find")
@per_minute(PAGES)
@administrators_page
async def find() -> ResponseReturnValue:
    """Leads to what the form of that page asks for, so that it has an address."""
    tail = (await request.form).get("tail", "")[:2]
    return redirect(f"/admin/people?{urlencode({'tail': tail})}", 303)


@blueprint.get("/admin/access")
@per_minute(PAGES)
@administrators_page
async def access() -> ResponseReturnValue:
    """Who may register, and invites."""
    return await render_template(
        "admin_access.html", mode=await services().accounts.policies.refresh(), invite=""
    )


@blueprint.get("/admin/plugins")
@per_minute(PAGES)
@administrators_page
async def plugins() -> ResponseReturnValue:
    """What is installed, what of it runs, with which rights, and why the rest does not."""
    return await render_template("admin_plugins.html", plugins=_plugins())


@blueprint.get("/admin/audit")
@per_minute(PAGES)
@administrators_page
async def audit() -> ResponseReturnValue:
    """The newest acts. Who they are about is told by two digits."""
    entries = await services().audit.entries(most=MOST_ACTS)
    return await render_template(
        "admin_audit.html", entries=entries, words=act_words, detail=detail_words, most=MOST_ACTS
    )


def _plugins() -> list[Status]:
    """One a distribution and state, strangers' first: ours are as trusted as the app."""
    statuses = sorted(services().plugins.statuses, key=_place)
    return [_together(list(group)) for _, group in groupby(statuses, key=_place)]


def _place(status: Status) -> tuple[bool, str, str]:
    return status.origin.builtin, str(status.origin), status.state


def _together(statuses: list[Status]) -> Status:
    """What several modules of one distribution bring."""
    return replace(
        statuses[0],
        commands=tuple(name for status in statuses for name in status.commands),
        capabilities=tuple(sorted({each for status in statuses for each in status.capabilities})),
        error="; ".join(filter(None, (status.error for status in statuses))),
    )
