"""Accounts as administrators see them, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from quart_app.accounts.repository import user_of
from quart_app.accounts.user import User
from quart_app.storage.database import Database
from quart_app.storage.tables import users

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Counts:
    """Of all accounts; ``seen`` within the last 24 hours."""

    all: int
    unproven: int
    disabled: int
    seen: int


class People:
    """One method, one visible query. Raises `StorageUnavailable` when PostgreSQL is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, number: int = 0, *, tail: str = "") -> list[User]:
        """The last seen first; of those whose phone ends in ``tail``, if given. One more than a page if more follow."""
        query = sa.select(users).order_by(
            users.c.last_seen_at.desc().nulls_last(), users.c.created_at, users.c.id
        )
        if tail:
            query = query.where(users.c.phone_tail == tail)
        rows = await self._database.fetch_all(query.offset(number * PAGE).limit(PAGE + 1))
        return [user_of(row) for row in rows]

    async def counts(self) -> Counts:
        day_ago = sa.func.now() - sa.text("interval '24 hours'")
        query = sa.select(
            sa.func.count().label("all"),
            sa.func.count().filter(users.c.proven_at.is_(None)).label("unproven"),
            sa.func.count().filter(users.c.disabled).label("disabled"),
            sa.func.count().filter(users.c.last_seen_at > day_ago).label("seen"),
        )
        row = await self._database.fetch_one(query)
        return Counts(0, 0, 0, 0) if row is None else Counts(**{name: row[name] for name in Counts.__slots__})

    async def set_disabled(self, user_id: UUID, disabled: bool) -> bool:
        """Also ends an epoch, so that no log-in under way comes through. Whether there was such an account."""
        query = (
            sa.update(users)
            .where(users.c.id == user_id, users.c.disabled != disabled)
            .values(disabled=disabled, epoch=users.c.epoch + 1)
            .returning(users.c.id)
        )
        return await self._database.fetch_one(query) is not None

    async def administrator(self, user_id: UUID) -> bool:
        """Asked at each visit: who is none any more has no page any more."""
        query = sa.select(users.c.id).where(users.c.id == user_id, users.c.admin, ~users.c.disabled)
        return await self._database.fetch_one(query) is not None
