"""Accounts in PostgreSQL: one method, one visible query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from quart_app.accounts.user import User
from quart_app.storage.database import Database, Record
from quart_app.storage.tables import users


@dataclass(frozen=True, slots=True)
class StoredUser:
    """A row: the account and what proves or finds it."""

    user: User
    phone_sealed: bytes = field(repr=False)
    pepper_id: int
    password_hash: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PepperedFields:
    """The columns that depend on the pepper and change together when it is rotated."""

    phone_lookup: bytes = field(repr=False)
    phone_sealed: bytes = field(repr=False)
    pepper_id: int
    password_hash: str = field(repr=False)

    def values(self) -> dict[str, Any]:
        return {
            "phone_lookup": self.phone_lookup,
            "phone_sealed": self.phone_sealed,
            "pepper_id": self.pepper_id,
            "password_hash": self.password_hash,
        }


class UserRepository:
    """Raises `StorageUnavailable` when PostgreSQL is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def insert(self, user_id: UUID, phone_tail: str, fields: PepperedFields) -> bool:
        """Whether the account is new: false, and nothing changed, if the phone is known."""
        values = {"id": user_id, "phone_tail": phone_tail, **fields.values()}
        query = insert(users).values(values).on_conflict_do_nothing().returning(users.c.id)
        return await self._database.fetch_one(query) is not None

    async def find_by_phone(self, lookups: Sequence[bytes]) -> StoredUser | None:
        """By any of a phone's keyed hashes."""
        query = sa.select(users).where(users.c.phone_lookup.in_(lookups)).limit(1)
        return _stored(await self._database.fetch_one(query))

    async def get(self, user_id: UUID) -> StoredUser | None:
        query = sa.select(users).where(users.c.id == user_id)
        return _stored(await self._database.fetch_one(query))

    async def rekey(self, user_id: UUID, old_hash: str, fields: PepperedFields) -> None:
        """Under the current pepper and cost; does nothing if the password was changed meanwhile."""
        query = (
            sa.update(users)
            .where(users.c.id == user_id, users.c.password_hash == old_hash)
            .values(fields.values())
        )
        await self._database.execute(query)

    async def seen(self, user_id: UUID) -> None:
        """Note the moment of a log-in."""
        query = sa.update(users).where(users.c.id == user_id).values(last_seen_at=sa.func.now())
        await self._database.execute(query)

    async def mark_proven(self, user_id: UUID) -> None:
        """Keep the first moment at which a Telegram login for the phone succeeded."""
        query = (
            sa.update(users)
            .where(users.c.id == user_id, users.c.proven_at.is_(None))
            .values(proven_at=sa.func.now())
        )
        await self._database.execute(query)

    async def grant_admin(self, lookups: Sequence[bytes]) -> bool:
        """Whether there was such an account."""
        query = (
            sa.update(users)
            .where(users.c.phone_lookup.in_(lookups))
            .values(admin=sa.true())
            .returning(users.c.id)
        )
        return await self._database.fetch_one(query) is not None

    async def any(self) -> bool:
        """Whether anybody has registered yet."""
        return await self._database.fetch_one(sa.select(users.c.id).limit(1)) is not None


def _stored(row: Record | None) -> StoredUser | None:
    if row is None:
        return None
    user = User(
        id=row["id"],
        phone_tail=row["phone_tail"],
        admin=row["admin"],
        disabled=row["disabled"],
        proven=row["proven_at"] is not None,
        created_at=row["created_at"],
        last_seen_at=row["last_seen_at"],
    )
    return StoredUser(user, row["phone_sealed"], row["pepper_id"], row["password_hash"])
