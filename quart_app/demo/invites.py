"""Links that let people in: to which chat, for how long, for how many."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field

from quart_app.demo.errors import RpcError
from quart_app.demo.peer import Peer


@dataclass(slots=True)
class Invite:
    """``expires_at`` in Unix seconds, ``most`` uses; 0 for no limit."""

    hash: str
    peer: Peer
    by: int
    date: int
    expires_at: int = 0
    most: int = 0
    uses: int = 0
    joined: dict[int, int] = field(default_factory=dict)
    """Who came by it, and when (Unix seconds)."""
    request_needed: bool = False
    permanent: bool = False


class Invites:
    def __init__(self, clock: Callable[[], float], seed: int) -> None:
        self._clock = clock
        self._seed = seed
        self._invites: dict[str, Invite] = {}

    def permanent(self, peer: Peer, by: int = 0) -> Invite:
        """The chat's own link: the same in every world of this seed."""
        digest = hashlib.blake2b(f"{self._seed}:{peer.kind}:{peer.id}".encode(), digest_size=8).hexdigest()
        known = self._invites.get(digest)
        if known is None:
            known = self._invites[digest] = Invite(digest, peer, by, int(self._clock()), permanent=True)
        return known

    def add(self, peer: Peer, by: int, *, expires_at: int, most: int, request_needed: bool) -> Invite:
        invite = Invite(
            os.urandom(8).hex(), peer, by, int(self._clock()), expires_at, most, request_needed=request_needed
        )
        self._invites[invite.hash] = invite
        return invite

    def use(self, invite: Invite, person: int) -> None:
        invite.uses += 1
        invite.joined[person] = int(self._clock())

    def joined(self, peer: Peer, link: str | None) -> list[tuple[int, int]]:
        """When and who came by the links of a chat, or by one of them; the latest first."""
        chosen = [one for one in self._invites.values() if one.peer == peer and link in (None, one.hash)]
        return sorted(((date, who) for one in chosen for who, date in one.joined.items()), reverse=True)

    def find(self, text: str) -> Invite:
        """RpcError INVITE_HASH_EMPTY, INVITE_HASH_INVALID or INVITE_HASH_EXPIRED."""
        if not text:
            raise RpcError(400, "INVITE_HASH_EMPTY")
        if not text.replace("-", "").replace("_", "").isalnum() or len(text) > 64:
            raise RpcError(400, "INVITE_HASH_INVALID")
        invite = self._invites.get(text)
        over = invite is not None and (
            (invite.expires_at and invite.expires_at < self._clock())
            or (invite.most and invite.uses >= invite.most)
        )
        if invite is None or over:
            raise RpcError(400, "INVITE_HASH_EXPIRED")
        return invite
