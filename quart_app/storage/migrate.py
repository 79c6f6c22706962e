"""Brings the database to the newest revision, whoever else may be doing the same."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from quart_app.storage.address import connect
from quart_app.storage.errors import storage_errors

SCRIPTS: Final = Path(__file__).resolve().parents[2] / "migrations"
LOCK: Final = 0x7463_6D5F_6D69_6772
"""The advisory lock that keeps migrations in line; any number nobody else takes."""
STATEMENT_SECONDS: Final = 120.0
logger = logging.getLogger(__name__)


async def migrate(url: str) -> str:
    """Returns the revision that the database has afterwards. Raises StorageUnavailable.

    A database that is newer than this code stays as it is: revisions only add, so the code still works.
    """
    engine = create_async_engine(
        "postgresql+asyncpg://",
        poolclass=NullPool,
        async_creator=lambda: connect(url, command_timeout=STATEMENT_SECONDS),
    )
    with storage_errors():
        try:
            async with engine.begin() as connection:
                await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
                return await connection.run_sync(_upgrade)
        finally:
            await engine.dispose()


def _upgrade(connection: Connection) -> str:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    head = scripts.get_current_head()
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in {script.revision for script in scripts.walk_revisions()}:
        logger.warning("the database is newer than this version; it stays as it is")
        return current
    if current != head:
        command.upgrade(config, "head")
        logger.info("database migrated", extra={"revision": head})
    return head or ""
