"""The two ends of a socket as a terminal session sees them: a wire to talk over, and how it was closed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Protocol

MOST_REASON_BYTES: Final = 123
"""What fits into a WebSocket close frame beside its code."""


class WireClosed(Exception):
    """The browser has gone: nothing more can be received or sent."""


class Wire(Protocol):
    """One WebSocket. Both calls may be under way at once, each of them once; both raise ``WireClosed``."""

    async def receive(self) -> str | bytes: ...
    async def send(self, data: str) -> None: ...


class CloseCode(IntEnum):
    """Why a socket ends (RFC 6455, and from 4000 on our own, named after the HTTP status)."""

    BINARY = 1003
    GONE = 1006
    """Never sent: the browser went by itself."""
    POLICY = 1008
    TOO_BIG = 1009
    INTERNAL = 1011
    RESTART = 1012
    """Restart or moved to another worker: come back at once."""
    SIGNED_OUT = 4401
    TOO_SLOW = 4408
    TOO_MANY = 4429


@dataclass(frozen=True, slots=True)
class Close:
    """How the web edge is to close the socket; with ``GONE`` there is nothing left to close."""

    code: int
    text: str

    @property
    def reason(self) -> str:
        """``text`` as far as a close frame can hold it."""
        return self.text.encode()[:MOST_REASON_BYTES].decode(errors="ignore")
