"""What administrators may change while the app runs: who may register. It counts on every worker."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from quart_app.storage.database import Database
from quart_app.storage.tables import policies

Registration: TypeAlias = Literal["open", "invite", "closed"]
MODES: Final[tuple[Registration, ...]] = ("open", "invite", "closed")
_REGISTRATION: Final = "registration"


class Policies:
    """``registration`` is as last read; what depends on it reads it first. Raises `StorageUnavailable`."""

    def __init__(self, database: Database, default: Registration) -> None:
        self._database, self._default = database, default
        self.registration: Registration = default

    async def refresh(self) -> Registration:
        query = sa.select(policies.c.value).where(policies.c.name == _REGISTRATION)
        value = await self._database.fetch_val(query)
        self.registration = cast(Registration, value) if value in MODES else self._default
        return self.registration

    async def set_registration(self, mode: Registration) -> None:
        """In place of the setting REGISTRATION, until it is changed again."""
        query = insert(policies).values(name=_REGISTRATION, value=mode)
        query = query.on_conflict_do_update(
            index_elements=["name"], set_={"value": mode, "changed_at": sa.func.now()}
        )
        await self._database.execute(query)
        self.registration = mode
