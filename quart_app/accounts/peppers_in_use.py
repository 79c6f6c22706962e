"""Which peppers the rows of the database still need: what a rotation waits for, and what is left over after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa

from quart_app.storage.database import Database
from quart_app.storage.tables import phone_lookups, second_factors, users


@dataclass(frozen=True, slots=True)
class PeppersInUse:
    """How many rows need each pepper, by its id."""

    accounts: Counter[int] = field(default_factory=Counter)
    second_factors: Counter[int] = field(default_factory=Counter)

    def need(self, pepper_id: int) -> int:
        return self.accounts[pepper_id] + self.second_factors[pepper_id]

    def others(self, known: Collection[int]) -> int:
        """Accounts whose pepper is none of these."""
        return sum(count for number, count in self.accounts.items() if number not in known)


async def count_peppers(database: Database) -> PeppersInUse:
    """Raises `StorageUnavailable`, and what PostgreSQL says of a database that has no tables yet."""
    counted = []
    for table in (users, second_factors):
        query = sa.select(table.c.pepper_id, sa.func.count().label("rows")).group_by(table.c.pepper_id)
        rows = await database.fetch_all(query)
        counted.append(Counter({row["pepper_id"]: row["rows"] for row in rows}))
    return PeppersInUse(*counted)


async def forget_old_lookups(database: Database, known: Iterable[int], current: int) -> int:
    """Delete the hashes of phones under peppers that are gone, where there is one under the current.

    With an old pepper, which may have been replaced because somebody has it, a phone can be guessed from its hash.
    """
    newer = phone_lookups.alias("newer")
    rekeyed = sa.exists().where(newer.c.user_id == phone_lookups.c.user_id, newer.c.pepper_id == current)
    query = (
        sa.delete(phone_lookups)
        .where(phone_lookups.c.pepper_id.not_in(list(known)), rekeyed)
        .returning(phone_lookups.c.lookup)
    )
    return len(await database.fetch_all(query))
