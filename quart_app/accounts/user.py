"""An account as the rest of the application sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who registered. ``proven`` once a Telegram login for the phone has succeeded."""

    id: UUID
    phone_tail: str
    """The last two digits of the phone."""
    admin: bool
    disabled: bool
    proven: bool
    created_at: datetime
    last_seen_at: datetime | None
    epoch: int = 0
    """Counts up whenever all sign-ins of the account end."""
