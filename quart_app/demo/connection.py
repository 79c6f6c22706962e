"""One TCP connection: bytes in, bytes out. What they mean is decided elsewhere."""

from __future__ import annotations

import asyncio
import logging
import struct
from typing import TYPE_CHECKING, Any, cast

from quart_app.demo import inner_messages
from quart_app.demo.authorization import AuthorizationKey
from quart_app.demo.encryption import Packet, open_packet, seal_packet
from quart_app.demo.errors import NOT_FOUND, ProtocolError
from quart_app.demo.framing import Frame, Framing
from quart_app.demo.key_exchange import KeyExchange
from quart_app.demo.obfuscation import Obfuscation
from quart_app.demo.older_layers import outgoing
from quart_app.demo.session import Session

if TYPE_CHECKING:
    from quart_app.demo.listener import Listener

logger = logging.getLogger(__name__)

_SHORTEST = 24
"""Bytes of a packet: a key's id and a message key, or a plain message's head."""


class Connection(asyncio.Protocol):
    """Also a Receiver of pushed updates. What is not MTProto closes it, with one log line."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._clock = listener.world.wire_clock
        self._framing = Framing()
        self._obfuscation = Obfuscation()
        self._exchange = KeyExchange(
            listener.rsa_key, listener.data_centre_id, listener.world.keys, self._clock
        )
        self._closing: asyncio.TimerHandle | None = None
        self.session: Session | None = None
        """The one that the latest packet belonged to; updates go there."""
        self.wire_key: AuthorizationKey | None = None
        self._held_since: float | None = None
        self.address = ("127.0.0.1", 0)
        self.record = listener.new_record()

    @property
    def wants_updates(self) -> bool:
        return self.session is not None and self.session.wants_updates

    @property
    def key(self) -> AuthorizationKey | None:
        return self.wire_key.owner if self.wire_key else None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self.address = transport.get_extra_info("sockname")[:2]
        self._listener.opened(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 (asyncio names it)
        self._listener.closed(self)
        if self._closing:
            self._closing.cancel()

    def eof_received(self) -> None:
        """The client will send nothing more here: it no longer uses its key on this connection."""
        self.record.closed_at = self._clock()

    def data_received(self, data: bytes) -> None:
        try:
            for frame in self._framing.incoming(self._obfuscation.incoming(data)):
                self._packet(frame)
            self._held_since = None
            if self.session is not None:
                self.flush(self.session)
        except ProtocolError as error:
            self._give_up(str(error), error.code)
        except Exception as error:  # noqa: BLE001 (hostile bytes fail in the parsers in many ways)
            self._give_up(type(error).__name__)

    def _give_up(self, reason: str, code: int = 0) -> None:
        logger.warning(
            "The demo data centre closed a connection",
            extra={"connection": self.record.number, "reason": reason},
        )
        if code:
            self._error(code)
            self._transport.close()
        else:
            self._transport.abort()

    def _packet(self, frame: Frame) -> None:
        if len(frame.payload) < _SHORTEST:
            raise ProtocolError("packet without a message")
        if frame.payload[:8] == bytes(8):
            self._plain(frame.payload)
        else:
            self._encrypted(frame)

    def _plain(self, payload: bytes) -> None:
        (length,) = struct.unpack_from("<i", payload, 16)
        whole = 0 <= length <= len(payload) - 20
        query = inner_messages.parse(payload[20 : 20 + length]) if whole else None
        reply = None if query is None else self._exchange.answer(query)
        if reply is None:
            self._error(NOT_FOUND)
            return
        body = bytes(reply)
        self._write(struct.pack("<qqi", 0, self._listener.message_ids.next(reply=True), len(body)) + body)

    def _encrypted(self, frame: Frame) -> None:
        (key_id,) = struct.unpack_from("<q", frame.payload)
        key = self._listener.world.keys.find(key_id, self._listener.data_centre_id)
        if key is None or self._killed_before(key.owner):
            self.wire_key = None
            self._error(NOT_FOUND)
            return
        packet = open_packet(key.key, frame.payload[8:24], frame.payload[24:])
        self.wire_key = key
        if frame.quick:
            self._send(self._framing.quick_acknowledgement(packet.quick_token))
        self.record.key_id = key.owner.id
        self.record.user_id = self.record.user_id or key.owner.user_id
        self._listener.dispatcher.packet(self, key, packet)

    def _killed_before(self, key: AuthorizationKey) -> bool:
        """A killed key is told so on the connections that it died on; on later ones it is unknown."""
        return key.killed_at is not None and key.killed_at < self.record.opened_at

    def push(self, update: Any) -> None:
        if self.session is None:
            return
        for one in self._listener.instrument.updates.pass_on(self.record.number, update):
            layer = self.key.device.layer if self.key else 0
            self.session.queue(outgoing(bytes(one), layer), reply=False)
        self.flush(self.session)

    def flush(self, session: Session) -> None:
        """Send what the session has queued, unless the instrument wants silence or nobody listens any more."""
        key = self.wire_key
        if key is None or self._listener.silent or self._transport.is_closing():
            return
        salt = key.current_salt(self._clock())
        for message_id, sequence, body in session.take():
            packet = Packet(salt, session.id, message_id, sequence, body)
            message_key, encrypted = seal_packet(key.key, packet)
            self._write(struct.pack("<q", key.signed_id) + message_key + encrypted)

    def request_time(self) -> float:
        """When the request came that is being read: one that was held up by silence came before that."""
        return self._clock() if self._held_since is None else self._held_since

    def _error(self, code: int) -> None:
        """A number instead of a message."""
        self._write(struct.pack("<i", -code))

    def _write(self, payload: bytes) -> None:
        self._send(self._framing.outgoing(payload))

    def _send(self, data: bytes) -> None:
        self._transport.write(self._obfuscation.outgoing(data))

    def close_after(self, seconds: float) -> None:
        """Close unless asked again in time (ping_delay_disconnect)."""
        if self._closing:
            self._closing.cancel()
        self._closing = asyncio.get_running_loop().call_later(seconds, self._transport.close)

    def abort(self) -> None:
        self._transport.abort()

    def pause(self, paused: bool) -> None:
        if self._transport.is_closing():
            return
        if paused:
            self._transport.pause_reading()
            self._held_since = self._clock()
        else:
            self._transport.resume_reading()
            if self.session is not None:
                self.flush(self.session)
