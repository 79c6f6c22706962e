"""Takes packets apart, refuses what breaks the rules, and hands each message to whoever answers it.

Where this is more lenient than https://core.telegram.org/mtproto, it is for a reason:

* Sequence numbers may leave gaps: clients number messages anew that a wrong salt made void.
* Acknowledgements may have odd sequence numbers, which the specification answers with 34: clients that Telegram
  serves every day (mtcute) number them so. Containers may not.
* A message id whose lower half is empty is let pass: the specification forbids it and names no answer.
* What a client has not acknowledged is not sent again by a timer, only when it comes back, asks for it or
  repeats its request: Telethon acknowledges with its next message, however long that takes.
* Updates for a session that has no connection are not kept: getDifference has them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from telethon.tl import TLRequest
from telethon.tl import types as t

from quart_app.demo import inner_messages, received
from quart_app.demo.authorization import AuthorizationKey
from quart_app.demo.calls import Calls, error_result
from quart_app.demo.encryption import Packet
from quart_app.demo.errors import BadContainer, RpcError
from quart_app.demo.inner_messages import Inner
from quart_app.demo.instrument import Instrument
from quart_app.demo.service_messages import UNANSWERED, ServiceMessages
from quart_app.demo.session import Outgoing, Session
from quart_app.demo.sessions import Sessions

if TYPE_CHECKING:
    from quart_app.demo.connection import Connection

NEVER = 1 << 63
"""Above every message id."""


class Dispatcher:
    def __init__(
        self,
        sessions: Sessions,
        services: ServiceMessages,
        calls: Calls,
        instrument: Instrument,
        clock: Callable[[], float],
    ) -> None:
        self._sessions = sessions
        self._services = services
        self._calls = calls
        self._instrument = instrument
        self._clock = clock

    def packet(self, connection: Connection, key: AuthorizationKey, packet: Packet) -> None:
        """Queue all answers to one packet on its session."""
        session = self._sessions.find(key, packet.session_id)
        refusal = self._refusal(key, session, packet)
        if refusal is None:
            try:
                messages = inner_messages.split(packet.message_id, packet.sequence, packet.body)
            except BadContainer:
                refusal = _refused(packet, received.BAD_CONTAINER)
        if refusal is not None:
            # A new session is announced only once a packet of it is right.
            session = session or self._sessions.stranger(packet.session_id)
            session.queue(refusal, content=False)
            connection.flush(session)
            return
        session = self._carried(connection, key, packet, messages)
        if inner_messages.is_container(packet.body):
            session.received.note(packet.message_id, packet.sequence)
        for inner in messages:
            self._message(connection, key, session, inner)

    def _refusal(self, key: AuthorizationKey, session: Session | None, packet: Packet) -> Any:
        """What to answer instead of doing anything, if the packet as a whole is wrong."""
        now = self._clock()
        if not key.accepts_salt(packet.salt, now):
            self._instrument.bad_salts += 1
            salt = key.current_salt(now)
            return t.BadServerSalt(packet.message_id, packet.sequence, received.BAD_SALT, salt)
        code = received.id_refusal(packet.message_id, now)
        if not code and inner_messages.is_container(packet.body):
            if packet.sequence % 2:
                code = received.EVEN_EXPECTED
            elif session is not None:
                seen = packet.message_id in session.received
                code = (
                    received.CONTAINER_ID_USED
                    if seen
                    else session.received.refusal(packet.message_id, packet.sequence)
                )
        return _refused(packet, code) if code else None

    def _carried(
        self, connection: Connection, key: AuthorizationKey, packet: Packet, messages: list[Inner]
    ) -> Session:
        """The packet's session, on this connection from now on; announced if it is new."""
        session, packet_id = self._sessions.find(key, packet.session_id), packet.message_id
        if session is None:
            session = self._sessions.begin(key, packet.session_id)
            session.first_id = NEVER
        elif session.connection is not connection:
            session.resend_unconfirmed()
        first = min((inner.message_id for inner in messages), default=packet_id)
        if first < session.first_id:
            # Told again whenever something from before the beginning comes to light.
            session.first_id = first
            salt = key.current_salt(self._clock())
            session.queue(t.NewSessionCreated(first, session.unique_id, salt), reply=False)
        session.used_at = self._clock()
        session.connection = connection
        if connection.session is not session:
            if connection.session is not None:
                connection.flush(connection.session)
            connection.session = session
        return session

    def _message(self, connection: Connection, key: AuthorizationKey, session: Session, inner: Inner) -> None:
        if inner.message_id in session.received:
            self._repeated(session, inner)
            return
        message = inner_messages.parse(inner.body)
        code = session.received.refusal(inner.message_id, inner.sequence) or self._parity(
            message, inner.sequence
        )
        if code:
            session.queue(t.BadMsgNotification(inner.message_id, inner.sequence, code), content=False)
            return
        session.received.note(inner.message_id, inner.sequence)
        if message in self._services:
            self._services.answer(connection, key, session, inner.message_id, message)
            if inner.sequence % 2 and isinstance(message, UNANSWERED):
                session.queue(t.MsgsAck([inner.message_id]), content=False)
        elif isinstance(message, TLRequest):
            self._calls.request(connection, key, session, inner.message_id, message)
        else:
            failure = error_result(inner.message_id, RpcError(400, "INPUT_METHOD_INVALID"))
            session.queue(failure, to=inner.message_id)

    def _parity(self, message: Any, sequence: int) -> int:
        if isinstance(message, TLRequest) and message not in self._services and not sequence % 2:
            return received.ODD_EXPECTED
        return 0

    @staticmethod
    def _repeated(session: Session, inner: Inner) -> None:
        """It is done once, whatever happens; the answer is sent again if it may have got lost."""

        def detailed(answer: Outgoing) -> Any:
            return t.MsgDetailedInfo(inner.message_id, answer.message_id, len(answer.body), 0)

        if not session.again(inner.message_id, detailed) and inner.sequence % 2:
            session.queue(t.MsgsAck([inner.message_id]), content=False)


def _refused(packet: Packet, code: int) -> Any:
    return t.BadMsgNotification(packet.message_id, packet.sequence, code)
