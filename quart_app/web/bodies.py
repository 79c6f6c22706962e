"""Reads JSON bodies: one object, of exactly the declared fields, or a clear 400."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError
from quart import Quart, Response, request
from quart_schema import document_request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from commands import say
from commands.phrases import Said
from quart_app.web.problems import Problem

LARGEST: Final = 65_536
"""Bytes of a request's body; larger ones are refused with 413."""
SLOWEST: Final = 20
"""Seconds for a body to arrive."""

P = ParamSpec("P")
R = TypeVar("R")


class Body(BaseModel):
    """Base of every request body: no fields beside the declared ones, no conversions."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


B = TypeVar("B", bound=Body)


def json_body(
    model: type[B],
) -> Callable[[Callable[Concatenate[B, P], Awaitable[R]]], Callable[P, Awaitable[R]]]:
    """Hands the view its body, checked, as first argument, and describes it in the OpenAPI document."""

    def decorate(view: Callable[Concatenate[B, P], Awaitable[R]]) -> Callable[P, Awaitable[R]]:
        @wraps(view)
        async def with_body(*args: P.args, **kwargs: P.kwargs) -> R:
            return await view(await read_body(model), *args, **kwargs)

        documented: Callable[P, Awaitable[R]] = document_request(model)(with_body)
        return documented

    return decorate


async def check_length() -> None:
    """Before anything else: a body that says it is too large is refused, whether or not a view would read it."""
    if (request.content_length or 0) > LARGEST:
        raise RequestEntityTooLarge


async def drain(response: Response) -> Response:
    """Whatever the answer is, what was still to come of the body is read first, and dropped.

    Otherwise the server ends the connection, and with it the next request on it, of which nobody was told.
    """
    if (request.content_length or 0) <= LARGEST:
        with suppress(HTTPException):
            await request.get_data()
    return response


def install(app: Quart) -> None:
    app.config["MAX_CONTENT_LENGTH"] = LARGEST
    app.config["BODY_TIMEOUT"] = SLOWEST
    app.before_request(check_length)
    app.after_request(drain)


async def read_body(model: type[B]) -> B:
    """No body at all is an empty object: a call whose fields are all optional can be made without one."""
    raw = await request.get_data(as_text=False)
    if not raw:
        return check_body(model, {})
    if not request.is_json:
        raise Problem(415, "unsupported_media_type", "The body must be JSON, sent as application/json.")
    try:
        document = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Problem(400, "invalid_body", "The body is not valid JSON.") from error
    return check_body(model, document)


def check_body(model: type[B], document: object) -> B:
    """Raises the problem ``invalid_body``, which names fields that we declared and no value."""
    if not isinstance(document, dict):
        raise Problem(400, "invalid_body", "The body must be a JSON object.")
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise Problem(400, "invalid_body", _first_fault(model, error)) from error


def _first_fault(model: type[Body], error: ValidationError) -> Said:
    fault: Any = error.errors(include_url=False, include_context=False, include_input=False)[0]
    field = str(fault["loc"][0]) if fault["loc"] else ""
    if field not in model.model_fields:
        return say("The body has a field that is not known here.")
    if fault["type"] == "missing":
        return say("The field “{field}” is missing.", field=field)
    return say("The field “{field}” has a value of the wrong kind.", field=field)
