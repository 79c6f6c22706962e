"""The instrument from another process: JSON lines over TCP, on this machine only, for whoever has the token.

A line asks ``{"token": ..., "do": name, "with": {...}}`` and is answered with ``{"value": ...}`` or
``{"error": text}``. What may be asked is in ``QUESTIONS``, with the names of the instrument's own methods.
ControlClient is the other side. Off unless asked for: whoever may ask can do anything to the demo world.
"""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import json
import logging
import socket
from collections.abc import Callable, Mapping
from dataclasses import asdict
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from quart_app.demo.errors import ControlError
from quart_app.demo.peer import Peer
from quart_app.demo.state_comparison import compare

if TYPE_CHECKING:
    from quart_app.demo.centre import DemoDataCentre

logger = logging.getLogger(__name__)

_LONGEST = 1 << 20
Question = Callable[..., Any]


def _questions(demo: DemoDataCentre) -> dict[str, Question]:
    instrument, world = demo.instrument, demo.world

    def calls(method: str | None = None, user_id: int | None = None) -> list[dict[str, Any]]:
        return [asdict(call) for call in instrument.calls(method, user_id=user_id)]

    def post(chat: str | list[Any], text: str, **options: Any) -> int:
        where = chat if isinstance(chat, str) else Peer(*chat)
        return world.post(where, text, **options).id

    async def traffic(rate: float) -> None:
        await instrument.traffic(rate)

    async def refuse_connections(refuse: bool) -> None:
        await instrument.refuse_connections(refuse)

    return {
        "calls": calls,
        "counts": lambda: dict(instrument.counts),
        "refusals": lambda: [[*refusal, count] for refusal, count in instrument.refusals.items()],
        "connections": lambda: [asdict(record) for record in instrument.connections],
        "overlaps": lambda: [asdict(overlap) for overlap in instrument.overlaps],
        "held_together": lambda longer_than=0.0: [
            asdict(held) for held in instrument.held_together(longer_than=longer_than)
        ],
        "devices": lambda user_id: [asdict(device) for device in instrument.devices(user_id)],
        "state": instrument.state,
        "compare": compare,
        "fault": instrument.fault,
        "flood": instrument.flood,
        "delay": instrument.delay,
        "drop": instrument.drop,
        "clear_faults": instrument.clear_faults,
        "lose_updates": instrument.updates.lose,
        "double_updates": instrument.updates.double,
        "reorder_updates": instrument.updates.reorder,
        "revoke": lambda account, reason="AUTH_KEY_UNREGISTERED": instrument.revoke(
            instrument.account(account).id, reason
        ),
        "advance": instrument.advance,
        "traffic": traffic,
        "limit": instrument.limit,
        "move": instrument.move,
        "move_network": instrument.move_network,
        "keep_files": instrument.keep_files,
        "ask_to_join": lambda chat, person: instrument.ask_to_join(Peer(*chat), person),
        "send_codes_by": instrument.send_codes_by,
        "forget_keys": instrument.forget_keys,
        "drop_connections": instrument.drop_connections,
        "refuse_connections": refuse_connections,
        "silence": instrument.silence,
        "post": post,
    }


class Control:
    """Listens until closed. ``address`` is where, once started."""

    def __init__(self, demo: DemoDataCentre, token: str) -> None:
        if len(token) < 16:
            raise ValueError("a control token has at least 16 characters")
        self._token = token.encode()
        self._questions = _questions(demo)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self.address = ("", 0)

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """ValueError for an address that others can reach, OSError if the port is taken."""
        if not ipaddress.ip_address(host).is_loopback:
            raise ValueError("the control interface listens on loopback addresses only")
        self._server = await asyncio.start_server(self._serve, host, port, limit=_LONGEST)
        self.address = self._server.sockets[0].getsockname()[:2]

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for writer in tuple(self._writers):
            writer.close()
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while line := await reader.readline():
                answer, welcome = await self._answer(line)
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
                if not welcome:
                    return
        except (ConnectionError, ValueError):
            logger.info("A control connection ended")
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _answer(self, line: bytes) -> tuple[dict[str, Any], bool]:
        """The answer, and whether more may be asked."""
        try:
            asked = json.loads(line)
            token = str(asked["token"]).encode()
        except (ValueError, KeyError, TypeError):
            return {"error": "not a question"}, False
        if not hmac.compare_digest(token, self._token):
            return {"error": "wrong token"}, False
        question = self._questions.get(asked.get("do"))
        if question is None:
            return {"error": "there is no such question"}, True
        try:
            value = question(**asked.get("with", {}))
            return {"value": await value if asyncio.iscoroutine(value) else value}, True
        except (TypeError, ValueError, KeyError) as error:
            return {"error": f"{type(error).__name__}: {error}"}, True


class ControlClient:
    """Asks one question at a time: ``client("flood", method="messages.GetDialogs", seconds=3)``.

    Blocking, for tests that run beside the data centre. Raises ControlError, and OSError if it is gone.
    """

    def __init__(self, host: str, port: int, token: str, *, timeout: float = 10.0) -> None:
        self._socket = socket.create_connection((host, port), timeout)
        self._answers = self._socket.makefile("rb")
        self._token = token

    def __call__(self, question: str, **details: Any) -> Any:
        asked: Mapping[str, Any] = {"token": self._token, "do": question, "with": details}
        self._socket.sendall(json.dumps(asked).encode() + b"\n")
        line = self._answers.readline()
        if not line:
            raise ConnectionError("the control interface is gone")
        answer = json.loads(line)
        if "error" in answer:
            raise ControlError(answer["error"])
        return answer["value"]

    def close(self) -> None:
        self._answers.close()
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
