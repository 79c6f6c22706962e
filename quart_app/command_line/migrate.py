"""``migrate``: bring the database to the newest revision, as every start does."""

from __future__ import annotations

import asyncio

from quart_app.command_line.database import database_address
from quart_app.command_line.reading import load_settings
from quart_app.command_line.speech import say
from quart_app.settings import Settings
from quart_app.storage.migrate import migrate


def run() -> int:
    """Raises SettingsError, EmbeddedError, StorageUnavailable."""
    say(f"The database is at revision {asyncio.run(_migrate(load_settings()))}.")
    return 0


async def _migrate(settings: Settings) -> str:
    async with database_address(settings) as url:
        return await migrate(url)
