"""Everything that was left behind, and whether a secret is in it, however it is spelt."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote, quote_plus

PIECE: Final = 30
"""Of a long secret, such as an auth key, each piece of so many bytes counts: lines of base64 are broken somewhere."""


def spellings(secret: bytes) -> Iterator[tuple[str, bytes]]:
    """``secret`` as it is and as it may have been written down, each with the name of the way."""
    yield "raw", secret
    yield "hex", secret.hex().encode()
    yield "HEX", secret.hex().upper().encode()
    yield (
        "escaped",
        "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\x{b:02x}" for b in secret).encode(),
    )
    yield "python", repr(secret)[2:-1].encode()
    for shift in range(3):
        # Within something longer, the same bytes are spelt in one of three ways; what hangs over is cut off.
        text = base64.b64encode(bytes(shift) + secret).rstrip(b"=")
        middle = text[(0, 2, 3)[shift] : -1 if (len(secret) + shift) % 3 else None]
        yield f"base64 {shift}", middle
        yield f"base64url {shift}", middle.translate(bytes.maketrans(b"+/", b"-_"))
    yield from _spellings_of_text(secret)


def _spellings_of_text(secret: bytes) -> Iterator[tuple[str, bytes]]:
    yield "url", quote(secret, safe="").encode()
    yield "form", quote_plus(secret, safe="").encode()
    try:
        text = secret.decode()
    except UnicodeDecodeError:
        return
    yield "json", json.dumps(text)[1:-1].encode()
    yield "utf-16", text.encode("utf-16-le")
    yield "utf-16 the other way", text.encode("utf-16-be")


class Haystack:
    """Named heaps of bytes."""

    def __init__(self) -> None:
        self.heaps: dict[str, bytes] = {}

    def add(self, name: str, heap: bytes | str) -> None:
        self.heaps[name] = heap.encode() if isinstance(heap, str) else heap

    def add_files(self, folder: Path) -> None:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                self.add(f"{path.relative_to(folder.parent)}", path.read_bytes())

    def find(self, secret: bytes | str) -> list[tuple[str, str]]:
        """In which heaps it is, and how it is spelt there."""
        return [
            (name, way)
            for needle in _pieces(secret.encode() if isinstance(secret, str) else secret)
            for way, spelt in spellings(needle)
            for name, heap in self.heaps.items()
            if spelt in heap
        ]


def _pieces(secret: bytes) -> list[bytes]:
    if len(secret) < 2 * PIECE:
        return [secret]
    return [secret[start : start + PIECE] for start in range(0, len(secret) - PIECE + 1, PIECE)]
