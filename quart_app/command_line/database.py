"""The database for a command that works beside the app, or without it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from quart_app.embedded.postgres import shared_postgres
from quart_app.settings import Settings


@asynccontextmanager
async def database_address(settings: Settings) -> AsyncIterator[str]:
    """Its URL: the one that was set, or the embedded one, which a running app shares. Raises EmbeddedError."""
    if settings.database_url is not None:
        yield settings.database_url
        return
    async with shared_postgres(settings.data_directory) as url:
        yield url
