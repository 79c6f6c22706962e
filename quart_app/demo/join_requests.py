"""Who has asked to be let into which chat, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from telethon.tl import types as t

from quart_app.demo.authorization import AuthorizationKey
from quart_app.demo.errors import RpcError
from quart_app.demo.peer import Peer
from quart_app.demo.rights import rights_of

if TYPE_CHECKING:
    from quart_app.demo.account import Account
    from quart_app.demo.world import World

_SHOWN = 3
"""So many of the latest are named in updates."""


@dataclass(frozen=True, slots=True)
class JoinRequest:
    """``link`` is the hash of the invite it came by, or empty."""

    person: int
    date: int
    link: str = ""


class JoinRequests:
    def __init__(self, world: World) -> None:
        self._world = world
        self._pending: dict[Peer, dict[int, JoinRequest]] = {}

    def pending(self, peer: Peer, link: str | None = None) -> list[JoinRequest]:
        """The latest first; of one link, if it is given."""
        rows = [row for row in self._pending.get(peer, {}).values() if link is None or row.link == link]
        return sorted(rows, key=lambda row: (row.date, row.person), reverse=True)

    def ask(self, peer: Peer, person: int, link: str = "") -> None:
        """Note it and tell the admins; who asks twice is noted once."""
        self._pending.setdefault(peer, {})[person] = JoinRequest(person, int(self._world.clock()), link)
        self._tell_admins(peer)

    def close(
        self,
        peer: Peer,
        person: int,
        approved: bool,
        by: Account,
        *,
        skip: AuthorizationKey | None = None,
    ) -> None:
        """Let somebody in or not; RpcError HIDE_REQUESTER_MISSING if nobody asked."""
        if self._pending.get(peer, {}).pop(person, None) is None:
            raise RpcError(400, "HIDE_REQUESTER_MISSING")
        if approved:
            self._world.membership.admit(peer, person, by, skip=skip)
        self._tell_admins(peer)

    def update(self, peer: Peer) -> Any:
        rows = self.pending(peer)
        recent = [row.person for row in rows[:_SHOWN]]
        return t.UpdatePendingJoinRequests(peer.to_tl(), len(rows), recent)

    def _tell_admins(self, peer: Peer) -> None:
        people = [Peer("user", row.person) for row in self.pending(peer)[:_SHOWN]]
        for account in list(self._world.accounts.values()):
            if account.dialogs and self.may_decide(peer, account.id):
                self._world.changes.tell(account, self.update(peer), peer, *people)

    def may_decide(self, peer: Peer, person: int) -> bool:
        population = self._world.population
        if peer.kind == "group":
            group = population.groups[peer.id]
            return person == group.creator or person in group.admins
        return "invite_users" in rights_of(population.channels[peer.id], person)
