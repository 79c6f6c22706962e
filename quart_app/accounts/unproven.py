"""Accounts that nobody has ever shown to be theirs: gone after a week without a log-in.

They hold nothing but a claim to a phone, which its owner can take at once through /recover; a week is for those who
were invited and come back after a few days.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from quart_app.storage.database import Database
from quart_app.storage.tables import users

KEPT: Final = timedelta(days=7)


async def purge_unproven(database: Database) -> list[UUID]:
    """Whose accounts are gone now, with all that hung on them: never administrators. Raises `StorageUnavailable`."""
    last_seen = sa.func.greatest(users.c.created_at, users.c.last_seen_at)
    old = sa.func.now() - sa.cast(sa.literal(KEPT), sa.Interval)
    query = (
        sa.delete(users)
        .where(users.c.proven_at.is_(None), users.c.admin.is_(sa.false()), last_seen < old)
        .returning(users.c.id)
    )
    return [row["id"] for row in await database.fetch_all(query)]
