"""Finds authorization keys that are used over two connections at once.

The rule. A key may move from connection to connection, never lie on two. A request that arrives on X is one
too many if another connection Y of the same key is still open, has carried requests, and either

1. Y's last request came after X was opened: the two take turns, so both are in somebody's hands; or
2. Y's last request is less than ``NEARLY_AT_ONCE`` seconds old.

Telegram's words (core.telegram.org/api/errors, 406 AUTH_KEY_DUPLICATED) are "an authorized session is sending
requests in parallel from two separate TCP connections, from the same or different IP addresses", at a data
centre that is not for media. Files are for those that are, which have no address of their own here: requests
of upload.* do not count, and may go over connections of their own, as other clients send them. How far apart
"parallel" may be it does not say, and clients report that it is not always found: this is found always.

A client that reconnects has closed Y before it opens X, and a Y whose end has reached us is no longer open;
one whose network died without a word stops sending before X exists and waits far longer than a second before
it gives Y up. So neither is taken for parallel use. What the instrument held back counts from when it was held
back, not from when it was read. Keys before login, pings and acknowledgements do not count, nor do two
MTProto sessions on one connection, nor two keys of one account. Connections that were open together without
both being used are no error at Telegram; Recording.held_together finds them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

NEARLY_AT_ONCE = 1.0
FOR_MEDIA = "upload."
"""Methods that a data centre for media answers."""


@dataclass(slots=True, eq=False)
class ConnectionRecord:
    """One TCP connection, for as long as the instrument remembers it. Times are Unix seconds."""

    number: int
    opened_at: float
    data_centre_id: int = 0
    closed_at: float | None = None
    key_id: int | None = None
    """Of the key that carries the login; None until an encrypted packet came."""
    user_id: int = 0
    """Whose login the key carried when a packet came; 0 before login."""
    requests: int = 0
    requested_at: float | None = None
    """When the last API request of a logged-in key came."""


@dataclass(frozen=True, slots=True)
class Overlap:
    key_id: int
    user_id: int
    connections: tuple[int, int]
    """Numbers of the connection whose request was one too many, and of the other."""
    time: float


def other_in_use(
    this: ConnectionRecord, others: Iterable[ConnectionRecord], now: float
) -> ConnectionRecord | None:
    """The connection that ``this`` is used in parallel with when a request arrives on it, if any."""
    for other in others:
        if other is this or other.closed_at is not None or other.requested_at is None:
            continue
        if other.opened_at > now:
            continue  # a request that was held back, from before there was the other connection
        if other.requested_at >= this.opened_at or now - other.requested_at < NEARLY_AT_ONCE:
            return other
    return None
