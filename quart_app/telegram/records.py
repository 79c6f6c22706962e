"""Sealed records, slots and logins in Redis: ciphertext only, always with an expiry, written only by the holder.

Each write carries the fencing token of its writer's lease and is refused when a later one has been handed out.
An expiry is set once, when a key is made; saving again never moves it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from quart_app.storage import keys
from quart_app.storage.errors import storage_errors
from quart_app.telegram import record_scripts as scripts
from quart_app.telegram.lease import Lease, LeaseLost
from quart_app.telegram.vault import RecordId

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.commands.core import AsyncScript

Scope = Literal["full", "view"]
Keep = Literal["until_left", "24h"]
Argument = str | int | bytes


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """A session as Redis holds it."""

    identity: RecordId
    generation: int
    blob: bytes
    scope: Scope
    keep: Keep

    @property
    def terms(self) -> str:
        """As they are authenticated with the seal."""
        return f"{self.scope} {self.keep}"


@dataclass(frozen=True, slots=True)
class SealedLogin:
    """A login under way as Redis holds it: who may go on with it, and at which step it is."""

    identity: RecordId
    generation: int
    lookup: str
    slot: bytes
    blob: bytes
    phase: str


class RecordStore:
    """All methods raise StorageUnavailable while Redis is away; writes raise LeaseLost for a former holder."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._put = redis.register_script(scripts.PUT)
        self._save = redis.register_script(scripts.SAVE)
        self._add_slot = redis.register_script(scripts.ADD_SLOT)
        self._remove_slot = redis.register_script(scripts.REMOVE_SLOT)
        self._drop_slots = redis.register_script(scripts.DROP_SLOTS)
        self._delete = redis.register_script(scripts.DELETE)
        self._put_login = redis.register_script(scripts.PUT_LOGIN)

    async def read(self, user_id: UUID) -> SealedRecord | None:
        with storage_errors():
            found: Any = await self._redis.hgetall(keys.UserKeys(user_id).telegram_session)
        if not found:
            return None
        identity = RecordId(user_id, UUID(found[b"record"].decode()), int(found[b"expires"]))
        scope, keep = found[b"scope"].decode(), found[b"keep"].decode()
        return SealedRecord(identity, int(found[b"generation"]), found[b"blob"], scope, keep)

    async def slot(self, identity: RecordId, lookup: str) -> bytes | None:
        """The slot of this lookup, if it is one of this user and this record."""
        with storage_errors():
            found: Any = await self._redis.hgetall(keys.telegram_slot(lookup))
        if not found or found[b"user"].decode() != str(identity.user_id):
            return None
        return found[b"slot"] if found[b"record"].decode() == str(identity.record_id) else None

    async def create(self, record: SealedRecord, lease: Lease, *, lookup: str, slot: bytes) -> None:
        """Put a new session in the place of whatever was there, with its first slot."""
        await self._put_whole("replace", record, lease, {lookup: slot})

    async def slots(self, identity: RecordId) -> dict[str, bytes]:
        """Every slot of this record by its lookup."""
        with storage_errors():
            names: Any = await self._redis.smembers(keys.UserKeys(identity.user_id).telegram_slots)
        found = {name.decode(): await self.slot(identity, name.decode()) for name in names}
        return {lookup: slot for lookup, slot in found.items() if slot is not None}

    async def publish(self, record: SealedRecord, lease: Lease, slots: dict[str, bytes]) -> None:
        """Say again what a Redis that lost its data has forgotten; nothing if it knows the record."""
        await self._put_whole("keep", record, lease, slots)

    async def _put_whole(self, way: str, record: SealedRecord, lease: Lease, slots: dict[str, bytes]) -> None:
        identity, user = record.identity, keys.UserKeys(record.identity.user_id)
        written: list[Argument] = [lease.token, keys.telegram_slot(""), way]
        written += [str(identity.user_id), str(identity.record_id), identity.expires_at]
        written += [record.generation, record.blob, record.scope, record.keep]
        for pair in slots.items():
            written += pair
        await _write(self._put, [user.telegram_session, user.telegram_slots, user.fence], written)

    async def save(self, record: SealedRecord, lease: Lease) -> None:
        """A newer generation of the same record. Its expiry stays what it was."""
        user, record_id = keys.UserKeys(record.identity.user_id), str(record.identity.record_id)
        written: list[Argument] = [lease.token, record_id, record.generation, record.blob]
        await _write(self._save, [user.telegram_session, user.fence], written)

    async def add_slot(self, identity: RecordId, *, lookup: str, slot: bytes) -> bool:
        """One more device for the session; False if it is gone."""
        user = keys.UserKeys(identity.user_id)
        names = [user.telegram_session, user.telegram_slots, keys.telegram_slot(lookup)]
        arguments: list[Argument] = [str(identity.record_id), lookup, slot, str(identity.user_id)]
        with storage_errors():
            return bool(await self._add_slot(keys=names, args=arguments))

    async def remove_slot(self, identity: RecordId, lookup: str) -> int:
        """Take one device's slot away; answers how many devices are left that can open the session."""
        names = [keys.UserKeys(identity.user_id).telegram_slots, keys.telegram_slot(lookup)]
        with storage_errors():
            return int(await self._remove_slot(keys=names, args=[lookup]))

    async def drop_slots(self, user_id: UUID) -> None:
        """From here on no device opens the session any more; whoever has it live still can end it."""
        with storage_errors():
            await self._drop_slots(
                keys=[keys.UserKeys(user_id).telegram_slots], args=[keys.telegram_slot("")]
            )

    async def slot_owner(self, lookup: str) -> UUID | None:
        """Whose session this slot opens."""
        with storage_errors():
            found: Any = await self._redis.hget(keys.telegram_slot(lookup), "user")
        return None if found is None else UUID(found.decode())

    async def delete(self, user_id: UUID, record_id: UUID | None = None) -> None:
        """The record and all its slots in one step: a dump from yesterday opens with nothing of today."""
        user = keys.UserKeys(user_id)
        with storage_errors():
            names = [user.telegram_session, user.telegram_slots]
            await self._delete(keys=names, args=[keys.telegram_slot(""), str(record_id or "")])

    async def read_login(self, user_id: UUID) -> SealedLogin | None:
        with storage_errors():
            found: Any = await self._redis.hgetall(keys.UserKeys(user_id).telegram_login)
        if not found:
            return None
        identity = RecordId(user_id, UUID(found[b"record"].decode()), int(found[b"expires"]))
        lookup, phase = found[b"lookup"].decode(), found[b"phase"].decode()
        return SealedLogin(identity, int(found[b"generation"]), lookup, found[b"slot"], found[b"blob"], phase)

    async def put_login(self, login: SealedLogin, lease: Lease) -> None:
        identity, user = login.identity, keys.UserKeys(login.identity.user_id)
        written: list[Argument] = [lease.token, identity.expires_at]
        written += ["record", str(identity.record_id), "expires", identity.expires_at]
        written += ["generation", login.generation, "lookup", login.lookup, "slot", login.slot]
        written += ["blob", login.blob, "phase", login.phase]
        await _write(self._put_login, [user.telegram_login, user.fence], written)

    async def delete_login(self, user_id: UUID) -> None:
        with storage_errors():
            await self._redis.delete(keys.UserKeys(user_id).telegram_login)


async def _write(script: AsyncScript, names: list[str], arguments: list[Argument]) -> None:
    with storage_errors():
        written = await script(keys=names, args=arguments)
    # Outside of the block: LeaseLost is a ConnectionError, and Redis is not to blame.
    if not written:
        raise LeaseLost("a later holder has written, or the record is gone")
