"""Somebody who uses the product: a phone of the demo world, a password for this server, an address to come from."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Final

PASSWORD: Final = "an honest long phrase"


@dataclass(frozen=True, slots=True)
class Person:
    phone: str
    address: str
    password: str = PASSWORD

    @property
    def code(self) -> str:
        """What the data centre sends to this phone."""
        return self.phone[6] * 5

    @property
    def credentials(self) -> dict[str, str]:
        return {"phone": self.phone, "password": self.password}


class Crowd:
    """New people, no two of them with the same phone or address, so that none uses up another's limits."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def person(self, *, phone: str | None = None, password: str = PASSWORD) -> Person:
        number = next(self._numbers)
        made = f"+99966{number % 3 + 1}{7000 + number:04}"
        return Person(phone or made, f"10.1.{number // 250}.{number % 250 + 1}", password)
