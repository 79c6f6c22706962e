"""Whoever asks: one request's view of the world, with the checks that every method needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from telethon.tl import types as t

from quart_app.demo.account import Account, Dialog
from quart_app.demo.authorization import AuthorizationKey
from quart_app.demo.errors import RpcError
from quart_app.demo.peer import Peer
from quart_app.demo.view import View
from quart_app.demo.world import World


@dataclass(slots=True)
class Caller:
    world: World
    wire_key: AuthorizationKey
    """The key that the packet was encrypted with; ``key`` is the one that carries the login."""
    session_id: int
    message_id: int
    data_centre_id: int
    address: tuple[str, int]
    """Where the client reached this data centre."""

    @property
    def key(self) -> AuthorizationKey:
        return self.wire_key.owner

    @property
    def account(self) -> Account:
        return self.world.account(self.key.user_id)

    @property
    def view(self) -> View:
        return View(self.world, self.account)

    def log_in(self, account: Account) -> Any:
        """Log the key in and say so (auth.authorization)."""
        self.key.log_in(account.id, self.world.clock())
        self.world.data_centres.settle(account.person.phone or "", self.data_centre_id)
        return t.auth.Authorization(user=self.view.user(account.person))

    def peer(self, given: Any) -> Peer:
        """The chat that an InputPeer, InputUser or InputChannel means, if this caller may name it."""
        if isinstance(given, t.InputPeerSelf | t.InputUserSelf):
            return Peer("user", self.key.user_id)
        if isinstance(given, t.InputPeerUser | t.InputUser):
            otherwise = "USER_ID_INVALID" if isinstance(given, t.InputUser) else "PEER_ID_INVALID"
            return self._known(Peer("user", given.user_id), given.access_hash, otherwise)
        if isinstance(given, t.InputPeerChannel | t.InputChannel):
            return self._known(Peer("channel", given.channel_id), given.access_hash, "CHANNEL_INVALID")
        if isinstance(given, t.InputPeerChat):
            return self.group(given.chat_id)
        raise RpcError(400, "PEER_ID_INVALID")

    def group(self, chat_id: int) -> Peer:
        """Basic groups have no access hash: having the dialog is what counts."""
        peer = Peer("group", chat_id)
        if peer not in self.account.dialogs:
            raise RpcError(400, "CHAT_ID_INVALID")
        return peer

    def channel(self, given: Any) -> Peer:
        """As ``peer``, for methods that take channels only and refuse those that banned the caller."""
        if not isinstance(given, t.InputChannel | t.InputPeerChannel):
            raise RpcError(400, "CHANNEL_INVALID")
        peer = self.peer(given)
        self.refuse_forbidden(peer)
        return peer

    def refuse_forbidden(self, peer: Peer) -> None:
        """Raise RpcError if the caller was thrown out, or is outside of something private."""
        dialog = self.account.dialogs.get(peer)
        forbidden = dialog is not None and dialog.membership == "forbidden"
        if peer.kind == "channel":
            private = self.world.population.channels[peer.id].username is None
            if forbidden or (dialog is None and private):
                raise RpcError(406, "CHANNEL_PRIVATE")
        elif forbidden:
            raise RpcError(403, "CHAT_FORBIDDEN")

    def readable(self, given: Any) -> Peer:
        """As ``peer``, for methods that show what was said there."""
        peer = self.peer(given)
        self.refuse_forbidden(peer)
        return peer

    def dialog(self, given: Any) -> Dialog:
        """The caller's dialog with this chat; one not in the list gets a fresh, unlisted state."""
        peer = self.peer(given)
        self.refuse_forbidden(peer)
        return self.account.dialogs.get(peer) or self.world.fresh_dialog(peer)

    def _known(self, peer: Peer, access_hash: int, otherwise: str) -> Peer:
        population = self.world.population
        exists = peer.id in (population.people if peer.kind == "user" else population.channels)
        own = peer == Peer("user", self.key.user_id)
        if exists and (own or access_hash == self.world.access_hash(self.key.user_id, peer)):
            return peer
        raise RpcError(400, otherwise)
