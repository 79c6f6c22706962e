"""``secrets``: make the files that containers read their secrets from, or change one of them."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from quart_app.command_line.reading import read_environment
from quart_app.command_line.speech import complain, say
from quart_app.configuration import parsing
from quart_app.configuration.environment import Environment
from quart_app.configuration.telegram import read_application
from quart_app.installation.secret_files import SecretFiles

API_HASH = "backend/telegram_api_hash"


def run(directory: Path, *, rotate: str | None = None) -> int:
    """1 where something is missing that can't be made. Raises SettingsError."""
    try:
        return _run(directory, rotate)
    except OSError as error:
        complain(f"The folder of secrets can't be read or written: {error.strerror or 'refused'}.")
        return 1


def _run(directory: Path, rotate: str | None) -> int:
    files = SecretFiles(directory)
    if rotate is not None:
        files.rotate(rotate)
        say(f"{rotate} is new; {rotate}_previous holds the one until now. Start the backends anew.")
        return 0
    env = Environment(read_environment())
    public_url = env.parsed("PUBLIC_URL", parsing.origin, "https://localhost")
    api_hash = env.text("TELEGRAM_API_HASH")
    if api_hash is not None:
        read_application(env, needed=env.is_set("TELEGRAM_DC"))
    env.finish()
    files.complete(urlsplit(public_url).hostname or "localhost")
    for name in files.made:
        say(f"made {name}")
    if api_hash is not None:
        files.put(API_HASH, api_hash)
    if not files.has(API_HASH) or not env.is_set("TELEGRAM_API_ID"):
        complain(
            "TELEGRAM_API_ID and TELEGRAM_API_HASH are missing: get them from https://my.telegram.org and put them "
            "into .env beside docker-compose.yml. To try it without: docker compose -f docker-compose.dev.yml up"
        )
        return 1
    return 0
