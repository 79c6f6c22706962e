"""account.initTakeoutSession: refused to a login of the last 24 hours, as Telegram does until it is confirmed."""

from __future__ import annotations

from typing import Any

from telethon.tl import functions as fn

from quart_app.demo.caller import Caller
from quart_app.demo.errors import RpcError
from quart_app.demo.methods import answers

_DELAY = 86_400
"""Seconds from the login on."""


@answers(fn.account.InitTakeoutSessionRequest)
def init_takeout_session(caller: Caller, _request: Any) -> Any:
    left = int(caller.key.logged_in_at + _DELAY - caller.world.clock())
    raise RpcError(420, f"TAKEOUT_INIT_DELAY_{left if left > 0 else _DELAY}")


@answers(fn.account.FinishTakeoutSessionRequest)
def finish_takeout_session(_caller: Caller, _request: Any) -> Any:
    raise RpcError(403, "TAKEOUT_REQUIRED")
