"""Accounts in PostgreSQL: one method, one visible query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from quart_app.accounts.user import User
from quart_app.storage.database import Database, Record
from quart_app.storage.tables import phone_lookups, users


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

    phone_sealed: bytes = field(repr=False)
    pepper_id: int
    password_hash: str = field(repr=False)

    def values(self) -> dict[str, Any]:
        return {
            "phone_sealed": self.phone_sealed,
            "pepper_id": self.pepper_id,
            "password_hash": self.password_hash,
        }


class UserRepository:
    """Raises `StorageUnavailable` when PostgreSQL is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def insert(self, user_id: UUID, phone_tail: str, fields: PepperedFields) -> None:
        query = sa.insert(users).values({"id": user_id, "phone_tail": phone_tail, **fields.values()})
        await self._database.execute(query)

    async def insert_lookups(self, user_id: UUID, lookups: Mapping[int, bytes]) -> int:
        """By the pepper's id; how many of them are new. Waits for whoever is inserting one of the same just now."""
        rows = [
            {"lookup": lookup, "user_id": user_id, "pepper_id": pepper_id}
            # In one order everywhere: two that register at once must not wait for each other.
            for pepper_id, lookup in sorted(lookups.items(), key=lambda item: item[1])
        ]
        query = insert(phone_lookups).values(rows).on_conflict_do_nothing().returning(phone_lookups.c.lookup)
        return len(await self._database.fetch_all(query))

    async def find_by_phone(self, lookups: Sequence[bytes]) -> StoredUser | None:
        """By any of a phone's keyed hashes."""
        of_phone = sa.select(phone_lookups.c.user_id).where(phone_lookups.c.lookup.in_(lookups))
        query = sa.select(users).where(users.c.id.in_(of_phone)).limit(1)
        return _stored(await self._database.fetch_one(query))

    async def get(self, user_id: UUID) -> StoredUser | None:
        query = sa.select(users).where(users.c.id == user_id)
        return _stored(await self._database.fetch_one(query))

    async def rekey(self, user_id: UUID, old_hash: str, fields: PepperedFields) -> bool:
        """Under the current pepper and cost; false, and nothing done, if the password was changed meanwhile."""
        query = (
            sa.update(users)
            .where(users.c.id == user_id, users.c.password_hash == old_hash)
            .values(fields.values())
            .returning(users.c.id)
        )
        return await self._database.fetch_one(query) is not None

    async def replace_password(self, user_id: UUID, fields: PepperedFields, *, epoch: int) -> bool:
        """A new password, and the next epoch; false, and nothing done, unless this one still lasts."""
        query = (
            sa.update(users)
            .where(users.c.id == user_id, users.c.epoch == epoch)
            .values({**fields.values(), "epoch": users.c.epoch + 1})
            .returning(users.c.id)
        )
        return await self._database.fetch_one(query) is not None

    async def recover(self, user_id: UUID, fields: PepperedFields) -> bool:
        """A new password whatever the old one was; true if nobody has proven to own the phone so far."""
        query = (
            sa.update(users)
            .where(users.c.id == user_id)
            .values({**fields.values(), "epoch": users.c.epoch + 1})
            .returning(users.c.proven_at.is_(None).label("unproven"))
        )
        return bool(await self._database.fetch_val(query))

    async def next_epoch(self, user_id: UUID) -> None:
        query = sa.update(users).where(users.c.id == user_id).values(epoch=users.c.epoch + 1)
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

    async def grant_admin(self, user_id: UUID) -> bool:
        """Whether there was such an account."""
        query = sa.update(users).where(users.c.id == user_id).values(admin=sa.true()).returning(users.c.id)
        return await self._database.fetch_one(query) is not None

    async def delete(self, user_id: UUID) -> bool:
        """With all that hangs on it: lookups, second factor, audit rows. Whether there was such an account."""
        query = sa.delete(users).where(users.c.id == user_id).returning(users.c.id)
        return await self._database.fetch_one(query) is not None

    async def any(self) -> bool:
        """Whether anybody has registered yet."""
        return await self._database.fetch_one(sa.select(users.c.id).limit(1)) is not None


def user_of(row: Record) -> User:
    """The account of a whole row."""
    return User(
        id=row["id"],
        phone_tail=row["phone_tail"],
        admin=row["admin"],
        disabled=row["disabled"],
        proven=row["proven_at"] is not None,
        created_at=row["created_at"],
        last_seen_at=row["last_seen_at"],
        epoch=row["epoch"],
    )


def _stored(row: Record | None) -> StoredUser | None:
    if row is None:
        return None
    return StoredUser(user_of(row), row["phone_sealed"], row["pepper_id"], row["password_hash"])
