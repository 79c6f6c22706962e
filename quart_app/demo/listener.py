"""The listening socket and the connections that came in by it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from quart_app.demo.admission import Admission
from quart_app.demo.authorization import AuthorizationKey
from quart_app.demo.calls import Calls
from quart_app.demo.connection import Connection
from quart_app.demo.dispatch import Dispatcher
from quart_app.demo.instrument import Instrument
from quart_app.demo.message_ids import MessageIds
from quart_app.demo.methods import Methods
from quart_app.demo.parallel_use import ConnectionRecord
from quart_app.demo.rsa_key import RsaKey
from quart_app.demo.service_messages import ServiceMessages
from quart_app.demo.sessions import Sessions
from quart_app.demo.world import World


class Listener:
    """One data centre of a world. ``address`` is where it really listens, once started."""

    def __init__(
        self, world: World, rsa_key: RsaKey, data_centre_id: int, methods: Methods, instrument: Instrument
    ) -> None:
        self.world = world
        self.rsa_key = rsa_key
        self.data_centre_id = data_centre_id
        self.instrument = instrument
        self.message_ids = MessageIds(world.wire_clock)
        sessions = Sessions(world.wire_clock, self.message_ids)
        services = ServiceMessages(sessions, world.keys, world.wire_clock)
        admission = Admission(world, methods, instrument.rates, data_centre_id)
        calls = Calls(world, admission, instrument, world.clock, data_centre_id)
        self.dispatcher = Dispatcher(sessions, services, calls, instrument, world.wire_clock)
        self.address = ("", 0)
        self.silent = False
        self._server: asyncio.Server | None = None
        self._connections: set[Connection] = set()
        instrument.listeners.append(self)

    async def start(self, host: str, port: int) -> None:
        """Listen; port 0 takes a free one. OSError if the port is taken."""
        make: Callable[[], Connection] = lambda: Connection(self)  # noqa: E731 (create_server wants a factory)
        self._server = await asyncio.get_running_loop().create_server(make, host, port)
        self.address = self._server.sockets[0].getsockname()[:2]
        self.world.data_centres.addresses[self.data_centre_id] = self.address

    async def stop(self) -> None:
        self.silent = False
        if self._server:
            self._server.close()
            self._server = None
        self.drop_connections()
        # Aborted connections report their end in the loop's next turn.
        await asyncio.sleep(0)

    async def refuse(self, refuse: bool) -> None:
        if refuse and self._server:
            self._server.close()
            self._server = None
            await asyncio.sleep(0)
        elif not refuse and self._server is None:
            await self.start(*self.address)

    def silence(self, silent: bool) -> None:
        self.silent = silent
        for connection in tuple(self._connections):
            connection.pause(silent)

    def drop_connections(self) -> int:
        dropped = tuple(self._connections)
        for connection in dropped:
            connection.abort()
        return len(dropped)

    def new_record(self) -> ConnectionRecord:
        return self.instrument.recording.new_connection(self.data_centre_id)

    def opened(self, connection: Connection) -> None:
        self._connections.add(connection)
        self.world.pushes.receivers.add(connection)
        if self.silent:
            connection.pause(True)

    def closed(self, connection: Connection) -> None:
        if connection.record.closed_at is None:
            connection.record.closed_at = self.world.wire_clock()
        self._connections.discard(connection)
        self.world.pushes.receivers.discard(connection)

    def records_of(self, key: AuthorizationKey) -> list[ConnectionRecord]:
        """The open connections of a login."""
        return [connection.record for connection in self._connections if connection.key is key]
