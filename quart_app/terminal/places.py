"""How many of a thing one user may have open in one worker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID


class Places:
    """``most`` for each user."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: Counter[UUID] = Counter()

    @contextmanager
    def place(self, user_id: UUID) -> Iterator[bool]:
        """Whether there is a place for one more of this user's; taken before anything is awaited, or any number of
        requests under way at once would find the same one free.
        """
        free = self._taken[user_id] < self._most
        self._taken[user_id] += free
        try:
            yield free
        finally:
            self._taken[user_id] -= free
            if not self._taken[user_id]:
                del self._taken[user_id]
