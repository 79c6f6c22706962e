"""All MTProto sessions of a data centre: they outlive the connections that carry them."""

from __future__ import annotations

from collections.abc import Callable

from quart_app.demo.authorization import AuthorizationKey
from quart_app.demo.message_ids import MessageIds
from quart_app.demo.session import Session

IDLE = 1800.0
"""Seconds without a packet after which a session is forgotten."""
_MOST = 50


class Sessions:
    """By key and session id: another key with the same session id has nothing to do with it."""

    def __init__(self, clock: Callable[[], float], message_ids: MessageIds) -> None:
        self._clock = clock
        self._message_ids = message_ids
        self._sessions: dict[int, dict[int, Session]] = {}

    def find(self, key: AuthorizationKey, session_id: int) -> Session | None:
        """A session that is still remembered."""
        session = self._sessions.get(key.id, {}).get(session_id)
        if session is not None and self._clock() - session.used_at > IDLE:
            self.destroy(key, session_id)
            return None
        return session

    def begin(self, key: AuthorizationKey, session_id: int) -> Session:
        """A new one; of more than 50 of a key, the one that was begun first is forgotten."""
        sessions = self._sessions.setdefault(key.id, {})
        sessions[session_id] = session = self.stranger(session_id)
        if len(sessions) > _MOST:
            del sessions[next(iter(sessions))]
        return session

    def stranger(self, session_id: int) -> Session:
        """One that is not kept: for saying no to a packet of a session that has not begun."""
        return Session(session_id, self._message_ids)

    def destroy(self, key: AuthorizationKey, session_id: int) -> bool:
        """False if there was none."""
        return self._sessions.get(key.id, {}).pop(session_id, None) is not None

    def forget(self, key: AuthorizationKey) -> None:
        self._sessions.pop(key.id, None)
