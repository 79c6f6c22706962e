"""Sealed records, slots and logins in Redis: ciphertext only, always with an expiry, written only by the holder.

Each write carries the fencing token of its writer's lease and is refused when a later one has been handed out.
An expiry is set once, when a key is made; saving again never moves it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal
from uuid import UUID

from quart_app.storage import keys
from quart_app.storage.errors import storage_errors
from quart_app.telegram.lease import Lease, LeaseLost
from quart_app.telegram.vault import RecordId

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.commands.core import AsyncScript

Scope = Literal["full", "view"]
Keep = Literal["until_left", "24h"]
Argument = str | int | bytes

# KEYS: record, slots, fence
# ARGV: token, record id, expiry, generation, blob, scope, keep, slot prefix, lookup, slot, user
_CREATE: Final = """
if tonumber(ARGV[1]) < tonumber(redis.call('GET', KEYS[3]) or '0') then return 0 end
for _, old in ipairs(redis.call('SMEMBERS', KEYS[2])) do redis.call('DEL', ARGV[8] .. old) end
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('HSET', KEYS[1], 'record', ARGV[2], 'expires', ARGV[3], 'generation', ARGV[4], 'blob', ARGV[5],
  'scope', ARGV[6], 'keep', ARGV[7])
redis.call('EXPIREAT', KEYS[1], ARGV[3])
local slot = ARGV[8] .. ARGV[9]
redis.call('DEL', slot)
redis.call('HSET', slot, 'user', ARGV[11], 'record', ARGV[2], 'slot', ARGV[10])
redis.call('EXPIREAT', slot, ARGV[3])
redis.call('SADD', KEYS[2], ARGV[9])
redis.call('EXPIREAT', KEYS[2], ARGV[3])
return 1
"""
# KEYS: record, slots, fence
# ARGV: token, record id, expiry, generation, blob, scope, keep, slot prefix, user, then pairs of lookup and slot
_PUBLISH: Final = """
if tonumber(ARGV[1]) < tonumber(redis.call('GET', KEYS[3]) or '0') then return 0 end
if redis.call('EXISTS', KEYS[1]) == 1 then return 1 end
redis.call('HSET', KEYS[1], 'record', ARGV[2], 'expires', ARGV[3], 'generation', ARGV[4], 'blob', ARGV[5],
  'scope', ARGV[6], 'keep', ARGV[7])
redis.call('EXPIREAT', KEYS[1], ARGV[3])
for i = 10, #ARGV, 2 do
  local slot = ARGV[8] .. ARGV[i]
  redis.call('HSET', slot, 'user', ARGV[9], 'record', ARGV[2], 'slot', ARGV[i + 1])
  redis.call('EXPIREAT', slot, ARGV[3])
  redis.call('SADD', KEYS[2], ARGV[i])
end
redis.call('EXPIREAT', KEYS[2], ARGV[3])
return 1
"""
# KEYS: record, fence; ARGV: token, record id, generation, blob
_SAVE: Final = """
if tonumber(ARGV[1]) < tonumber(redis.call('GET', KEYS[2]) or '0') then return 0 end
if redis.call('HGET', KEYS[1], 'record') ~= ARGV[2] then return 0 end
if tonumber(ARGV[3]) <= tonumber(redis.call('HGET', KEYS[1], 'generation')) then return 0 end
redis.call('HSET', KEYS[1], 'generation', ARGV[3], 'blob', ARGV[4])
return 1
"""
# KEYS: record, slots, slot; ARGV: record id, lookup, slot, user
_ADD_SLOT: Final = """
if redis.call('HGET', KEYS[1], 'record') ~= ARGV[1] then return 0 end
local expires = redis.call('HGET', KEYS[1], 'expires')
redis.call('DEL', KEYS[3])
redis.call('HSET', KEYS[3], 'user', ARGV[4], 'record', ARGV[1], 'slot', ARGV[3])
redis.call('EXPIREAT', KEYS[3], expires)
redis.call('SADD', KEYS[2], ARGV[2])
redis.call('EXPIREAT', KEYS[2], expires)
return 1
"""
# KEYS: slots, slot; ARGV: lookup. Answers how many are left.
_REMOVE_SLOT: Final = """
redis.call('DEL', KEYS[2])
redis.call('SREM', KEYS[1], ARGV[1])
return redis.call('SCARD', KEYS[1])
"""
# KEYS: record, slots; ARGV: slot prefix, record id or '' for whichever it is
_DELETE: Final = """
if ARGV[2] ~= '' and redis.call('HGET', KEYS[1], 'record') ~= ARGV[2] then return 0 end
for _, lookup in ipairs(redis.call('SMEMBERS', KEYS[2])) do redis.call('DEL', ARGV[1] .. lookup) end
return redis.call('DEL', KEYS[1], KEYS[2])
"""
# KEYS: login, fence; ARGV: token, expiry, then pairs of fields
_PUT_LOGIN: Final = """
if tonumber(ARGV[1]) < tonumber(redis.call('GET', KEYS[2]) or '0') then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
redis.call('EXPIREAT', KEYS[1], ARGV[2])
return 1
"""


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """A session as Redis holds it."""

    identity: RecordId
    generation: int
    blob: bytes
    scope: Scope
    keep: Keep


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
        self._create = redis.register_script(_CREATE)
        self._save = redis.register_script(_SAVE)
        self._publish = redis.register_script(_PUBLISH)
        self._add_slot = redis.register_script(_ADD_SLOT)
        self._remove_slot = redis.register_script(_REMOVE_SLOT)
        self._delete = redis.register_script(_DELETE)
        self._put_login = redis.register_script(_PUT_LOGIN)

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
        identity, user = record.identity, keys.UserKeys(record.identity.user_id)
        arguments: list[Argument] = [
            lease.token,
            str(identity.record_id),
            identity.expires_at,
            record.generation,
            record.blob,
            record.scope,
            record.keep,
            keys.telegram_slot(""),
            lookup,
            slot,
            str(identity.user_id),
        ]
        names = [user.telegram_session, user.telegram_slots, user.fence]
        await _write(self._create, names, arguments)

    async def slots(self, identity: RecordId) -> dict[str, bytes]:
        """Every slot of this record by its lookup."""
        with storage_errors():
            names: Any = await self._redis.smembers(keys.UserKeys(identity.user_id).telegram_slots)
        found = {name.decode(): await self.slot(identity, name.decode()) for name in names}
        return {lookup: slot for lookup, slot in found.items() if slot is not None}

    async def publish(self, record: SealedRecord, lease: Lease, slots: dict[str, bytes]) -> None:
        """Say again what a Redis that lost its data has forgotten; nothing if it knows the record."""
        identity, user = record.identity, keys.UserKeys(record.identity.user_id)
        arguments: list[Argument] = [
            lease.token,
            str(identity.record_id),
            identity.expires_at,
            record.generation,
            record.blob,
            record.scope,
            record.keep,
            keys.telegram_slot(""),
            str(identity.user_id),
        ]
        for pair in slots.items():
            arguments += pair
        names = [user.telegram_session, user.telegram_slots, user.fence]
        await _write(self._publish, names, arguments)

    async def save(self, record: SealedRecord, lease: Lease) -> None:
        """A newer generation of the same record. Its expiry stays what it was."""
        user = keys.UserKeys(record.identity.user_id)
        arguments: list[Argument] = [
            lease.token,
            str(record.identity.record_id),
            record.generation,
            record.blob,
        ]
        await _write(self._save, [user.telegram_session, user.fence], arguments)

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
        user = keys.UserKeys(login.identity.user_id)
        fields: list[Argument] = [
            "record",
            str(login.identity.record_id),
            "expires",
            login.identity.expires_at,
        ]
        fields += ["generation", login.generation, "lookup", login.lookup, "slot", login.slot]
        fields += ["blob", login.blob, "phase", login.phase]
        arguments: list[Argument] = [lease.token, login.identity.expires_at, *fields]
        await _write(self._put_login, [user.telegram_login, user.fence], arguments)

    async def delete_login(self, user_id: UUID) -> None:
        with storage_errors():
            await self._redis.delete(keys.UserKeys(user_id).telegram_login)


async def _write(script: AsyncScript, names: list[str], arguments: list[Argument]) -> None:
    with storage_errors():
        written = await script(keys=names, args=arguments)
    # Outside of the block: LeaseLost is a ConnectionError, and Redis is not to blame.
    if not written:
        raise LeaseLost("a later holder has written, or the record is gone")
