"""Who is listening: the open connections that updates go out on."""

from __future__ import annotations

from typing import Any, Protocol

from quart_app.demo.authorization import AuthorizationKey


class Receiver(Protocol):
    """An open connection. ``key`` is the one that carries the login."""

    @property
    def wants_updates(self) -> bool: ...

    @property
    def key(self) -> AuthorizationKey | None: ...

    def push(self, update: Any) -> None: ...


class Pushes:
    def __init__(self) -> None:
        self.receivers: set[Receiver] = set()

    def to_user(self, user_id: int, update: Any, *, skip: AuthorizationKey | None = None) -> int:
        """Send to each connection of the user that wants updates, except those of ``skip``; how many."""
        chosen = [
            receiver
            for receiver in self.receivers
            if receiver.wants_updates
            and receiver.key is not None
            and receiver.key.user_id == user_id
            and receiver.key is not skip
        ]
        for receiver in chosen:
            receiver.push(update)
        return len(chosen)

    def to_key(self, key_id: int, update: Any) -> None:
        """Send to a client that has not logged in yet: it waits for a login token to be accepted."""
        for receiver in tuple(self.receivers):
            if receiver.key is not None and receiver.key.id == key_id:
                receiver.push(update)
