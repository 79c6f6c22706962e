"""The protocol's own messages: pings, acknowledgements, questions about messages, salts, sessions.

https://core.telegram.org/mtproto/service_messages and .../service_messages_about_messages.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.authorization import AuthorizationKey, AuthorizationKeys
from quart_app.demo.errors import FLOOD, ProtocolError
from quart_app.demo.session import Session
from quart_app.demo.sessions import Sessions

if TYPE_CHECKING:
    from quart_app.demo.connection import Connection

_RPC_RESULT = 0xF35C6D01
_IGNORED = (t.HttpWait, t.MsgsStateInfo, t.MsgsAllInfo, t.MsgDetailedInfo, t.MsgNewDetailedInfo)
UNANSWERED = (t.MsgsAck, t.MsgResendReq, *_IGNORED)
"""Messages that no answer acknowledges: those that ask for it by an odd sequence number get a msgs_ack."""
MOST_IDS = 8192
"""In one acknowledgement or question; Telegram says -429 to more."""

Answer = Callable[["Connection", AuthorizationKey, Session, int, Any], None]


class ServiceMessages:
    def __init__(self, sessions: Sessions, keys: AuthorizationKeys, clock: Callable[[], float]) -> None:
        self._sessions = sessions
        self._keys = keys
        self._clock = clock
        self._answers: dict[type[Any], Answer] = {
            fn.PingRequest: self._ping,
            fn.PingDelayDisconnectRequest: self._ping_delay_disconnect,
            fn.GetFutureSaltsRequest: self._future_salts,
            fn.DestroySessionRequest: self._destroy_session,
            fn.DestroyAuthKeyRequest: self._destroy_key,
            fn.RpcDropAnswerRequest: self._drop_answer,
            t.MsgsAck: self._confirmed,
            t.MsgsStateReq: self._states,
            t.MsgResendReq: self._resend,
            **dict.fromkeys(_IGNORED, _ignore),
        }

    def __contains__(self, message: Any) -> bool:
        return type(message) in self._answers

    def answer(
        self, connection: Connection, key: AuthorizationKey, session: Session, message_id: int, message: Any
    ) -> None:
        """ProtocolError -429 for one that names too many messages."""
        if len(getattr(message, "msg_ids", ())) > MOST_IDS:
            raise ProtocolError("too many messages named at once", FLOOD)
        self._answers[type(message)](connection, key, session, message_id, message)

    @staticmethod
    def _ping(_c: Connection, _key: AuthorizationKey, session: Session, message_id: int, ping: Any) -> None:
        session.queue(t.Pong(message_id, ping.ping_id), content=False)

    @staticmethod
    def _ping_delay_disconnect(
        connection: Connection, _key: AuthorizationKey, session: Session, message_id: int, ping: Any
    ) -> None:
        session.queue(t.Pong(message_id, ping.ping_id), content=False)
        connection.close_after(ping.disconnect_delay)

    def _future_salts(
        self, _c: Connection, key: AuthorizationKey, session: Session, message_id: int, request: Any
    ) -> None:
        now = self._clock()
        salts = [t.FutureSalt(*salt) for salt in key.future_salts(request.num, now)]
        session.queue(t.FutureSalts(message_id, int(now), salts), content=False)

    def _destroy_session(
        self, _c: Connection, key: AuthorizationKey, session: Session, _message_id: int, request: Any
    ) -> None:
        """The session that asks can't end itself this way."""
        other = request.session_id != session.id
        destroyed = other and self._sessions.destroy(key, request.session_id)
        kind = t.DestroySessionOk if destroyed else t.DestroySessionNone
        session.queue(kind(request.session_id), content=False)

    def _destroy_key(
        self, _c: Connection, key: AuthorizationKey, session: Session, _message_id: int, _request: Any
    ) -> None:
        self._keys.forget(key)
        self._sessions.forget(key)
        session.queue(t.DestroyAuthKeyOk(), content=False)

    @staticmethod
    def _drop_answer(
        _c: Connection, _key: AuthorizationKey, session: Session, message_id: int, request: Any
    ) -> None:
        answer: Any
        dropped = session.drop_answer(request.req_msg_id)
        if dropped is not None:
            answer = t.RpcAnswerDropped(dropped.message_id, dropped.sequence, len(dropped.body))
        elif session.outcomes.get(request.req_msg_id, True) is None:
            session.outcomes.pop(request.req_msg_id)
            answer = t.RpcAnswerDroppedRunning()
            # The request itself is answered with the same.
            told = struct.pack("<Iq", _RPC_RESULT, request.req_msg_id) + bytes(answer)
            session.queue(told, to=request.req_msg_id)
        else:
            answer = t.RpcAnswerUnknown()
        session.queue(struct.pack("<Iq", _RPC_RESULT, message_id) + bytes(answer), to=message_id)

    @staticmethod
    def _confirmed(
        _c: Connection, _key: AuthorizationKey, session: Session, _message_id: int, ack: Any
    ) -> None:
        session.confirm(ack.msg_ids)

    @staticmethod
    def _states(
        _c: Connection, _key: AuthorizationKey, session: Session, message_id: int, question: Any
    ) -> None:
        states = bytes(session.received.status(number, session.processed) for number in question.msg_ids)
        session.queue(_state_info(message_id, states), content=False)

    @staticmethod
    def _resend(
        _c: Connection, _key: AuthorizationKey, session: Session, message_id: int, question: Any
    ) -> None:
        """If one is gone, or was never sent, all are told of instead, as if msgs_state_req had asked."""
        found = [session.resend(number) for number in question.msg_ids]
        if not all(found):
            states = [
                # Odd numbers are of the data centre's own making: it has them or has forgotten them.
                4 if there else 1 if number % 2 else session.received.status(number, session.processed)
                for number, there in zip(question.msg_ids, found, strict=True)
            ]
            session.queue(_state_info(message_id, bytes(states)), content=False)


def _state_info(message_id: int, states: bytes) -> Any:
    """One byte for each message; Telethon turns text into UTF-8, so the bytes are put in as they are."""
    return t.MsgsStateInfo(message_id, states)


def _ignore(*_: Any) -> None:
    return None
