"""Authorization keys: what a client and the data centre agreed on, and who is logged in with it."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

SALT_LIFETIME = 1800.0
"""Seconds after which a new salt comes; the one before is accepted for as long again."""
MOST_SALTS = 64
UNREGISTERED = "AUTH_KEY_UNREGISTERED"


@dataclass(slots=True)
class Device:
    """What the client said about itself in initConnection."""

    api_id: int = 0
    device_model: str = ""
    system_version: str = ""
    app_version: str = ""
    layer: int = 0


@dataclass(slots=True, eq=False)
class AuthorizationKey:
    """One key of 256 bytes. Times are Unix seconds; ``id`` is unsigned."""

    key: bytes
    id: int
    salt: int
    salt_from: float
    created_at: float
    temporary: bool = False
    expires_at: float = 0.0
    permanent: AuthorizationKey | None = None
    """Of a temporary key: the one it is bound to. Login, device and everything else belong to that."""
    user_id: int = 0
    pending_user_id: int = 0
    """Has passed the code and still owes the password."""
    logged_in_at: float = 0.0
    used_at: float = 0.0
    initialised: bool = False
    """Whether a client has introduced itself with initConnection on this very key."""
    killed_at: float | None = None
    """When it was found in use over two connections at once; it is good for nothing since."""
    ended: str = UNREGISTERED
    """Why it carries no login."""
    data_centre_id: int = 0
    """Where it was agreed on: no other data centre knows it. 0: all of them do."""
    device: Device = field(default_factory=Device)

    @property
    def owner(self) -> AuthorizationKey:
        """The key that carries the login: itself, or the permanent key that it is bound to."""
        return self.permanent or self

    @property
    def signed_id(self) -> int:
        return self.id - (1 << 64) if self.id >> 63 else self.id

    def current_salt(self, now: float) -> int:
        """The salt that messages should carry."""
        return self._salt(self._period(now))

    def accepts_salt(self, salt: int, now: float) -> bool:
        """Whether it is the current salt or the one before."""
        period = self._period(now)
        return salt in {self._salt(period), self._salt(max(period - 1, 0))}

    def future_salts(self, count: int, now: float) -> list[tuple[int, int, int]]:
        """The current salt and those that follow, as (valid since, valid until, salt)."""
        first = self._period(now)
        return [
            (
                int(self.salt_from + period * SALT_LIFETIME),
                int(self.salt_from + (period + 2) * SALT_LIFETIME),
                self._salt(period),
            )
            for period in range(first, first + max(1, min(count, MOST_SALTS)))
        ]

    def _period(self, now: float) -> int:
        return max(0, int((now - self.salt_from) // SALT_LIFETIME))

    def _salt(self, period: int) -> int:
        if not period:
            return self.salt
        digest = hmac.digest(self.key, f"salt {self.salt} {period}".encode(), "sha256")
        return int.from_bytes(digest[:8], "little", signed=True)

    def log_in(self, user_id: int, now: float) -> None:
        self.user_id, self.pending_user_id, self.logged_in_at = user_id, 0, now
        self.ended = UNREGISTERED

    def log_out(self, reason: str = UNREGISTERED) -> None:
        """``reason`` is what its next requests are answered with (401)."""
        self.user_id = self.pending_user_id = 0
        self.ended = reason


class AuthorizationKeys:
    """All keys that the data centre knows, by unsigned id."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        """Of their expiry."""
        self._keys: dict[int, AuthorizationKey] = {}

    def __contains__(self, key_id: int) -> bool:
        return key_id & 0xFFFFFFFFFFFFFFFF in self._keys

    def __iter__(self) -> Iterator[AuthorizationKey]:
        return iter(tuple(self._keys.values()))

    def add(self, key: AuthorizationKey) -> None:
        self._keys[key.id] = key

    def find(self, key_id: int, data_centre_id: int = 0) -> AuthorizationKey | None:
        """By id, signed or not; a temporary key that has expired is forgotten here.

        With a data centre, only the keys that were agreed on there.
        """
        key = self._keys.get(key_id & 0xFFFFFFFFFFFFFFFF)
        if key is not None and data_centre_id and key.data_centre_id not in {0, data_centre_id}:
            return None
        if key is not None and key.temporary and key.expires_at <= self.clock():
            self.forget(key)
            return None
        return key

    def forget(self, key: AuthorizationKey) -> None:
        """From now on its packets are answered with -404."""
        self._keys.pop(key.id, None)

    def forget_all(self) -> None:
        self._keys.clear()

    def bound_to(self, permanent: AuthorizationKey) -> list[AuthorizationKey]:
        return [key for key in self._keys.values() if key.permanent is permanent]

    def of_user(self, user_id: int) -> list[AuthorizationKey]:
        return [key for key in self._keys.values() if key.user_id == user_id]
