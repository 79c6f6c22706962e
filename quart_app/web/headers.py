"""The security headers, on every answer whatever its status: put on where answers leave the application."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, cast

from hypercorn.typing import ASGIFramework, ASGIReceiveCallable, ASGISendCallable, ASGISendEvent, Scope
from quart import Quart

from quart_app.settings import Settings
from quart_app.web.static_files import ASKED_EACH_TIME, KEPT

Header = tuple[bytes, bytes]

CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "require-trusted-types-for 'script'",
        "trusted-types tcm-worker",
    )
)
ALWAYS: Final[dict[str, str]] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # With no-referrer, browsers send "Origin: null" with our own forms, and the origin check could not know them.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "microphone=(), midi=(), payment=(), publickey-credentials-get=(), usb=()",
}
STRICT_TRANSPORT: Final = "max-age=31536000; includeSubDomains"
STATIC: Final = "/static/"


def security_headers(path: str, *, secure: bool) -> dict[str, str]:
    """What every answer for ``path`` carries; only files that are the same for everybody may be kept."""
    caching = ASKED_EACH_TIME if path.startswith(STATIC) else "no-store"
    strict = {"Strict-Transport-Security": STRICT_TRANSPORT} if secure else {}
    return {**ALWAYS, "Cache-Control": caching, **strict}


def encoded_headers(path: str = "/", *, secure: bool) -> list[Header]:
    """The same as servers write them."""
    return [
        (name.lower().encode(), text.encode()) for name, text in security_headers(path, secure=secure).items()
    ]


def with_security(headers: Iterable[Header], path: str, *, secure: bool) -> list[Header]:
    """Ours in place of any of the same name, nothing that names the server; a file says how long it keeps."""
    ours = dict(encoded_headers(path, secure=secure))
    headers = list(headers)
    if path.startswith(STATIC) and (b"cache-control", KEPT.encode()) in headers:
        del ours[b"cache-control"]
    kept = [
        (name, value) for name, value in headers if name.lower() not in ours and name.lower() != b"server"
    ]
    return [*kept, *ours.items()]


class SecurityHeaders:
    """ASGI middleware: also reaches answers that no hook of the framework sees, such as a refused handshake."""

    def __init__(self, app: ASGIFramework, *, secure: bool) -> None:
        self._app = app
        self._secure = secure

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        path = scope["path"]

        async def guarded_send(event: ASGISendEvent) -> None:
            if event["type"] in ("http.response.start", "websocket.http.response.start"):
                started = {**event, "headers": with_security(event["headers"], path, secure=self._secure)}
                event = cast(ASGISendEvent, started)
            await send(event)

        await self._app(scope, receive, guarded_send)


def install(app: Quart, settings: Settings) -> None:
    wrapped = SecurityHeaders(app.asgi_app, secure=settings.secure_cookies)
    app.asgi_app = wrapped  # type: ignore[method-assign] # Quart's documented way to wrap itself
