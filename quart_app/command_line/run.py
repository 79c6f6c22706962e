"""``run``: serve until somebody stops it, after saying where, and in demo mode what to type there."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from quart_app.command_line.reading import take_settings
from quart_app.command_line.speech import say
from quart_app.observability.logs import configure_logging
from quart_app.settings import Settings
from quart_app.storage.errors import StorageUnavailable

if TYPE_CHECKING:
    from quart_app.services import Services

START_TOGETHER_SECONDS: Final = 20.0


def run() -> int:
    """Raises SettingsError, EmbeddedError, OSError where the port is taken."""
    settings = take_settings()
    configure_logging(debug=settings.debug)
    # Imported here, so that a mistake in the settings is said at once.
    from hypercorn.utils import LifespanFailureError

    from quart_app.server import serve

    try:
        serve(settings, announce)
    except LifespanFailureError as error:
        # What went wrong while the app was opening; the server knows it by its text only.
        raise error.__context__ or error from None
    return 0


async def announce(services: Services) -> None:
    """Say where the app is. Called once requests are answered."""
    say(welcome(services.settings))
    if services.settings.registration == "invite":
        with suppress(StorageUnavailable):
            await _invite_the_first(services)


def welcome(settings: Settings) -> str:
    lines = ["", f"  Unofficial Telegram Chat Manager: {settings.public_url}", ""]
    if settings.demo:
        lines += [
            "  Demo mode: a Telegram of its own, in memory, no real account at risk.",
            "  Register with any phone +99966DYYYY (D is 1, 2 or 3), such as +9996612345; its code is DDDDD: 11111.",
            "  +9996620002 (code 22222) also has a two-step password: demo.",
            "  For the real Telegram set TELEGRAM_API_ID and TELEGRAM_API_HASH (see .env.example).",
            "",
        ]
    return "\n".join([*lines, "  Ctrl-C stops it.", ""])


async def _invite_the_first(services: Services) -> None:
    """Of several workers that start together, one does."""
    if (
        await services.limits.take("set-up-invite", "all", limit=1, seconds=START_TOGETHER_SECONDS)
        is not None
    ):
        return
    if not await services.accounts.any():
        invite = await services.accounts.create_invite()
        say(f"  No account yet. Register with this invite, good once and for a week: {invite}\n")
