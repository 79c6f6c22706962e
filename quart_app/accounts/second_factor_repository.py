"""Second factors in PostgreSQL: one method, one visible query, each decision in the query itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from quart_app.storage.database import Database
from quart_app.storage.tables import recovery_codes, second_factors, users


@dataclass(frozen=True, slots=True)
class StoredSecondFactor:
    sealed: bytes = field(repr=False)
    pepper_id: int
    confirmed: bool


class SecondFactorRepository:
    """Raises `StorageUnavailable` when PostgreSQL is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, user_id: UUID) -> StoredSecondFactor | None:
        query = sa.select(second_factors).where(second_factors.c.user_id == user_id)
        row = await self._database.fetch_one(query)
        if row is None:
            return None
        return StoredSecondFactor(row["sealed"], row["pepper_id"], row["confirmed_at"] is not None)

    async def lock_user(self, user_id: UUID, epoch: int) -> bool:
        """In a transaction: whether the epoch still lasts, and it does until the transaction ends."""
        query = sa.select(users.c.id).where(users.c.id == user_id, users.c.epoch == epoch).with_for_update()
        return await self._database.fetch_one(query) is not None

    async def put_unconfirmed(self, user_id: UUID, sealed: bytes, pepper_id: int) -> bool:
        """In the place of one that was never confirmed; false if there is one that was."""
        values = {"sealed": sealed, "pepper_id": pepper_id}
        query = (
            insert(second_factors)
            .values(user_id=user_id, **values)
            .on_conflict_do_update(
                index_elements=["user_id"], set_=values, where=second_factors.c.confirmed_at.is_(None)
            )
            .returning(second_factors.c.user_id)
        )
        return await self._database.fetch_one(query) is not None

    async def confirm(self, user_id: UUID, sealed: bytes, step: int) -> bool:
        query = (
            sa.update(second_factors)
            .where(
                second_factors.c.user_id == user_id,
                second_factors.c.sealed == sealed,
                second_factors.c.confirmed_at.is_(None),
            )
            .values(confirmed_at=sa.func.now(), last_step=step)
            .returning(second_factors.c.user_id)
        )
        return await self._database.fetch_one(query) is not None

    async def advance(self, user_id: UUID, sealed: bytes, step: int) -> bool:
        """Use up the code of this step, for one caller only, and with it all before."""
        query = (
            sa.update(second_factors)
            .where(
                second_factors.c.user_id == user_id,
                second_factors.c.sealed == sealed,
                second_factors.c.last_step < step,
            )
            .values(last_step=step)
            .returning(second_factors.c.user_id)
        )
        return await self._database.fetch_one(query) is not None

    async def reseal(self, user_id: UUID, old: bytes, sealed: bytes, pepper_id: int) -> None:
        query = (
            sa.update(second_factors)
            .where(second_factors.c.user_id == user_id, second_factors.c.sealed == old)
            .values(sealed=sealed, pepper_id=pepper_id)
        )
        await self._database.execute(query)

    async def remove(self, user_id: UUID) -> None:
        """With its recovery codes."""
        for table in (recovery_codes, second_factors):
            await self._database.execute(sa.delete(table).where(table.c.user_id == user_id))

    async def count_codes(self, user_id: UUID) -> int:
        query = sa.select(sa.func.count()).where(recovery_codes.c.user_id == user_id)
        return int(await self._database.fetch_val(query))

    async def replace_codes(self, user_id: UUID, digests: Sequence[bytes]) -> None:
        """In a transaction."""
        await self._database.execute(sa.delete(recovery_codes).where(recovery_codes.c.user_id == user_id))
        rows = [{"user_id": user_id, "digest": digest} for digest in digests]
        await self._database.execute(sa.insert(recovery_codes).values(rows))

    async def take_code(self, user_id: UUID, digest: bytes) -> bool:
        """Use up a recovery code, for one caller only; of a second factor in force."""
        in_force = sa.exists().where(
            second_factors.c.user_id == user_id, second_factors.c.confirmed_at.is_not(None)
        )
        query = (
            sa.delete(recovery_codes)
            .where(recovery_codes.c.user_id == user_id, recovery_codes.c.digest == digest, in_force)
            .returning(recovery_codes.c.user_id)
        )
        return await self._database.fetch_one(query) is not None
