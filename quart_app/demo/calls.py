"""API requests: taken out of their wrappers, admitted, handed to their methods, answered."""

from __future__ import annotations

import asyncio
import gzip
import logging
import struct
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from telethon.tl import TLObject
from telethon.tl import types as t

from quart_app.demo.admission import Admission
from quart_app.demo.authorization import AuthorizationKey
from quart_app.demo.caller import Caller
from quart_app.demo.disturbances import Plan
from quart_app.demo.errors import RpcError
from quart_app.demo.instrument import Instrument
from quart_app.demo.methods import method_name
from quart_app.demo.older_layers import outgoing
from quart_app.demo.session import Session
from quart_app.demo.world import World
from quart_app.demo.wrappers import Request, unwrap

if TYPE_CHECKING:
    from quart_app.demo.connection import Connection

logger = logging.getLogger(__name__)

_RPC_RESULT, _VECTOR, _TRUE, _FALSE, _GZIP = 0xF35C6D01, 0x1CB5C415, 0x997275B5, 0xBC799737, 0x3072CFA1
_WORTH_PACKING = 512
_NOT_ACCEPTABLE = 406
_LOOK_AGAIN, _PATIENCE = 0.05, 0.5
"""Seconds that a request waits for one that it must come after, if that never arrived."""


class Calls:
    def __init__(
        self,
        world: World,
        admission: Admission,
        instrument: Instrument,
        clock: Callable[[], float],
        data_centre_id: int,
    ) -> None:
        self._world = world
        self._admission = admission
        self._instrument = instrument
        self._clock = clock
        self._data_centre_id = data_centre_id

    def request(
        self, connection: Connection, key: AuthorizationKey, session: Session, message_id: int, wrapped: Any
    ) -> None:
        """Answer on the session, now or later."""
        session.begin_request(message_id)
        self._in_turn(_Call(connection, key, session, message_id, unwrap(wrapped)), _PATIENCE)

    def _in_turn(self, call: _Call, patience: float) -> None:
        """invokeAfterMsg: not before those that it names; not at all if one of them failed."""
        session = call.session
        outcomes = [session.outcomes.get(other, "unknown") for other in call.request.after]
        if False in outcomes:
            self._answered(
                call, error_result(call.message_id, RpcError(400, "MSG_WAIT_FAILED")), went_well=False
            )
        elif "unknown" in outcomes and patience <= 0:
            self._answered(
                call, error_result(call.message_id, RpcError(400, "MSG_WAIT_TIMEOUT")), went_well=False
            )
        elif None in outcomes or "unknown" in outcomes:
            left = patience if None in outcomes else patience - _LOOK_AGAIN
            asyncio.get_running_loop().call_later(_LOOK_AGAIN, self._in_turn, call, left)
        else:
            self._disturbed(call, self._instrument.disturbances.next(call.method))

    def _disturbed(self, call: _Call, plan: Plan) -> None:
        if plan.drop == "before":
            self._instrument.note(call.method, call.key.owner, call.connection.record)
            call.connection.abort()
        elif plan.delay:
            call.session.queue(t.MsgsAck([call.message_id]), content=False)
            call.session.flush()
            asyncio.get_running_loop().call_later(plan.delay, self._apply, call, plan)
        else:
            self._apply(call, plan)

    def _apply(self, call: _Call, plan: Plan) -> None:
        dropped = call.message_id not in call.session.outcomes  # rpc_drop_answer while it ran
        body, went_well = self._answer(call, plan.error)
        if dropped:
            return
        if plan.drop == "after":
            call.connection.abort()
        self._answered(call, body, went_well=went_well)
        if plan.delay:
            call.session.flush()

    @staticmethod
    def _answered(call: _Call, body: bytes, *, went_well: bool) -> None:
        call.session.outcomes[call.message_id] = went_well
        call.session.queue(body, to=call.message_id)
        if call.request.after:
            call.session.flush()

    def _answer(self, call: _Call, planned: RpcError | None) -> tuple[bytes, bool]:
        """The rpc_result, and whether it is no error. A handler that fails says so: dropping the connection
        instead would make Telethon send the request again for ever, and a 5xx six times."""
        try:
            answer = _serialised(self._call(call, planned))
            return _result(call.message_id, outgoing(answer, call.key.owner.device.layer)), True
        except RpcError as failure:
            self._instrument.recording.refused(call.method, failure.code, failure.message)
            if failure.code == _NOT_ACCEPTABLE and failure.message != "AUTH_KEY_DUPLICATED":
                asyncio.get_running_loop().call_soon(self._explain, call, failure)
            return error_result(call.message_id, failure), False
        except Exception as error:  # noqa: BLE001 (see above)
            where = traceback.extract_tb(error.__traceback__)[-1]
            logger.error(  # noqa: TRY400, RUF100 (a trace may quote what the client sent)
                "A method of the demo data centre failed",
                extra={"method": call.method, "error": type(error).__name__,
                       "at": f"{where.filename.rpartition('/')[2]}:{where.lineno}"},
            )  # fmt: skip
            return error_result(call.message_id, RpcError(400, "DEMO_INTERNAL_ERROR")), False

    def _explain(self, call: _Call, failure: RpcError) -> None:
        """What is said to people after a 406: see core.telegram.org/api/errors#406-not-acceptable."""
        if call.session.wants_updates:
            words = failure.message.replace("_", " ").capitalize()
            told = t.UpdateServiceNotification(failure.message, words, t.MessageMediaEmpty(), [], popup=True)
            update = t.UpdateShort(told, int(self._world.clock()))
            call.session.queue(update, reply=False)
            call.session.flush()

    def _call(self, call: _Call, planned: RpcError | None) -> Any:
        key, request = call.key, call.request
        owner = key.owner
        if owner.killed_at is not None:
            raise RpcError(406, "AUTH_KEY_DUPLICATED")
        self._instrument.called(call.method, owner, call.connection)
        self._admission.introduce(key, request)
        if planned is not None:
            raise planned
        method = self._admission.admit(key, request.query, call.method)
        owner.used_at = self._clock()
        # Updates flow to a session once it has called something without opting out.
        call.session.wants_updates = request.updates
        address = call.connection.address
        caller = Caller(self._world, key, call.session.id, call.message_id, self._data_centre_id, address)
        return _of_its_type(request.query, method.handler(caller, request.query))


class _Call:
    """One request on its way."""

    __slots__ = ("connection", "key", "message_id", "method", "request", "session")

    def __init__(
        self,
        connection: Connection,
        key: AuthorizationKey,
        session: Session,
        message_id: int,
        request: Request,
    ) -> None:
        self.connection, self.key, self.session = connection, key, session
        self.message_id, self.request = message_id, request
        self.method = method_name(type(request.query))


def _result(message_id: int, body: bytes) -> bytes:
    if len(body) > _WORTH_PACKING:
        packed = struct.pack("<I", _GZIP) + bytes(TLObject.serialize_bytes(gzip.compress(body, 1)))
        body = packed if len(packed) < len(body) else body
    return struct.pack("<Iq", _RPC_RESULT, message_id) + body


def error_result(message_id: int, failure: RpcError) -> bytes:
    """rpc_result with an rpc_error."""
    return struct.pack("<Iq", _RPC_RESULT, message_id) + bytes(t.RpcError(failure.code, failure.message))


def _of_its_type(request: Any, result: Any) -> Any:
    """The answer itself; TypeError unless it is of the type that the schema gives this method."""
    kind = getattr(result, "SUBCLASS_OF_ID", None)
    if kind is not None and kind != request.SUBCLASS_OF_ID:
        raise TypeError(f"{type(result).__name__} is no answer to {type(request).__name__}")
    return result


def _serialised(result: Any) -> bytes:
    if isinstance(result, bool):
        return struct.pack("<I", _TRUE if result else _FALSE)
    if isinstance(result, list):
        return struct.pack("<Ii", _VECTOR, len(result)) + b"".join(map(bytes, result))
    return bytes(result)
