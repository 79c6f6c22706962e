"""quart-auth's signed cookie, around the opaque id of a session that lives in Redis."""

from __future__ import annotations

from typing import Final, cast

from itsdangerous import BadSignature
from quart import Quart, Response, current_app, g
from quart_auth import Action, AuthUser, QuartAuth

from quart_app.accounts.sign_in import BROWSER_SECONDS
from quart_app.settings import Settings
from quart_app.web.cookies import (
    clear_route_cookie,
    clear_vault_cookie,
    cookie_attributes,
    cookie_names,
    set_route_cookie,
)

SALT: Final = "tcm/sign-in/v1"
_ATTRIBUTE: Final = "sign_in_cookie"
_EXTENSION: Final = "sign_in_cookie"


class SignInCookie(QuartAuth):
    """The signature only spares Redis the made-up ids.

    It has no age of its own (a clock that is a second ahead would log people out), and without a session in Redis
    behind it, it is worth nothing. The user id is not in it.
    """

    def __init__(self, *, secure: bool) -> None:
        super().__init__(
            attribute_name=_ATTRIBUTE,
            cookie_name=cookie_names(secure=secure).sign_in,
            cookie_http_only=True,
            cookie_samesite="Lax",
            cookie_secure=secure,
            duration=BROWSER_SECONDS,
            mode="cookie",
            salt=SALT,
            # Otherwise the extension hands the session's id to every template.
            singleton=False,
        )
        self._secure = secure

    def load_token(self, token: str, app: Quart | None = None) -> str | None:
        """The id, if one of our keys signed it: the current one, or the previous during a rotation."""
        app = current_app if app is None else app
        keys = [*app.config.get("SECRET_KEY_FALLBACKS", []), app.secret_key]
        try:
            value = self.serializer_class(keys, SALT).loads(token)
        except BadSignature:
            return None
        return value if isinstance(value, str) else None

    async def after_request(self, response: Response) -> Response:
        """Write or clear the cookie if this request signed in or out."""
        user = cast("AuthUser | None", g.get(_ATTRIBUTE))
        name = cookie_names(secure=self._secure).sign_in
        attributes = cookie_attributes(secure=self._secure)
        if user is not None and user.action is Action.DELETE:
            response.delete_cookie(name, **attributes)
            clear_route_cookie(response)
            clear_vault_cookie(response)
        elif user is not None and user.action is Action.WRITE_PERMANENT:
            token = self.dump_token(user.auth_id or "")
            response.set_cookie(name, token, max_age=BROWSER_SECONDS, **attributes)
            set_route_cookie(response, g.route_tag)
        return response


def presented_id() -> str | None:
    """The session id in this request's cookie, if we signed it."""
    return _cookie().load_user().auth_id


def hand_out(session_id: str, route_tag: str) -> None:
    """Send the browser its new session with this response, instead of whatever it came with."""
    g.route_tag = route_tag
    _cookie().login_user(AuthUser(session_id, Action.WRITE_PERMANENT))


def take_back() -> None:
    """Clear the browser's cookies with this response."""
    _cookie().logout_user()


def install(app: Quart, settings: Settings) -> None:
    """Signs with SECRET_KEY, and still reads what SECRET_KEY_PREVIOUS signed."""
    app.secret_key = settings.secret_key.reveal()
    previous = settings.secret_key_previous
    app.config["SECRET_KEY_FALLBACKS"] = [] if previous is None else [previous.reveal()]
    cookie = SignInCookie(secure=settings.secure_cookies)
    cookie.init_app(app)
    app.extensions[_EXTENSION] = cookie


def _cookie() -> SignInCookie:
    return cast(SignInCookie, current_app.extensions[_EXTENSION])
