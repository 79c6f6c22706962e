"""People: bots, deleted accounts, everyone that can be talked to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Person:
    id: int
    first_name: str
    last_name: str = ""
    username: str | None = None
    phone: str | None = None
    """Digits only; set for accounts that can log in, shown to themselves alone."""
    bot: bool = False
    deleted: bool = False
    verified: bool = False
    support: bool = False
    contact: bool = False
    about: str = ""

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()
