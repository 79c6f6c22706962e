"""Recoveries under way: a random id in the browser leads to the phone that Telegram is being asked about.

The Telegram login of a recovery belongs to no account: it is kept under an id of its own, with a secret that follows
from the browser's, and what it has proven is written here once Telegram has confirmed it.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID, uuid4

from redis.asyncio import Redis

from quart_app.accounts.credentials import ID_BYTES, decode, digest_of, encode, new_id
from quart_app.accounts.errors import UnknownUser
from quart_app.accounts.phone_sealer import PhoneSealer
from quart_app.accounts.phones import PhoneNumber
from quart_app.storage import keys
from quart_app.storage.errors import storage_errors

SECONDS: Final = 1_200
"""Longer than a Telegram login under way, so that there is time to think of a password."""

_CONFIRM: Final = """
-- KEYS: record. Never makes one.
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], 'confirmed', '1')
return 1
"""


@dataclass(frozen=True, slots=True)
class PendingRecovery:
    login_id: UUID
    """Stands where a user's id would: for the Telegram login, and for nothing else."""
    phone: PhoneNumber
    secret: bytes = field(repr=False)
    """Opens the state of that login."""
    confirmed: bool
    """Telegram has confirmed that the phone is this person's."""


class PendingRecoveries:
    """Every method raises `StorageUnavailable` without Redis."""

    def __init__(self, redis: Redis, phones: PhoneSealer) -> None:
        self._redis, self._phones = redis, phones
        self._confirm = redis.register_script(_CONFIRM)

    async def open(self, phone: PhoneNumber) -> tuple[str, PendingRecovery]:
        """The id for the browser's cookie, of which only the hash is kept, and what it leads to."""
        identifier, login_id = new_id(), uuid4()
        record = keys.pending_recovery(digest_of(identifier))
        sealed = self._phones.seal(phone, login_id)
        fields: dict[str, str | bytes | int] = {
            "login": str(login_id),
            "phone": sealed,
            "pepper": self._phones.current_id,
        }
        with storage_errors():
            async with self._redis.pipeline(transaction=True) as both:
                both.hset(record, mapping=fields)  # type: ignore[arg-type]
                both.expire(record, SECONDS)
                await both.execute()
        return encode(identifier), PendingRecovery(login_id, phone, _secret(identifier), confirmed=False)

    async def find(self, text: str) -> PendingRecovery | None:
        identifier = decode(text, ID_BYTES)
        if identifier is None:
            return None
        with storage_errors():
            found: Any = await self._redis.hgetall(keys.pending_recovery(digest_of(identifier)))
        if not found:
            return None
        login_id = UUID(found[b"login"].decode())
        try:
            phone = self._phones.open(found[b"phone"], login_id, int(found[b"pepper"]))
        except UnknownUser:  # the pepper has been replaced meanwhile
            return None
        return PendingRecovery(login_id, phone, _secret(identifier), confirmed=b"confirmed" in found)

    async def confirm(self, text: str) -> None:
        """Telegram has let this person in."""
        record = _record(text)
        if record is not None:
            with storage_errors():
                await self._confirm(keys=[record])

    async def finish(self, text: str) -> bool:
        """Use it up; true for one caller only."""
        record = _record(text)
        with storage_errors():
            return record is not None and bool(await self._redis.delete(record))


def _record(text: str) -> str | None:
    identifier = decode(text, ID_BYTES)
    return None if identifier is None else keys.pending_recovery(digest_of(identifier))


def _secret(identifier: bytes) -> bytes:
    return hmac.digest(identifier, b"tcm/recovery-login/v1", "sha256")
