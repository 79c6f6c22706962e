"""Reproducible chance: everything the world invents comes from here."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")
_MASK = (1 << 64) - 1


class Dice:
    """A stream of chances named by its seed; draws only what is the same in every version of Python."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed).random  # a game, no secret  # noqa: S311  # nosec B311

    def chance(self, probability: float) -> bool:
        return self._random() < probability

    def below(self, end: int) -> int:
        return int(self._random() * end)

    def between(self, first: int, last: int) -> int:
        return first + int(self._random() * (last - first + 1))

    def spread(self, most: float) -> int:
        """1 to ``most``, small numbers as likely as large ones are rare."""
        return int(most ** self._random())

    def pick(self, items: Sequence[Item]) -> Item:
        return items[int(self._random() * len(items))]

    def sample(self, count: int, end: int) -> list[int]:
        """``count`` different numbers below ``end``."""
        pool = list(range(end))
        for place in range(count):
            other = place + int(self._random() * (end - place))
            pool[place], pool[other] = pool[other], pool[place]
        return pool[:count]


def mix(seed: int, index: int) -> int:
    """A number of 64 bits that looks random, for message ``index`` of the chat with this seed."""
    value = (seed + (index + 1) * 0x9E3779B97F4A7C15) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)
