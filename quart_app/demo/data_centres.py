"""The data centres of one world: where each listens, and which accounts are at home where."""

from __future__ import annotations


class DataCentres:
    """``addresses`` by id. An account is at home in the first one until it is moved."""

    def __init__(self) -> None:
        self.addresses: dict[int, tuple[str, int]] = {}
        self._homes: dict[str, int] = {}

    def home_of(self, phone: str) -> int:
        """The id of a phone's (digits only) data centre; 0 while there is none at all."""
        return self._homes.get(phone) or next(iter(self.addresses), 0)

    def move(self, phone: str, data_centre_id: int) -> None:
        """ValueError if there is no such data centre."""
        if data_centre_id not in self.addresses:
            raise ValueError("no such data centre")
        self._homes[phone] = data_centre_id
