"""The only place where a Redis key is spelt. Every key expires; none holds a phone, a code or a secret in clear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

SESSION_SECONDS: Final = 86_400
"""A Telegram session lives this long from its login, absolutely."""
LOGIN_SECONDS: Final = 600
FENCE_SECONDS: Final = 172_800
OPEN_AT_TELEGRAM: Final = "tg_open"
"""Users with a session that Telegram lists, by the second at which it ends."""
USER_EVENTS: Final = "events:"
"""Begins the pub/sub channel of each user."""
LEASES: Final = "tg_lease:*"
"""Every lease there is, for a count of them."""


@dataclass(frozen=True, slots=True)
class UserKeys:
    """The keys of one user; there is no way to name another's."""

    user_id: UUID

    @property
    def telegram_session(self) -> str:
        return f"tg_session:{self.user_id}"

    @property
    def telegram_slots(self) -> str:
        """The set of slot lookups that open this user's session, so that ending it removes them all."""
        return f"tg_slots:{self.user_id}"

    @property
    def telegram_login(self) -> str:
        return f"tg_login:{self.user_id}"

    @property
    def left_behind(self) -> str:
        """When the session ended that Telegram may still list."""
        return f"tg_left:{self.user_id}"

    @property
    def lease(self) -> str:
        return f"tg_lease:{self.user_id}"

    @property
    def fence(self) -> str:
        return f"tg_fence:{self.user_id}"

    @property
    def sign_ins(self) -> str:
        """The set of this user's browser sessions and tokens, by hash: what "everywhere" means."""
        return f"sign_ins:{self.user_id}"

    @property
    def events(self) -> str:
        """Pub/sub: what other workers must know about this user at once."""
        return f"{USER_EVENTS}{self.user_id}"


def telegram_slot(lookup: str) -> str:
    return f"tg_slot:{lookup}"


def worker(worker_id: str) -> str:
    return f"worker:{worker_id}"


def browser_session(digest: str) -> str:
    return f"session:{digest}"


def api_token(digest: str) -> str:
    return f"token:{digest}"


def kind_of_sign_in(record: str) -> tuple[Literal["browser", "token"], str]:
    """What the name of such a record says: its kind and the digest."""
    kind, _, digest = record.partition(":")
    return ("browser" if kind == "session" else "token"), digest


def memory_of_sign_ins(worker_id: str) -> str:
    """The mark of a worker that remembers sign-ins: it is gone only if Redis has lost its data."""
    return f"sign_ins_mark:{worker_id}"


def pending_log_in(digest: str) -> str:
    """Somebody who has given the password and still owes the second factor."""
    return f"pending:{digest}"


def pending_recovery(digest: str) -> str:
    """A forgotten password, on its way through Telegram to a new one."""
    return f"recovery:{digest}"


def figures(worker_id: str) -> str:
    """What a worker has counted, for the dashboard: numbers only."""
    return f"figures:{worker_id}"


def limit(scope: str, key: str) -> str:
    """``key`` is a keyed hash or a user id, never an address or phone in clear."""
    return f"limit:{scope}:{key}"
