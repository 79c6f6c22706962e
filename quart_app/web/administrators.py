"""The guard of the administrators' pages: asked of the database at each visit, so a right that ends, ends at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from quart import Response

from quart_app.web.auth import signed_in, signed_in_page
from quart_app.web.current import current_sign_in, services, settings
from quart_app.web.problems import Problem

P = ParamSpec("P")
T = TypeVar("T")
ADMINISTRATORS_ATTRIBUTE: Final = "_only_administrators"
"""Set on views behind this guard, for the test that walks all routes."""


def administrators_page(view: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T | Response]]:
    """For pages: who isn't signed in logs in first; who is no administrator gets 403."""
    return _marked(signed_in_page(_checked(view)))


def administrators(view: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    """The same for the API: 401 ``signed_out``, 403 ``forbidden`` or ``second_factor_needed``."""
    return _marked(signed_in(_checked(view)))


def _checked(view: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T]]:
    @wraps(view)
    async def checked(*args: P.args, **kwargs: P.kwargs) -> T:
        await _check()
        return await view(*args, **kwargs)

    return checked


async def _check() -> None:
    user_id = current_sign_in().user_id
    if not await services().administration.people.administrator(user_id):
        raise Problem(403, "forbidden", "This is for administrators.")
    if settings().admin_second_factor != "required":
        return
    if not (await services().accounts.second_factors.of(user_id)).on:
        raise Problem(
            403, "second_factor_needed", "Administrators need a second factor here. Set it up under Settings."
        )


def _marked(view: Callable[P, T]) -> Callable[P, T]:
    setattr(view, ADMINISTRATORS_ATTRIBUTE, True)
    return view
