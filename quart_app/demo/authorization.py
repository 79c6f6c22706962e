"""Authorization keys: what a client and the data centre agreed on, and who is logged in with it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

SALT_LIFETIME = 1800.0
"""Seconds."""


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
    device: Device = field(default_factory=Device)

    @property
    def owner(self) -> AuthorizationKey:
        """The key that carries the login: itself, or the permanent key that it is bound to."""
        return self.permanent or self

    @property
    def signed_id(self) -> int:
        return self.id - (1 << 64) if self.id >> 63 else self.id

    def current_salt(self, now: float) -> int:
        if now - self.salt_from > SALT_LIFETIME:
            self.salt = int.from_bytes(os.urandom(8), "little", signed=True)
            self.salt_from = now
        return self.salt

    def log_in(self, user_id: int, now: float) -> None:
        self.user_id, self.pending_user_id, self.logged_in_at = user_id, 0, now

    def log_out(self) -> None:
        self.user_id = self.pending_user_id = 0


class AuthorizationKeys:
    """All keys that the data centre knows, by unsigned id."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._keys: dict[int, AuthorizationKey] = {}

    def __contains__(self, key_id: int) -> bool:
        return key_id & 0xFFFFFFFFFFFFFFFF in self._keys

    def __iter__(self) -> Iterator[AuthorizationKey]:
        return iter(tuple(self._keys.values()))

    def add(self, key: AuthorizationKey) -> None:
        self._keys[key.id] = key

    def find(self, key_id: int) -> AuthorizationKey | None:
        """By id, signed or not; a temporary key that has expired is forgotten here."""
        key = self._keys.get(key_id & 0xFFFFFFFFFFFFFFFF)
        if key is not None and key.temporary and key.expires_at < self._clock():
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
