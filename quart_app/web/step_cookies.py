"""Cookies of minutes: they lead from one step of a form to the next, for somebody who isn't logged in yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from quart import Response, request

from quart_app.accounts import pending_log_ins, pending_recoveries
from quart_app.web.cookies import CookieAttributes, cookie_attributes
from quart_app.web.current import settings

_HOST_ONLY: Final = "__Host-"


@dataclass(frozen=True, slots=True)
class StepCookie:
    name: str
    seconds: int

    def read(self) -> str | None:
        return request.cookies.get(self._name())

    def hand_out(self, response: Response, value: str) -> None:
        response.set_cookie(self._name(), value, max_age=self.seconds, **self._attributes())

    def take_back(self, response: Response) -> None:
        response.delete_cookie(self._name(), **self._attributes())

    def _name(self) -> str:
        return f"{_HOST_ONLY}{self.name}" if settings().secure_cookies else self.name

    @staticmethod
    def _attributes() -> CookieAttributes:
        return cookie_attributes(secure=settings().secure_cookies, strict=True)


LOG_IN: Final = StepCookie("tcm_login", pending_log_ins.SECONDS)
RECOVERY: Final = StepCookie("tcm_recovery", pending_recoveries.SECONDS)
