"""Which chat is meant: a person, a basic group or a channel (supergroups are channels, as in the API)."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from telethon.tl import types as t

PeerKind = Literal["user", "group", "channel"]


class Peer(NamedTuple):
    """``id`` is the bare id of the API: positive, without the marks that clients put before it."""

    kind: PeerKind
    id: int

    def to_tl(self) -> Any:
        if self.kind == "user":
            return t.PeerUser(self.id)
        return t.PeerChat(self.id) if self.kind == "group" else t.PeerChannel(self.id)
