"""Every failure becomes one clear answer: a problem document for programs, a page for people, never a trace."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final, cast

from jinja2 import TemplateError
from quart import (
    Quart,
    Response,
    has_request_context,
    has_websocket_context,
    render_template,
    request,
    websocket,
)
from quart_rate_limiter import RateLimitExceeded
from werkzeug.exceptions import HTTPException

from commands import CommandError, say
from commands.phrases import Said
from quart_app.accounts.errors import (
    AccountError,
    BadPassword,
    BadPhone,
    Busy,
    InviteNeeded,
    RegistrationClosed,
    UnknownUser,
)
from quart_app.storage.errors import StorageUnavailable
from quart_app.web.command_problems import of_command_error
from quart_app.web.languages import worded
from quart_app.web.limits import too_many
from quart_app.web.problems import Problem

_FOR_PROGRAMS: Final = ("/api/", "/ws", "/health", "/metrics")
_CODES: Final = {
    400: "bad_request",
    401: "signed_out",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    413: "too_large",
    415: "unsupported_media_type",
    429: "too_many",
}
HEADINGS: Final[Mapping[int, Said]] = {
    400: say("Not understood"),
    401: say("Log in first"),
    403: say("Not allowed"),
    404: say("Nothing here"),
    405: say("Not in this way"),
    409: say("Not now"),
    413: say("Too large"),
    421: say("Another address"),
    429: say("Too often"),
    503: say("Not just now"),
}
FAILED: Final = say("Something went wrong")
_SENTENCES: Final[Mapping[int, Said]] = {
    400: say("This request can’t be understood."),
    404: say("There is nothing at this address."),
    405: say("This address can’t be used in this way."),
    408: say("The request took too long to arrive."),
    413: say("The request is larger than 64 KiB."),
}
PASSWORD_FAULTS: Final[Mapping[str, Said]] = {
    "too_short": say("The password is too short: it takes 8 characters at least."),
    "too_long": say("The password is too long: 1024 characters at most."),
    "common": say("This password is among the first that anyone would try. Choose another."),
    "is_phone": say("The password is the phone number. Choose another."),
    "not_text": say("The password has characters that are no text."),
}
logger = logging.getLogger(__name__)


def install(app: Quart) -> None:
    app.register_error_handler(Problem, _on_problem)
    app.register_error_handler(HTTPException, _on_http_exception)
    app.register_error_handler(Exception, _on_exception)


def problem_of(error: Exception) -> Problem | None:
    """What a failure that we know of means to whoever asked; ``None`` for one that we don't."""
    match error:
        case Problem():
            return error
        case AccountError():
            return _of_account_error(error)
        case CommandError():
            return of_command_error(error)
        case StorageUnavailable():
            detail = say("The server can’t reach its storage. Try again in a moment.")
            return Problem(503, "storage_unavailable", detail, retry_after=2)
        case RateLimitExceeded():
            wait = cast(int, error.retry_after)
            return too_many(wait, say("Too many requests. Wait a little and try again."))
        case HTTPException():
            return _of_http_exception(error)
        case _:
            return None


def _of_account_error(error: AccountError) -> Problem | None:
    match error:
        case BadPhone():
            detail = say("This is no phone number that can be used here. Begin with + and the country code.")
            return Problem(400, "bad_phone", detail)
        case BadPassword():
            return Problem(400, "bad_password", PASSWORD_FAULTS[error.reason], extra={"reason": error.reason})
        case RegistrationClosed():
            return Problem(403, "registration_closed", "This server takes no new accounts.")
        case InviteNeeded():
            detail = say("A new account needs an invitation that has not been used yet.")
            return Problem(403, "invite_needed", detail)
        case UnknownUser():
            return Problem(401, "signed_out", "This account is no longer here.")
        case Busy():
            detail = say("Too many people are logging in just now. Try again in a moment.")
            return Problem(503, "busy", detail, retry_after=error.retry_after)
        case _:
            return None


def _of_http_exception(error: HTTPException) -> Problem:
    status = error.code or 500
    code = _CODES.get(status, "internal" if status >= 500 else "refused")
    detail = _SENTENCES.get(status, HTTPStatus(status).description or HTTPStatus(status).phrase)
    kept = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return Problem(status, code, detail, headers=kept)


async def _on_problem(error: Problem) -> Response:
    return await answer(error)


async def _on_http_exception(error: HTTPException) -> Response:
    return await answer(problem_of(error) or _of_http_exception(error))


async def _on_exception(error: Exception) -> Response:
    """What no one foresaw is logged under a reference, which is all that is shown of it."""
    problem = problem_of(error)
    if problem is None:
        reference = secrets.token_hex(6)
        logger.error("unexpected error", extra={"reference": reference}, exc_info=error)
        detail = say("Something went wrong here. If you report it, say {reference}.", reference=reference)
        problem = Problem(500, "internal", detail, extra={"reference": reference})
    elif isinstance(error, StorageUnavailable):
        logger.warning("storage unavailable", extra={"error": str(error)})
    return await answer(problem)


async def answer(problem: Problem) -> Response:
    """As a document or as a page, whichever the asker reads."""
    if wants_document():
        _note_refusal(problem)
        return problem.response()
    try:
        page = await render_template(
            "error.html",
            status=problem.status,
            title=worded(HEADINGS.get(problem.status, FAILED)),
            detail=problem.sentence,
        )
    except TemplateError:
        logger.exception("the error page can't be shown")
        _note_refusal(problem)
        return Response(
            f"{problem.title}\n{problem.sentence}\n",
            problem.status,
            problem.headers,
            content_type="text/plain; charset=utf-8",
        )
    return refused_with(page, problem)


def refused_with(page: str, problem: Problem) -> Response:
    """A page that says what is wrong, sent with the status of it."""
    _note_refusal(problem)
    return Response(page, problem.status, problem.headers, content_type="text/html; charset=utf-8")


def _note_refusal(problem: Problem) -> None:
    """One line for everybody who was not let in or asked too often: by the code, with no one's name."""
    if problem.status in (401, 403, 429):
        logger.info("refused", extra={"code": problem.code, "status": problem.status})


def wants_document() -> bool:
    """Programs are told by the path, or by asking for JSON rather than a page."""
    if has_websocket_context() and not has_request_context():
        return websocket.path.startswith(_FOR_PROGRAMS)
    if request.path == "/api/docs":
        return False
    accepted = request.accept_mimetypes
    prefers_json = accepted["application/json"] > accepted["text/html"]
    return request.path.startswith(_FOR_PROGRAMS) or prefers_json
