"""What an account notes about a chat: read, unread, muted, pinned, archived."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions as fn

from quart_app.demo.caller import Caller
from quart_app.demo.methods import answers


@answers(fn.messages.SetTypingRequest)
def set_typing(_caller: Caller, _request: Any) -> Any:
    return True
