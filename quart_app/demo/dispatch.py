"""Takes packets apart, answers the protocol's own messages, hands API requests to their methods."""

from __future__ import annotations

import gzip
import logging
import struct
import traceback
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from telethon.tl import TLObject, TLRequest
from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo import inner_messages
from quart_app.demo.authorization import AuthorizationKey, Device
from quart_app.demo.caller import Caller
from quart_app.demo.encryption import Packet
from quart_app.demo.errors import RpcError
from quart_app.demo.instrument import Instrument
from quart_app.demo.methods import Method, Methods, method_name
from quart_app.demo.world import World

if TYPE_CHECKING:
    from quart_app.demo.connection import Connection

logger = logging.getLogger(__name__)

_RPC_RESULT, _VECTOR, _TRUE, _FALSE, _GZIP = 0xF35C6D01, 0x1CB5C415, 0x997275B5, 0xBC799737, 0x3072CFA1
_WORTH_PACKING = 512
_BAD_SALT = 48
_WRAPPERS = (
    fn.InvokeWithLayerRequest,
    fn.InitConnectionRequest,
    fn.InvokeWithoutUpdatesRequest,
    fn.InvokeAfterMsgRequest,
    fn.InvokeAfterMsgsRequest,
    fn.InvokeWithTakeoutRequest,
)


class Dispatcher:
    def __init__(
        self,
        world: World,
        methods: Methods,
        instrument: Instrument,
        clock: Callable[[], float],
        data_centre_id: int,
    ) -> None:
        self._world = world
        self._methods = methods
        self._instrument = instrument
        self._clock = clock
        self._data_centre_id = data_centre_id

    def packet(self, connection: Connection, key: AuthorizationKey, packet: Packet) -> None:
        """Queue all answers to one packet on the connection's session."""
        session = connection.session
        salt = key.current_salt(self._clock())
        if packet.salt != salt:
            self._instrument.bad_salts += 1
            session.queue(t.BadServerSalt(packet.message_id, packet.sequence, _BAD_SALT, salt), content=False)
            # A new session is announced only once the salt is right.
            connection.flush(session_id=packet.session_id)
            return
        refusal = session.refusal(packet.message_id)
        if refusal:
            session.queue(t.BadMsgNotification(packet.message_id, packet.sequence, refusal), content=False)
            connection.flush(session_id=packet.session_id)
            return
        if packet.session_id != session.id:
            connection.flush()  # what waits belongs to the session before
            unique_id = session.begin(packet.session_id)
            session.queue(t.NewSessionCreated(packet.message_id, unique_id, salt), reply=False)
        for message_id, body in inner_messages.split(packet.message_id, packet.body):
            self._message(connection, key, message_id, inner_messages.parse(body))

    def _message(self, connection: Connection, key: AuthorizationKey, message_id: int, message: Any) -> None:
        session = connection.session
        if message is None:
            session.queue(_error(message_id, RpcError(400, "INPUT_METHOD_INVALID")))
        elif isinstance(message, fn.PingRequest | fn.PingDelayDisconnectRequest):
            session.queue(t.Pong(message_id, message.ping_id), content=False)
            if isinstance(message, fn.PingDelayDisconnectRequest):
                connection.close_after(message.disconnect_delay)
        elif isinstance(message, fn.GetFutureSaltsRequest):
            now = int(self._clock())
            salt = key.current_salt(self._clock())
            session.queue(t.FutureSalts(message_id, now, [t.FutureSalt(now, now + 3600, salt)]))
        elif isinstance(message, fn.DestroySessionRequest):
            session.queue(t.DestroySessionNone(message.session_id))
        elif isinstance(message, t.MsgsStateReq):
            state = bytes([4] * len(message.msg_ids)).decode("latin1")
            session.queue(t.MsgsStateInfo(message_id, state), content=False)
        elif isinstance(message, TLRequest) and session.first_time(message_id):
            session.queue(self._answer(connection, key, message_id, message))

    def _answer(self, connection: Connection, key: AuthorizationKey, message_id: int, request: Any) -> bytes:
        """The rpc_result for one request. A handler that fails says so: dropping the connection instead would
        make Telethon send the request again for ever, and a 5xx six times."""
        device, updates = None, True
        while isinstance(request, _WRAPPERS):
            if isinstance(request, fn.InitConnectionRequest):
                device = request
            elif isinstance(request, fn.InvokeWithoutUpdatesRequest):
                updates = False
            elif isinstance(request, fn.InvokeWithLayerRequest):
                connection.layer = request.layer
            request = request.query
        try:
            if device is not None:
                self._introduce(key, connection.layer, device)
            result = self._call(connection, key, message_id, request, updates=updates)
            return _result(message_id, _serialised(result))
        except RpcError as failure:
            return _error(message_id, failure)
        except Exception as error:  # noqa: BLE001 (see above)
            where = traceback.extract_tb(error.__traceback__)[-1]
            logger.error(  # noqa: TRY400, RUF100 (a trace may quote what the client sent)
                "A method of the demo data centre failed",
                extra={"method": method_name(type(request)), "error": type(error).__name__,
                       "at": f"{where.filename.rpartition('/')[2]}:{where.lineno}"},
            )  # fmt: skip
            return _error(message_id, RpcError(400, "DEMO_INTERNAL_ERROR"))

    @staticmethod
    def _introduce(key: AuthorizationKey, layer: int, init: Any) -> None:
        key.initialised = True
        key.owner.device = Device(
            init.api_id, init.device_model, init.system_version, init.app_version, layer
        )

    def _call(
        self, connection: Connection, key: AuthorizationKey, message_id: int, request: Any, *, updates: bool
    ) -> Any:
        owner = key.owner
        if owner.killed_at is not None:
            raise RpcError(406, "AUTH_KEY_DUPLICATED")
        self._instrument.called(method_name(type(request)), owner, connection.record)
        method = self._admit(key, request)
        owner.used_at = self._clock()
        # Updates flow to a session once it has called something without opting out.
        connection.wants_updates = updates
        caller = Caller(
            self._world, key, connection.session.id or 0, message_id, self._data_centre_id, connection.address
        )
        return method.handler(caller, request)

    def _admit(self, key: AuthorizationKey, request: Any) -> Method:
        """The method, if whoever holds this key may call it now."""
        binds = isinstance(request, fn.auth.BindTempAuthKeyRequest)
        if not key.initialised and not binds:
            raise RpcError(400, "CONNECTION_NOT_INITED")
        method = self._methods.find(request)
        if method is None:
            raise RpcError(400, "METHOD_INVALID")
        if key.temporary and key.permanent is None and not binds:
            raise RpcError(401, "AUTH_KEY_PERM_EMPTY")
        if not method.before_login and not key.owner.user_id:
            raise RpcError(401, "AUTH_KEY_UNREGISTERED")
        return method


def _result(message_id: int, body: bytes) -> bytes:
    if len(body) > _WORTH_PACKING:
        packed = struct.pack("<I", _GZIP) + bytes(TLObject.serialize_bytes(gzip.compress(body, 1)))
        body = packed if len(packed) < len(body) else body
    return struct.pack("<Iq", _RPC_RESULT, message_id) + body


def _error(message_id: int, failure: RpcError) -> bytes:
    return struct.pack("<Iq", _RPC_RESULT, message_id) + bytes(t.RpcError(failure.code, failure.message))


def _serialised(result: Any) -> bytes:
    if isinstance(result, bool):
        return struct.pack("<I", _TRUE if result else _FALSE)
    if isinstance(result, list):
        return struct.pack("<Ii", _VECTOR, len(result)) + b"".join(map(bytes, result))
    return bytes(result)
