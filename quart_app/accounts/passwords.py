"""Hashing and checking passwords: peppered bcrypt in a bounded pool, as slow for unknown phones."""

from __future__ import annotations

import asyncio
import base64
import hmac
import os
import re
import threading
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

import bcrypt

from quart_app.accounts.errors import Busy
from quart_app.accounts.password_rules import normalised

PRODUCTION_COST: Final = 12
QUEUE: Final = 50
"""Passwords that may wait beside those being hashed; the next one is told to come back."""
_PREFIX: Final = "v1$"
_COST = re.compile(r"v1\$\$2b\$(\d\d)\$")


class Passwords:
    """bcrypt over base64(HMAC-SHA256(pepper key, NFC(password))): 44 characters, never cut at 72 bytes.

    ``peppers`` maps ids to 32 bytes; new hashes use ``current_id``. Each call costs exactly one bcrypt.
    """

    def __init__(
        self,
        peppers: Mapping[int, bytes],
        current_id: int,
        *,
        cost: int = PRODUCTION_COST,
        threads: int | None = None,
        queue: int = QUEUE,
    ) -> None:
        self.cost = cost
        self._current_id = current_id
        self._keys = {
            number: hmac.digest(key, b"tcm/password/v1", "sha256") for number, key in peppers.items()
        }
        self._decoy = bcrypt.gensalt(cost)
        threads = threads or os.cpu_count() or 1
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="bcrypt")
        self._room = threads + queue
        self._waiting = 0
        self._lock = threading.Lock()

    async def hash(self, password: str) -> tuple[str, int]:
        """The text to store, and the id of the pepper under which it holds. Raises `Busy`."""
        salt = bcrypt.gensalt(self.cost)
        hashed = await self._bcrypt(self._digest(password, self._current_id), salt)
        return _PREFIX + hashed.decode("ascii"), self._current_id

    async def verify(self, password: str, stored: str | None, pepper_id: int | None) -> bool:
        """Whether the password is the stored one; for ``None`` false at the same cost. Raises `Busy`."""
        expected = b""
        if stored is not None and stored.startswith(_PREFIX) and pepper_id in self._keys:
            expected = stored.removeprefix(_PREFIX).encode("ascii")
        digest = self._digest(password, pepper_id if pepper_id in self._keys else self._current_id)
        found = await self._bcrypt(digest, expected or self._decoy)
        return bool(expected) and hmac.compare_digest(found, expected)

    def outdated(self, stored: str, pepper_id: int) -> bool:
        """Whether the hash should be made anew, now that the password is at hand."""
        match = _COST.match(stored)
        return pepper_id != self._current_id or match is None or int(match[1]) != self.cost

    def close(self) -> None:
        """Give the threads back; what is being hashed is finished, what waits is dropped."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _digest(self, password: str, pepper_id: int | None) -> bytes:
        key = self._keys[pepper_id if pepper_id is not None else self._current_id]
        return base64.b64encode(hmac.digest(key, normalised(password), "sha256"))

    async def _bcrypt(self, digest: bytes, salt: bytes) -> bytes:
        with self._lock:
            if self._waiting >= self._room:
                raise Busy(retry_after=5)
            self._waiting += 1
        # Counted off when the thread is done, not when the caller goes: cancelling does not stop a thread.
        future: Future[bytes] = self._pool.submit(bcrypt.hashpw, digest, salt)
        future.add_done_callback(self._count_off)
        return await asyncio.wrap_future(future)

    def _count_off(self, _: Future[bytes]) -> None:
        with self._lock:
            self._waiting -= 1
