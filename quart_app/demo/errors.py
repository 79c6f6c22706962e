"""What can go wrong between a client and the demo data centre.

DemoError
├── RpcError       an API method refuses; the client gets rpc_error(code, message)
├── ControlError   the control interface would not do what it was asked
├── BadContainer   a container that is told to the client (bad_msg_notification 64)
└── ProtocolError  the peer does not speak MTProto; its connection is closed
"""

from __future__ import annotations


class DemoError(Exception):
    """Anything that the demo data centre says no to."""


class RpcError(DemoError):
    """An answer of the API: ``code`` as in HTTP (400, 401, 420 ...), ``message`` as Telegram spells it."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


class ControlError(DemoError):
    """Raised by ControlClient; the message says why."""


class BadContainer(DemoError):
    """A container that breaks the rules; nothing in it is done, the connection lives on."""


NOT_FOUND, FLOOD, WRONG_DATA_CENTRE = 404, 429, 444
"""Errors of the transport: the client gets the negative number instead of a message."""


class ProtocolError(DemoError):
    """Bytes that no honest client sends. The message says what was wrong and quotes none of them.

    ``code`` is what the client is told before its connection is closed; 0 for nothing.
    """

    def __init__(self, message: str, code: int = 0) -> None:
        super().__init__(message)
        self.code = code
