"""The second factor: codes of an authenticator app (TOTP, RFC 6238) and recovery codes, each good once."""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

import pyotp

from quart_app.accounts.recovery_codes import digest_of, looks_like_one, new_codes
from quart_app.accounts.second_factor_repository import SecondFactorRepository
from quart_app.accounts.secret_sealer import SealBroken, SecretSealer
from quart_app.storage.database import Database

STEP_SECONDS: Final = 30
WINDOW: Final = (0, -1, 1)
"""Steps that count beside the current one: clocks differ, and typing takes its time."""
ISSUER: Final = "Unofficial Telegram Chat Manager"
Method = Literal["authenticator", "recovery code"]


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """Whether an account has one, and how many recovery codes are left."""

    on: bool = False
    codes_left: int = 0


class SecondFactors:
    """Every method raises `StorageUnavailable` when PostgreSQL is away: no one gets in then."""

    def __init__(
        self,
        database: Database,
        peppers: Mapping[int, bytes],
        current_id: int,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database, self._clock = database, clock
        self._rows = SecondFactorRepository(database)
        self._sealer = SecretSealer(peppers, current_id, b"tcm/second-factor/v1")

    async def of(self, user_id: UUID) -> SecondFactor:
        row = await self._rows.get(user_id)
        if row is None or not row.confirmed:
            return SecondFactor()
        return SecondFactor(on=True, codes_left=await self._rows.count_codes(user_id))

    async def begin(self, user_id: UUID, *, epoch: int) -> str | None:
        """A new secret in base32, in force once `confirm` has seen a code of it.

        ``None`` if one is in force already, or if the epoch in which the password was shown is over.
        """
        secret = pyotp.random_base32()
        sealed, pepper_id = self._sealer.seal(secret.encode(), user_id)
        async with self._database.transaction():
            if not await self._rows.lock_user(user_id, epoch):
                return None
            begun = await self._rows.put_unconfirmed(user_id, sealed, pepper_id)
        return secret if begun else None

    async def pending(self, user_id: UUID) -> str | None:
        """The secret that waits for its first code, for the page that shows it again."""
        row = await self._rows.get(user_id)
        if row is None or row.confirmed:
            return None
        try:
            return self._sealer.open(row.sealed, user_id, row.pepper_id).decode()
        except SealBroken:
            return None

    async def confirm(self, user_id: UUID, code: str) -> list[str] | None:
        """Puts it in force; the recovery codes, readable this once. ``None`` for a wrong code."""
        row = await self._rows.get(user_id)
        if row is None or row.confirmed:
            return None
        step = self._step_of(row.sealed, user_id, row.pepper_id, code)
        if step is None:
            return None
        codes = new_codes()
        async with self._database.transaction():
            if not await self._rows.confirm(user_id, row.sealed, step):
                return None
            await self._rows.replace_codes(user_id, [digest_of(user_id, each) for each in codes])
        return codes

    async def check(self, user_id: UUID, code: str) -> Method | None:
        """Uses the code up. ``None`` if it is wrong, old, or was used before; each is taken from one caller only."""
        if looks_like_one(code):
            used = await self._rows.take_code(user_id, digest_of(user_id, code))
            return "recovery code" if used else None
        row = await self._rows.get(user_id)
        if row is None or not row.confirmed:
            return None
        step = self._step_of(row.sealed, user_id, row.pepper_id, code)
        if step is None or not await self._rows.advance(user_id, row.sealed, step):
            return None
        if row.pepper_id != self._sealer.current_id:
            secret = self._sealer.open(row.sealed, user_id, row.pepper_id)
            await self._rows.reseal(user_id, row.sealed, *self._sealer.seal(secret, user_id))
        return "authenticator"

    async def new_recovery_codes(self, user_id: UUID) -> list[str]:
        """In the place of those that are left."""
        codes = new_codes()
        async with self._database.transaction():
            await self._rows.replace_codes(user_id, [digest_of(user_id, each) for each in codes])
        return codes

    async def remove(self, user_id: UUID) -> None:
        await self._rows.remove(user_id)

    def _step_of(self, sealed: bytes, user_id: UUID, pepper_id: int, code: str) -> int | None:
        """The step whose code this is, if it is one of those that count now."""
        digits = "".join(code.split())
        try:
            totp = pyotp.TOTP(self._sealer.open(sealed, user_id, pepper_id).decode())
        except SealBroken:
            return None
        now = int(self._clock()) // STEP_SECONDS
        matching = [
            now + away
            for away in WINDOW
            if hmac.compare_digest(totp.generate_otp(now + away).encode(), digits.encode("utf-8", "replace"))
        ]
        return matching[0] if matching else None


def provisioning_uri(secret: str, phone_tail: str) -> str:
    """What the QR code says to the authenticator app."""
    return pyotp.TOTP(secret).provisioning_uri(name=f"…{phone_tail}", issuer_name=ISSUER)
