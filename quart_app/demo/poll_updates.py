"""Tells everybody who has a poll how it stands now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from telethon.tl import types as t

from quart_app.demo.account import Account
from quart_app.demo.authorization import AuthorizationKey
from quart_app.demo.message import Copy, Message
from quart_app.demo.peer import Peer

if TYPE_CHECKING:
    from quart_app.demo.world import World


class PollUpdates:
    def __init__(self, world: World) -> None:
        self._world = world

    def changed(
        self, account: Account, peer: Peer, message: Message, *, skip: AuthorizationKey | None
    ) -> Any:
        """The update that shows it to the account; ``skip`` is the key whose own request it was."""
        poll, now = message.poll, int(self._world.clock())
        if poll is None:
            raise ValueError("there is no poll in this message")
        own: Any = None
        people = [Peer("user", person) for person in poll.voters(None)[:3]] if poll.public else []
        for owner, copy in self._copies(account, peer, message):
            update = t.UpdateMessagePoll(
                poll.id,
                poll.results(owner.id, now),
                peer=copy.peer.to_tl(),
                msg_id=copy.id,
                poll=poll.to_tl(owner.id, now),
            )
            told = self._world.changes.tell(owner, update, copy.peer, *people, skip=skip)
            own = told if owner is account else own
        return own

    def _copies(self, account: Account, peer: Peer, message: Message) -> Iterator[tuple[Account, Copy]]:
        if peer.kind != "channel":
            for copy in tuple(message.copies or (Copy(account.id, peer, message.id),)):
                yield self._world.account(copy.account_id), copy
            return
        members = self._world.posting.members(self._world.population.channels[peer.id])
        for member in members if account in members else [*members, account]:
            yield member, Copy(member.id, peer, message.id)
