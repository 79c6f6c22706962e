"""The data centres of one world: where each listens, and which accounts are at home where."""

from __future__ import annotations


class DataCentres:
    """``addresses`` by id. An account is at home in the first one until it is moved."""

    def __init__(self) -> None:
        self.addresses: dict[int, tuple[str, int]] = {}
        self._homes: dict[str, int] = {}
        self.network = 0
        """Where clients of this network belong until they have logged in; 0: nowhere in particular."""
        self.files = 2
        """Where files lie."""

    def home_of(self, phone: str) -> int:
        """The id of a phone's (digits only) data centre; 0 while there is none at all."""
        return self._homes.get(phone) or next(iter(self.addresses), 0)

    def elsewhere(self, phone: str, here: int) -> str:
        """The error that sends a login of this phone on; empty if it is right here."""
        if self.network and phone not in self._homes:
            return "" if self.network == here else f"NETWORK_MIGRATE_{self.network}"
        home = self.home_of(phone)
        return "" if home in {0, here} else f"PHONE_MIGRATE_{home}"

    def settle(self, phone: str, here: int) -> None:
        """Whoever logs in where the network sent them is at home there."""
        if self.network:
            self._homes.setdefault(phone, here)

    def move_network(self, data_centre_id: int) -> None:
        """Phones without a home log in there from now on; 0 ends that. ValueError as ``move``."""
        if data_centre_id and data_centre_id not in self.addresses:
            raise ValueError("no such data centre")
        self.network = data_centre_id

    def keep_files(self, data_centre_id: int) -> None:
        """Files lie there from now on; ValueError as ``move``."""
        if data_centre_id not in self.addresses:
            raise ValueError("no such data centre")
        self.files = data_centre_id

    def move(self, phone: str, data_centre_id: int) -> None:
        """ValueError if there is no such data centre."""
        if data_centre_id not in self.addresses:
            raise ValueError("no such data centre")
        self._homes[phone] = data_centre_id
