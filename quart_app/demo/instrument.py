"""What tests see of the data centre, and how they disturb it."""

from __future__ import annotations

from collections import Counter, deque
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from quart_app.demo.account import Account
from quart_app.demo.authorization import UNREGISTERED, AuthorizationKey
from quart_app.demo.clock import MovableClock
from quart_app.demo.disturbances import Disturbances, Moment
from quart_app.demo.errors import RpcError
from quart_app.demo.parallel_use import FOR_MEDIA, ConnectionRecord, Overlap, other_in_use
from quart_app.demo.peer import Peer
from quart_app.demo.rates import GENEROUS, STRICT, Rates, RateTable
from quart_app.demo.recording import Call, Held, Recording, Refusal
from quart_app.demo.state_comparison import state_of
from quart_app.demo.traffic import Running
from quart_app.demo.update_disturbances import UpdateDisturbances
from quart_app.demo.world import World

if TYPE_CHECKING:
    from quart_app.demo.connection import Connection
    from quart_app.demo.listener import Listener


@dataclass(frozen=True, slots=True)
class LiveDevice:
    """A live login of an account, as in Telegram's own list of devices."""

    key_id: int
    device_model: str
    system_version: str
    app_version: str
    logged_in_at: float


class Instrument:
    """One for all data centres of a world.

    Methods are named as Telethon's classes without "Request": ``messages.GetDialogs``; "*" is any of them.
    """

    def __init__(self, world: World, rates: RateTable = GENEROUS) -> None:
        self._world = world
        self.listeners: list[Listener] = []
        self.recording = Recording(world.wire_clock)
        self.disturbances = Disturbances()
        self.updates = UpdateDisturbances()
        """Of pushed updates: lose, double, reorder."""
        self.rates = Rates(rates, world.clock)
        self.bad_salts = 0
        self._traffic: AbstractAsyncContextManager[Running] | None = None

    # What happened.

    @property
    def counts(self) -> Counter[str]:
        """Requests by method."""
        return self.recording.counts

    @property
    def refusals(self) -> Counter[Refusal]:
        """Errors that requests were answered with: how often which method said what."""
        return self.recording.refusals

    @property
    def connections(self) -> deque[ConnectionRecord]:
        """All that were opened, oldest first."""
        return self.recording.connections

    @property
    def overlaps(self) -> list[Overlap]:
        """Each time a key was used over two connections at once and died of it."""
        return self.recording.overlaps

    def held_together(self, *, longer_than: float = 0.0) -> list[Held]:
        """Pairs of connections of one login that were open at once for more than so many seconds."""
        return self.recording.held_together(longer_than=longer_than)

    def calls(self, method: str | None = None, *, user_id: int | None = None) -> list[Call]:
        """The requests so far, oldest first; of one method, of one user."""
        return [
            call
            for call in self.recording.calls
            if (method is None or call.method == method) and (user_id is None or call.user_id == user_id)
        ]

    def connections_of(self, key_id: int) -> list[ConnectionRecord]:
        return self.recording.connections_of(key_id)

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
        self.disturbances.error(method, code, message, times)

    def flood(self, method: str, seconds: int, times: int = 1) -> None:
        self.fault(method, 420, f"FLOOD_WAIT_{seconds}", times)

    def delay(self, method: str, seconds: float, times: int | None = None) -> None:
        """Let calls wait before they are applied; all of them, until ``clear_faults`` or 0 seconds."""
        self.disturbances.delay(method, seconds, times)

    def drop(self, method: str, moment: Moment = "after", times: int = 1) -> None:
        """Break the connection that calls, before the call is applied or after that, unanswered."""
        self.disturbances.drop(method, moment, times)

    async def traffic(self, rate: float) -> None:
        """So many messages a second from now on (0 ends it); ValueError as traffic.py."""
        if self._traffic is not None:
            await self._traffic.__aexit__(None, None, None)
            self._traffic = None
        if rate:
            traffic = self._world.traffic(rate)
            await traffic.__aenter__()
            self._traffic = traffic

    def limit(self, table: str) -> None:
        """Go by the STRICT or the GENEROUS table of rates.py; ValueError for any other."""
        if table not in {"STRICT", "GENEROUS"}:
            raise ValueError("rates are STRICT or GENEROUS")
        self.rates.table = STRICT if table == "STRICT" else GENEROUS

    def clear_faults(self) -> None:
        self.disturbances.clear()
        self.updates.clear()

    def advance(self, seconds: float) -> float:
        """Put the clock forward; how far ahead it is now. ValueError for a step back, or a clock that can't move.

        Logins, codes, file references and flood waits grow older; what was scheduled is sent.
        """
        if not isinstance(self._world.clock, MovableClock):
            raise ValueError("this data centre was given a clock that can't be moved")
        ahead = self._world.clock.advance(seconds)
        self._world.scheduled.send_due()
        return ahead

    def revoke(self, user_id: int, reason: str = UNREGISTERED) -> int:
        """End all logins of the account, as from its owner's phone; how many there were.

        Their next request gets 401 with the reason: AUTH_KEY_UNREGISTERED, SESSION_REVOKED, USER_DEACTIVATED.
        """
        keys = self._world.keys.of_user(user_id)
        for key in keys:
            key.log_out(reason)
        return len(keys)

    def move(self, phone: str, data_centre_id: int) -> None:
        """Make another data centre this phone's home; ValueError if there is none of this id.

        Elsewhere its codes are answered with 303 PHONE_MIGRATE_X from now on, its logins with USER_MIGRATE_X.
        """
        self._world.data_centres.move(phone.removeprefix("+"), data_centre_id)

    def move_network(self, data_centre_id: int) -> None:
        """Codes of phones that were not moved are answered with 303 NETWORK_MIGRATE_X elsewhere; 0 ends that."""
        self._world.data_centres.move_network(data_centre_id)

    def keep_files(self, data_centre_id: int) -> None:
        """Files lie in this data centre from now on: elsewhere they are answered with 303 FILE_MIGRATE_X."""
        self._world.data_centres.keep_files(data_centre_id)

    def ask_to_join(self, chat: Peer, person: int) -> None:
        """Somebody, who need not be an account, asks to be let into a group or channel."""
        self._world.join_requests.ask(chat, person)

    def send_codes_by(self, phone: str, way: str) -> None:
        """How the next codes of this phone travel: app, sms, email or set_up_email; ValueError if otherwise."""
        self._world.codes.send_by(phone.removeprefix("+"), way)

    def forget_keys(self) -> None:
        """Every client's next packet is answered with -404."""
        self._world.keys.forget_all()

    def drop_connections(self) -> int:
        """Reset all TCP connections; how many there were. Clients may come back at once."""
        return sum(listener.drop_connections() for listener in self.listeners)

    async def refuse_connections(self, refuse: bool) -> None:
        """True closes the ports (connections that are open stay), False opens the same ones again."""
        for listener in self.listeners:
            await listener.refuse(refuse)

    def silence(self, silent: bool) -> None:
        """True: connections are accepted, nothing is read or said. False: what was held up goes its way."""
        for listener in self.listeners:
            listener.silence(silent)

    # What the data centre tells.

    def note(self, method: str, key: AuthorizationKey, record: ConnectionRecord) -> None:
        """A request came; nothing more."""
        self.recording.call(method, key.id, key.user_id, record)

    def called(self, method: str, key: AuthorizationKey, connection: Connection) -> None:
        """Note a request; RpcError if the key is used in parallel."""
        self.note(method, key, connection.record)
        if not key.user_id or method.startswith(FOR_MEDIA):
            return
        now = connection.request_time()
        other = other_in_use(connection.record, self._records_of(key), now)
        connection.record.requested_at = now
        if other is None:
            return
        pair = (connection.record.number, other.number)
        self.overlaps.append(Overlap(key.id, key.user_id, pair, now))
        key.log_out()
        key.killed_at = self._world.wire_clock()
        raise RpcError(406, "AUTH_KEY_DUPLICATED")

    def _records_of(self, key: AuthorizationKey) -> list[ConnectionRecord]:
        return [record for listener in self.listeners for record in listener.records_of(key)]

    # What the world looks like.

    def state(self, account: int | str) -> dict[str, Any]:
        """A plain snapshot of one account's world, by user id or phone; see state_comparison.py."""
        return state_of(self._world, self.account(account))

    def account(self, account: int | str) -> Account:
        """By user id or phone. KeyError if nobody with this id ever asked for a code."""
        if isinstance(account, str):
            account = self._world.account_for(account.removeprefix("+")).id
        return self._world.account(account)
