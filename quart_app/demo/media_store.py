"""Files that can be fetched, because somebody was shown them, and the parts of those on their way up."""

from __future__ import annotations

import hashlib
import hmac
import os
import struct
from collections.abc import Callable

from quart_app.demo.errors import RpcError
from quart_app.demo.media import Media

REFERENCE_LIFETIME = 86_400
"""Seconds that a file reference is good for."""
_MOST_PARTS, _LARGEST_PART = 4000, 512 * 1024
_MOST_WAITING = 200


class MediaStore:
    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._secret = os.urandom(16)
        self._shown: dict[int, Media] = {}
        self._parts: dict[tuple[int, int], dict[int, bytes]] = {}
        self._next_id = int.from_bytes(os.urandom(5), "big") << 20

    def next_id(self) -> int:
        self._next_id += 1
        return self._next_id

    def show(self, media: Media) -> None:
        """From now on it can be fetched by its id."""
        self._shown[media.id] = media

    def find(self, media_id: int) -> Media | None:
        return self._shown.get(media_id)

    def reference(self, viewer: int, media: Media) -> bytes:
        """What must come with a request for the file; it grows old."""
        issued = struct.pack("<I", int(self._clock()))
        return issued + self._seal(issued, viewer, media.id)

    def check_reference(self, viewer: int, media: Media, reference: bytes) -> None:
        if not reference:
            raise RpcError(400, "FILE_REFERENCE_EMPTY")
        if len(reference) != 12 or not hmac.compare_digest(
            reference[4:], self._seal(reference[:4], viewer, media.id)
        ):
            raise RpcError(400, "FILE_REFERENCE_INVALID")
        if struct.unpack("<I", reference[:4])[0] + REFERENCE_LIFETIME < self._clock():
            raise RpcError(400, "FILE_REFERENCE_EXPIRED")

    def save_part(self, user_id: int, file_id: int, number: int, part: bytes) -> None:
        if not 0 <= number < _MOST_PARTS:
            raise RpcError(400, "FILE_PART_INVALID")
        if not part:
            raise RpcError(400, "FILE_PART_EMPTY")
        if len(part) > _LARGEST_PART:
            raise RpcError(400, "FILE_PART_TOO_BIG")
        parts = self._parts.setdefault((user_id, file_id), {})
        if number and 0 in parts and len(part) > len(parts[0]):
            raise RpcError(400, "FILE_PART_SIZE_CHANGED")
        parts[number] = part
        if len(self._parts) > _MOST_WAITING:
            del self._parts[next(iter(self._parts))]

    def take(self, user_id: int, file_id: int, count: int) -> bytes:
        """The whole of an upload that has ``count`` parts; it can be used once."""
        parts = self._parts.get((user_id, file_id))
        if parts is None or not 0 < count <= _MOST_PARTS:
            raise RpcError(400, "FILE_PARTS_INVALID")
        for number in range(count):
            if number not in parts:
                raise RpcError(400, f"FILE_PART_{number}_MISSING")
        size = len(parts[0])
        if count > 1 and (size % 1024 or _LARGEST_PART % size):
            raise RpcError(400, "FILE_PART_SIZE_INVALID")
        if any(len(parts[number]) != size for number in range(count - 1)):
            raise RpcError(400, "FILE_PART_SIZE_CHANGED")
        del self._parts[user_id, file_id]
        return b"".join(parts[number] for number in range(count))

    def _seal(self, issued: bytes, viewer: int, media_id: int) -> bytes:
        text = issued + struct.pack("<qq", viewer, media_id)
        return hashlib.blake2b(text, key=self._secret, digest_size=8).digest()
