"""How a DATABASE_URL becomes connections: asyncpg's own reading of it, whoever connects."""

from __future__ import annotations

from typing import Any, Final

import asyncpg

from quart_app.settings import Problem, SettingsError

CONNECT_SECONDS: Final = 3.0


def data_source_name(url: str) -> str:
    """The URL in the form that asyncpg reads, socket directories and ``sslmode`` included."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)


async def connect(url: str, *, command_timeout: float | None = None) -> Any:
    """One connection outside any pool. Raises what asyncpg raises, and SettingsError for a useless URL."""
    try:
        return await asyncpg.connect(
            data_source_name(url), timeout=CONNECT_SECONDS, command_timeout=command_timeout
        )
    except asyncpg.exceptions.ClientConfigurationError:
        raise SettingsError((Problem("DATABASE_URL", "is not an address to connect to"),)) from None
