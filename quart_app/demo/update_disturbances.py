"""What tests have planned for pushed updates: lost ones, doubled ones, ones that come in the wrong order."""

from __future__ import annotations

from typing import Any


class UpdateDisturbances:
    """Counts are of pushes, each to one connection. What a lost one was about stays true: clients see a gap."""

    def __init__(self) -> None:
        self._lose = 0
        self._double = 0
        self._reorder = 0
        self._held: dict[int, list[Any]] = {}
        self.lost = 0
        """How many were."""

    def lose(self, count: int) -> None:
        """The next ones are not sent at all."""
        self._lose += count

    def double(self, count: int) -> None:
        """The next ones are sent twice."""
        self._double += count

    def reorder(self, count: int) -> None:
        """The next ones of a connection are held until so many are there, then sent last one first."""
        if count < 2:
            raise ValueError("it takes two to change places")
        self._reorder = count

    def clear(self) -> None:
        """What is held is lost."""
        self._lose = self._double = self._reorder = 0
        self._held.clear()

    def pass_on(self, connection: int, update: Any) -> list[Any]:
        """What to send instead of ``update``."""
        if self._lose:
            self._lose -= 1
            self.lost += 1
            return []
        if self._reorder:
            held = self._held.setdefault(connection, [])
            held.append(update)
            if len(held) < self._reorder:
                return []
            self._reorder = 0
            return self._held.pop(connection)[::-1]
        if self._double:
            self._double -= 1
            return [update, update]
        return [update]
