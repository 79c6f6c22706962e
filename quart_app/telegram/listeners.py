"""Who wants to be told of one user's affairs while they last: terminals that are open in this worker."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID


class Listeners:
    """Each is called at once, on the loop, and must not wait for anything."""

    def __init__(self) -> None:
        self._of: defaultdict[UUID, set[Callable[..., None]]] = defaultdict(set)

    @contextmanager
    def listening(self, user_id: UUID, listener: Callable[..., None]) -> Iterator[None]:
        self._of[user_id].add(listener)
        try:
            yield
        finally:
            self._of[user_id].discard(listener)
            if not self._of[user_id]:
                del self._of[user_id]

    def tell(self, user_id: UUID, *news: Any) -> None:
        for listener in tuple(self._of.get(user_id, ())):
            listener(*news)
