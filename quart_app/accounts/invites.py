"""Invites: words that let one person register, of which we keep only the hash."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

import sqlalchemy as sa

from quart_app.storage.database import Database
from quart_app.storage.tables import invites

LIFETIME: Final = timedelta(days=7)
_BYTES: Final = 18


class InviteRepository:
    """One method, one visible query. Raises `StorageUnavailable` when PostgreSQL is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self) -> str:
        """A new invite of 24 characters, good once and for a week; readable this once."""
        invite = secrets.token_urlsafe(_BYTES)
        expires = sa.func.now() + sa.cast(sa.literal(LIFETIME), sa.Interval)
        query = sa.insert(invites).values(id=uuid4(), digest=_digest(invite), expires_at=expires)
        await self._database.execute(query)
        return invite

    async def usable(self, invite: str) -> bool:
        query = sa.select(invites.c.id).where(invites.c.digest == _digest(invite), *_unused())
        return await self._database.fetch_one(query) is not None

    async def consume(self, invite: str) -> UUID | None:
        """Use it up, for one caller only; ``None`` if it can't be used (any more)."""
        query = (
            sa.update(invites)
            .where(invites.c.digest == _digest(invite), *_unused())
            .values(used_at=sa.func.now())
            .returning(invites.c.id)
        )
        row = await self._database.fetch_one(query)
        return None if row is None else row["id"]

    async def note_user(self, invite_id: UUID, user_id: UUID) -> None:
        query = sa.update(invites).where(invites.c.id == invite_id).values(used_by=user_id)
        await self._database.execute(query)


def _unused() -> tuple[sa.ColumnElement[bool], ...]:
    return invites.c.used_at.is_(None), invites.c.expires_at > sa.func.now()


def _digest(invite: str) -> bytes:
    return hashlib.sha256(invite.strip().encode("utf-8", "surrogatepass")).digest()
