"""auth.exportAuthorization and importAuthorization: carrying a login over to another key."""

from __future__ import annotations

import os
from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.caller import Caller
from quart_app.demo.errors import RpcError
from quart_app.demo.methods import answers


@answers(fn.auth.ExportAuthorizationRequest)
def export(caller: Caller, request: Any) -> Any:
    if request.dc_id not in caller.world.data_centres.addresses:
        raise RpcError(400, "DC_ID_INVALID")
    token = os.urandom(16)
    caller.world.exported_logins[token] = caller.key.user_id
    return t.auth.ExportedAuthorization(caller.key.user_id, token)


@answers(fn.auth.ImportAuthorizationRequest, before_login=True)
def import_(caller: Caller, request: Any) -> Any:
    if caller.world.exported_logins.pop(request.bytes, None) != request.id:
        raise RpcError(400, "AUTH_BYTES_INVALID")
    return caller.log_in(caller.world.account(request.id))
