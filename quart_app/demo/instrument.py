"""What tests see of the data centre, and how they disturb it."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quart_app.demo.authorization import AuthorizationKey
from quart_app.demo.errors import RpcError
from quart_app.demo.parallel_use import ConnectionRecord, Overlap, other_in_use
from quart_app.demo.world import World

if TYPE_CHECKING:
    from quart_app.demo.listener import Listener

_REMEMBERED = 100_000


@dataclass(frozen=True, slots=True)
class Call:
    """One API request, whatever it was answered with."""

    method: str
    key_id: int
    user_id: int
    """0 before login."""
    connection: int
    time: float


@dataclass(frozen=True, slots=True)
class LiveDevice:
    """A live login of an account, as in Telegram's own list of devices."""

    key_id: int
    device_model: str
    system_version: str
    app_version: str
    logged_in_at: float


class Instrument:
    """Methods are named as Telethon's classes without "Request": ``messages.GetDialogs``.

    It remembers the last 100,000 calls and connections; ``counts`` are complete.
    """

    def __init__(self, world: World, listener: Listener, clock: Callable[[], float]) -> None:
        self._world = world
        self._listener = listener
        self._clock = clock
        self._calls: deque[Call] = deque(maxlen=_REMEMBERED)
        self._faults: dict[str, deque[tuple[int, str]]] = {}
        self.counts: Counter[str] = Counter()
        """Requests by method."""
        self.connections: deque[ConnectionRecord] = deque(maxlen=_REMEMBERED)
        """All that were opened, oldest first."""
        self.overlaps: list[Overlap] = []
        self.bad_salts = 0

    # What happened.

    def calls(self, method: str | None = None, *, user_id: int | None = None) -> list[Call]:
        """The requests so far, oldest first; of one method, of one user."""
        return [
            call
            for call in self._calls
            if (method is None or call.method == method) and (user_id is None or call.user_id == user_id)
        ]

    def connections_of(self, key_id: int) -> list[ConnectionRecord]:
        return [record for record in self.connections if record.key_id == key_id]

    def devices(self, user_id: int) -> list[LiveDevice]:
        """Who is logged in to this account: what its owner would see under Settings, Devices."""
        return [
            LiveDevice(
                key.id,
                key.device.device_model,
                key.device.system_version,
                key.device.app_version,
                key.logged_in_at,
            )
            for key in self._world.keys.of_user(user_id)
        ]

    # What shall happen.

    def fault(self, method: str, code: int, message: str, times: int = 1) -> None:
        """The next ``times`` calls of the method get this error instead of an answer."""
        self._faults.setdefault(method, deque()).extend([(code, message)] * times)

    def flood(self, method: str, seconds: int, times: int = 1) -> None:
        self.fault(method, 420, f"FLOOD_WAIT_{seconds}", times)

    def clear_faults(self) -> None:
        self._faults.clear()

    def revoke(self, user_id: int) -> int:
        """End all logins of the account, as from its owner's phone; how many there were.

        Their next request gets 401 AUTH_KEY_UNREGISTERED.
        """
        keys = self._world.keys.of_user(user_id)
        for key in keys:
            key.log_out()
        return len(keys)

    def forget_keys(self) -> None:
        """Every client's next packet is answered with -404."""
        self._world.keys.forget_all()

    def drop_connections(self) -> int:
        """Reset all TCP connections; how many there were. Clients may come back at once."""
        return self._listener.drop_connections()

    async def refuse_connections(self, refuse: bool) -> None:
        """True closes the port (connections that are open stay), False opens the same one again."""
        await self._listener.refuse(refuse)

    def silence(self, silent: bool) -> None:
        """True: connections are accepted, nothing is read or said. False: what was held up goes its way."""
        self._listener.silence(silent)

    # What the data centre tells.

    def called(self, method: str, key: AuthorizationKey, connection: ConnectionRecord) -> None:
        """Note a request; RpcError if a fault is planned for it or the key is used in parallel."""
        now = self._clock()
        self.counts[method] += 1
        self._calls.append(Call(method, key.id, key.user_id, connection.number, now))
        connection.requests += 1
        if key.user_id:
            self._refuse_parallel_use(key, connection, now)
            connection.requested_at = now
        planned = self._faults.get(method)
        if planned:
            raise RpcError(*planned.popleft())

    def _refuse_parallel_use(self, key: AuthorizationKey, connection: ConnectionRecord, now: float) -> None:
        other = other_in_use(connection, self._listener.records_of(key), now)
        if other is None:
            return
        self.overlaps.append(Overlap(key.id, key.user_id, (connection.number, other.number), now))
        key.log_out()
        key.killed_at = now
        raise RpcError(406, "AUTH_KEY_DUPLICATED")
