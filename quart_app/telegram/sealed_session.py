"""A Telethon session that lives in memory and can be dumped whole into a sealed record. It never touches disk.

More than a StringSession: access hashes and update states travel along, so that a resumed client still knows
its chats and catches up with what it missed. Names and phone numbers of others are not among them.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import ItemsView, Iterable
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from telethon import utils
from telethon.crypto import AuthKey
from telethon.sessions import MemorySession
from telethon.tl import types

from quart_app.telegram.marks import mark_of

_VERSION: Final = 1


class SealedSession(MemorySession):  # type: ignore[misc]  # Telethon is untyped
    """Entity rows are kept in dicts: MemorySession rebuilds a set of them on each answer and searches it linearly."""

    def __init__(self) -> None:
        super().__init__()
        self.hashes: dict[int, int] = {}
        """Marked peer id to access hash."""
        self._usernames: dict[str, int] = {}
        self._states: dict[int, Any] = {}

    def process_entities(self, tlo: Any) -> None:
        """Called by Telethon with every answer."""
        self._remember(getattr(tlo, "users", None))
        self._remember(getattr(tlo, "chats", None))

    def _remember(self, entities: Any) -> None:
        if not isinstance(entities, list):
            return
        for entity in entities:
            if getattr(entity, "min", False) or isinstance(entity, (types.UserEmpty, types.ChatEmpty)):
                continue  # the hash of a "min" entity is good for nothing
            # An InputPeerUser among users is Telethon's way to keep the own id: row 0.
            own = isinstance(entity, types.InputPeerUser)
            marked = entity.user_id if own else mark_of(entity)
            access_hash = getattr(entity, "access_hash", 0)  # basic groups need none
            if access_hash is None:
                continue  # Telegram has left it out: that is no reason to forget the one we know
            self.hashes[marked] = access_hash
            if username := getattr(entity, "username", None):
                self._usernames[username.lower()] = marked

    def get_entity_rows_by_id(self, id: int, exact: bool = True) -> tuple[int, int] | None:
        candidates: Iterable[int] = (id,) if exact else _marked(id)
        return next(((found, self.hashes[found]) for found in candidates if found in self.hashes), None)

    def get_entity_rows_by_username(self, username: str) -> tuple[int, int] | None:
        marked = self._usernames.get(username)
        return None if marked is None else (marked, self.hashes[marked])

    def get_entity_rows_by_name(self, name: str) -> None:
        """Names are not kept."""

    def get_entity_rows_by_phone(self, phone: str) -> None:
        """Phones are not kept."""

    def get_update_state(self, entity_id: int) -> Any:
        return self._states.get(entity_id)

    def set_update_state(self, entity_id: int, state: Any) -> None:
        self._states[entity_id] = state

    def get_update_states(self) -> ItemsView[int, Any]:
        return self._states.items()

    def dump(self) -> bytes:
        key: bytes = self.auth_key.key if self.auth_key else b""
        document = {
            "version": _VERSION,
            "dc": [self.dc_id, self.server_address, self.port],
            "key": base64.b64encode(key).decode(),
            "hashes": list(self.hashes.items()),
            "usernames": list(self._usernames.items()),
            "states": [[i, s.pts, s.qts, _seconds(s.date), s.seq] for i, s in self._states.items()],
        }
        return zlib.compress(orjson.dumps(document), 1)

    @classmethod
    def load(cls, data: bytes) -> SealedSession:
        document = orjson.loads(zlib.decompress(data))
        if document["version"] != _VERSION:
            raise ValueError("a record of another version")
        session = cls()
        session.set_dc(*document["dc"])
        if key := base64.b64decode(document["key"]):
            session.auth_key = AuthKey(key)
        session.hashes = dict(document["hashes"])
        session._usernames = dict(document["usernames"])
        for entity_id, pts, qts, date, seq in document["states"]:
            when = datetime.fromtimestamp(date, UTC)
            session._states[entity_id] = types.updates.State(pts, qts, when, seq, unread_count=0)
        return session


def _marked(id: int) -> tuple[int, ...]:
    peers = (types.PeerUser(id), types.PeerChat(id), types.PeerChannel(id))
    return tuple(utils.get_peer_id(peer) for peer in peers)


def _seconds(date: Any) -> float:
    return date.timestamp() if date else 0.0
