"""The terminal for programs: what commands there are, one line run, and the files that a run has left."""

from __future__ import annotations

import secrets
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, suppress
from typing import Annotated, Any, Final
from urllib.parse import quote

from pydantic import BaseModel, Field
from quart import Blueprint, Response
from quart_schema import document_response, tag

from commands import CommandError, say
from quart_app.terminal.frames import describe_command
from quart_app.terminal.oneshot import run_line
from quart_app.terminal.requests import MOST_LINE
from quart_app.web.auth import signed_in, signed_in_page, signed_out
from quart_app.web.bodies import Body, json_body
from quart_app.web.cookies import vault_secret
from quart_app.web.current import current_sign_in, services
from quart_app.web.json_answers import json_answer
from quart_app.web.languages import language
from quart_app.web.limits import API, PAGES, per_minute, too_many
from quart_app.web.problems import Problem
from quart_app.web.terminals import admitted, dispatcher, heed_scope, opened_caller

blueprint: Final = Blueprint("commands_api", __name__)
NDJSON: Final = "application/x-ndjson"


class Line(Body):
    """A line as it would be typed."""

    line: Annotated[str, Field(max_length=MOST_LINE, examples=["list 5"])]
    yes: Annotated[bool, Field(description="Answers every question with yes.")] = False


class CommandsAnswer(BaseModel):
    """Every command that the caller may run, with name, usage, summary, arguments, capabilities and columns."""

    commands: list[dict[str, Any]]


@blueprint.get("/api/v1/commands")
@per_minute(API)
@tag(["commands"])
@document_response(CommandsAnswer)
@signed_in
async def commands() -> Response:
    """What can be typed."""
    async with opened_caller(services(), current_sign_in(), vault_secret()) as caller:
        lines = dispatcher(services(), caller, language())
        await heed_scope(lines, caller)
        return json_answer({"commands": [describe_command(command) for command in lines.catalogue.all()]})


@blueprint.post("/api/v1/commands")
@per_minute(API)
@tag(["commands"])
@signed_in
@json_body(Line)
async def run(body: Line) -> Response:
    """Run one line: 200 and NDJSON, the frames of the socket one a line, whatever the outcome of the command."""
    who, all_of = current_sign_in(), services()
    wait = all_of.budgets.of(who.user_id).take()
    if wait is not None:
        raise too_many(wait, say("Too many commands. Wait a little and try again."))
    async with AsyncExitStack() as stack:
        if not stack.enter_context(all_of.open_sessions.runs.place(who.user_id)):
            raise too_many(
                1, say("Too many commands of yours are still running. Wait for one of them to end.")
            )
        presence = await stack.enter_async_context(admitted(all_of, who))
        if presence.ended is not None:
            raise signed_out()
        caller = await stack.enter_async_context(opened_caller(all_of, who, vault_secret()))
        await caller.claim()
        lines = dispatcher(all_of, caller, language())
        with suppress(CommandError):  # a store that is away is said by the command, if it matters to it
            await heed_scope(lines, caller)
        frames = run_line(
            lines,
            body.line,
            yes=body.yes,
            run_id=f"h{secrets.token_hex(6)}",
            translations=lines.caller.translations,
            downloads=all_of.downloads.of(who.user_id),
            presence=presence,
        )
        response = Response(await _begun(frames, stack.pop_all()), content_type=NDJSON)
    response.timeout = None  # a command has a time limit of its own, which stops while a person is asked
    return response


async def _begun(frames: AsyncGenerator[bytes, None], stack: AsyncExitStack) -> AsyncGenerator[bytes, None]:
    """``frames``, and then the end of what they need. Whoever asked may go before the first one is taken: a generator
    that has not begun would then be dropped with everything still open, and the session never be idle again.
    """
    body = _closing(frames, stack)
    await anext(body)
    return body


async def _closing(frames: AsyncGenerator[bytes, None], stack: AsyncExitStack) -> AsyncGenerator[bytes, None]:
    async with stack:
        try:
            yield b""
            async for frame in frames:
                yield frame
        finally:
            await frames.aclose()


@blueprint.get("/downloads/<ticket>")
@per_minute(PAGES)
@signed_in_page
async def download(ticket: str) -> Response:
    """A file that a command has made for this user: once, within ten minutes."""
    offered = services().downloads.take(current_sign_in().user_id, ticket)
    if offered is None:
        raise Problem(404, "not_found", "This file has been fetched already, or its time is over.")
    response = Response(offered.data, content_type=offered.media_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(offered.name, safe='')}"
    return response
