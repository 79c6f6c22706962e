"""One MTProto session, on whichever connection it lies: what came, what waits to be sent, what is unconfirmed."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from quart_app.demo.message_ids import MessageIds
from quart_app.demo.received import Received

if TYPE_CHECKING:
    from quart_app.demo.connection import Connection

_CONTAINER = 0x73F1F8DC
_LARGEST_CONTAINER = 100
_LARGEST_PART = 1 << 19
_MOST_UNCONFIRMED = 500
_MOST_OUTCOMES = 2000
_ALREADY_SENT = 1024
"""A longer answer is not sent twice unasked: msg_detailed_info says that it exists."""


class Outgoing(NamedTuple):
    message_id: int
    sequence: int
    body: bytes


class Session:
    """``wants_updates``: it has called something without opting out of them."""

    def __init__(self, session_id: int, message_ids: MessageIds) -> None:
        self.id = session_id
        self.unique_id = int.from_bytes(os.urandom(8), "little", signed=True)
        self.received = Received()
        self.wants_updates = False
        self.first_id = 0
        """The lowest message id that the client was told of as the beginning of this session."""
        self.used_at = 0.0
        self.connection: Connection | None = None
        """The one that carried it last."""
        self.outcomes: dict[int, bool | None] = {}
        """Of its latest requests: whether they went well; None while they run."""
        self._message_ids = message_ids
        self._content_messages = 0
        self._waiting: list[Outgoing] = []
        self._unconfirmed: dict[int, Outgoing] = {}
        self._answers: dict[int, int] = {}

    def queue(self, body: Any, *, content: bool = True, reply: bool = True, to: int = 0) -> None:
        """``content``: the client must confirm it. ``to`` is the request that this answers."""
        sequence = self._content_messages * 2 + content
        self._content_messages += content
        outgoing = Outgoing(self._message_ids.next(reply=reply), sequence, bytes(body))
        self._waiting.append(outgoing)
        if content:
            self._unconfirmed[outgoing.message_id] = outgoing
            _trim(self._unconfirmed, _MOST_UNCONFIRMED)
        if to:
            self._answers[to] = outgoing.message_id
            _trim(self._answers, _MOST_UNCONFIRMED)

    def confirm(self, message_ids: list[int]) -> None:
        """The client has these (msgs_ack)."""
        for message_id in message_ids:
            self._unconfirmed.pop(message_id, None)

    def answer_to(self, request_id: int) -> Outgoing | None:
        """The answer to a request, while it is unconfirmed."""
        return self._unconfirmed.get(self._answers.get(request_id, 0))

    def again(self, request_id: int, detailed: Any) -> bool:
        """A request came twice: send its answer again, or ``detailed(outgoing)`` if it is long.

        False where there is none that the client lacks.
        """
        answer = self.answer_to(request_id)
        if answer is None:
            return False
        if len(answer.body) > _ALREADY_SENT:
            self.queue(detailed(answer), content=False)
        elif answer not in self._waiting:
            self._waiting.append(answer)
        return True

    def resend(self, message_id: int) -> bool:
        """Send an unconfirmed message once more, under its own id (msg_resend_req); False if it is gone."""
        outgoing = self._unconfirmed.get(message_id)
        if outgoing is not None and outgoing not in self._waiting:
            self._waiting.append(outgoing)
        return outgoing is not None

    def resend_unconfirmed(self) -> None:
        """The client is back on another connection: what it did not confirm it may have missed."""
        for message_id in self._unconfirmed:
            self.resend(message_id)

    def drop_answer(self, request_id: int) -> Outgoing | None:
        """Forget the answer that waits or is unconfirmed (rpc_drop_answer)."""
        answer = self.answer_to(request_id)
        if answer is not None:
            del self._unconfirmed[answer.message_id]
            self._waiting = [waiting for waiting in self._waiting if waiting is not answer]
        return answer

    def processed(self, request_id: int) -> int:
        """The bits of msgs_state_info that tell how far a received request has got."""
        if request_id not in self.outcomes:
            return 0
        if self.outcomes[request_id] is None:
            return 8 | 32
        return 8 | 32 | 64 | (0 if self.answer_to(request_id) else 128)

    def begin_request(self, request_id: int) -> None:
        self.outcomes[request_id] = None
        _trim(self.outcomes, _MOST_OUTCOMES)

    def flush(self) -> None:
        if self.connection is not None:
            self.connection.flush(self)

    def take(self) -> Iterator[Outgoing]:
        """What waits; several messages go in one container."""
        while self._waiting:
            batch = self._batch()
            if len(batch) == 1:
                yield batch[0]
                continue
            parts = [struct.pack("<qii", *message[:2], len(message.body)) + message.body for message in batch]
            container = struct.pack("<Ii", _CONTAINER, len(batch)) + b"".join(parts)
            yield Outgoing(self._message_ids.next(reply=True), self._content_messages * 2, container)

    def _batch(self) -> list[Outgoing]:
        size, count = 0, 0
        for message in self._waiting[:_LARGEST_CONTAINER]:
            size += len(message.body)
            if count and size > _LARGEST_PART:
                break
            count += 1
        batch, self._waiting = self._waiting[:count], self._waiting[count:]
        return batch


def _trim(remembered: dict[int, Any], most: int) -> None:
    while len(remembered) > most:
        del remembered[next(iter(remembered))]
