"""The audit log: who did what when, in PostgreSQL, without content, phones or addresses."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

import asyncpg
import orjson
import sqlalchemy as sa

from quart_app.observability.redaction import redact
from quart_app.storage.audit_acts import ACTS, DETAILS, Act
from quart_app.storage.database import Database, Record
from quart_app.storage.tables import audit, users

RECORD_SECONDS: Final = 2.0
"""What an act may wait for its row, at most."""
LONGEST_DETAIL: Final = 100
_CHUNK: Final = 5_000

logger = logging.getLogger(__name__)


class Meter(Protocol):
    def audit_lost(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Entry:
    """A row. ``phone_tail`` is the last two digits of the account's phone, empty where there is no account."""

    at: datetime
    act: str
    user_id: UUID | None
    phone_tail: str
    detail: Mapping[str, Any] = field(default_factory=dict)


class AuditLog:
    """Rows of an account go with the account; all others after ``days`` (0: they stay)."""

    def __init__(self, database: Database, meter: Meter, *, days: int) -> None:
        self._database, self._meter, self._days = database, meter, days
        self._under_way: set[asyncio.Task[None]] = set()

    async def record(self, act: Act, user_id: UUID | None, **detail: str | int) -> None:
        """Never raises: what can't be written is an error in the log and counts in the metrics."""
        try:
            async with asyncio.timeout(RECORD_SECONDS):
                await self._insert(act, user_id, _checked(act, detail))
        except Exception as error:  # noqa: BLE001 (no act may fail because it can't be noted)
            self._meter.audit_lost()
            known = act if act in ACTS else "unknown"
            about = {"code": known, "error": type(error).__name__}
            logger.error("an act is missing from the audit log", extra=about)

    def note(self, act: Act, user_id: UUID | None, **detail: str | int) -> None:
        """The same for whoever can't wait."""
        task = asyncio.get_running_loop().create_task(self.record(act, user_id, **detail), name="audit")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def settle(self) -> None:
        """At the stop: wait for what has been noted."""
        await asyncio.gather(*self._under_way)

    async def _insert(self, act: str, user_id: UUID | None, detail: dict[str, str | int]) -> None:
        values = {"act": act, "user_id": user_id, "detail": orjson.dumps(detail).decode()}
        try:
            await self._database.execute(sa.insert(audit).values(values))
        except asyncpg.ForeignKeyViolationError:
            # The account has been deleted meanwhile: what happened stays, of whom does not.
            await self._database.execute(sa.insert(audit).values({**values, "user_id": None}))

    async def entries(
        self, user_id: UUID | None = None, *, most: int, days: int | None = None
    ) -> list[Entry]:
        """The newest first, of everybody or of one account. Raises `StorageUnavailable`."""
        query = sa.select(audit, users.c.phone_tail).select_from(
            audit.outerjoin(users, audit.c.user_id == users.c.id)
        )
        if user_id is not None:
            query = query.where(audit.c.user_id == user_id)
        if days is not None:
            query = query.where(audit.c.at > _ago(days))
        query = query.order_by(audit.c.at.desc(), audit.c.id.desc()).limit(most)
        return [_entry(row) for row in await self._database.fetch_all(query)]

    async def purge(self) -> int:
        """Delete what is older than it may get; how many rows that were. Raises `StorageUnavailable`."""
        if not self._days:
            return 0
        old = sa.select(audit.c.id).where(audit.c.at < _ago(self._days)).limit(_CHUNK)
        query = sa.delete(audit).where(audit.c.id.in_(old)).returning(audit.c.id)
        total = 0
        while gone := len(await self._database.fetch_all(query)):
            total += gone
        return total


def _checked(act: str, detail: Mapping[str, str | int]) -> dict[str, str | int]:
    if act not in ACTS or not detail.keys() <= DETAILS:
        raise ValueError("not an act or a detail that the audit log knows")
    return {
        name: value if isinstance(value, int) else redact(value)[:LONGEST_DETAIL]
        for name, value in detail.items()
    }


def _ago(days: int) -> sa.ColumnElement[datetime]:
    return sa.func.now() - sa.cast(sa.literal(timedelta(days=days)), sa.Interval)


def _entry(row: Record) -> Entry:
    return Entry(row["at"], row["act"], row["user_id"], row["phone_tail"] or "", orjson.loads(row["detail"]))
