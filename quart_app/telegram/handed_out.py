"""The Telethon client that a plugin gets which the operator trusts with it: the caller's account, without its key.

It has Telethon's own methods, and no connection: each request is carried to the caller's one live client and leaves
through its gate, with the scope of the session, its flood waits, time limits and masks of login codes. What would let
somebody in beyond this session, or the owner out, is refused. Everything else that the owner could do it can do.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from telethon import TelegramClient, errors, utils
from telethon.extensions import BinaryReader
from telethon.sessions import MemorySession
from telethon.tl import TLRequest

from commands import Refused, say
from quart_app.telegram.gate import GatedClient, method_name

Send = Callable[[bytes], Awaitable[Any]]

_KEPT: Final = frozenset(
    f"account.{name}"
    for name in (
        *("AcceptAuthorization", "CancelPasswordEmail", "ChangeAuthorizationSettings", "ChangePhone"),
        *("ConfirmBotConnection", "ConfirmPasswordEmail", "ConfirmPhone", "DeclinePasswordReset"),
        *("DeleteAccount", "DeletePasskey", "DeleteSecureValue", "GetAllSecureValues", "GetPasswordSettings"),
        *("GetSecureValue", "GetTmpPassword", "InitPasskeyRegistration", "InvalidateSignInCodes"),
        *("RegisterDevice", "RegisterPasskey", "ResendPasswordEmail", "ResetAuthorization", "ResetPassword"),
        *("ResetWebAuthorization", "ResetWebAuthorizations", "SaveSecureValue", "SendChangePhoneCode"),
        *("SendConfirmPhoneCode", "SendVerifyEmailCode", "SendVerifyPhoneCode", "SetAccountTTL"),
        *("SetAuthorizationTTL", "UpdateConnectedBot", "UpdateDeviceLocked", "UpdatePasswordSettings"),
        *("VerifyEmail", "VerifyPhone"),
    )
)
_UNNAMED: Final = ("InvokeWithLayer", "InitConnection")
_NOT_HERE: Final = (
    *("add_event_handler", "catch_up", "connect", "disconnect", "edit_2fa", "log_out", "on", "qr_login"),
    *("run_until_disconnected", "send_code_request", "set_proxy", "set_receive_updates", "sign_in"),
    *("sign_up", "start", "_borrow_exported_sender", "_switch_dc"),
)


@dataclass(frozen=True, slots=True)
class RpcFailure:
    """What Telegram refused, on its way to whoever asked: Telethon's class, and what it is made with."""

    kind: type[Any]
    details: tuple[Any, ...]


def refused() -> Refused:
    return Refused("not_handed_out", say("A plugin's client may not do this."))


async def carry(client: GatedClient, data: bytes) -> Any:
    """Send the request that ``data`` is. An error of Telegram's is an RpcFailure; Refused for what stays ours."""
    request = read_request(data)
    for each in _nested(request):
        name = method_name(each)
        if name.startswith("auth.") or name in _KEPT or name.rpartition(".")[2] in _UNNAMED:
            raise refused()
    try:
        return await client(request)
    except errors.RPCError as error:
        if isinstance(error, errors.UnauthorizedError | errors.FloodWaitError | errors.AuthKeyError):
            raise
        kind, (_request, *details) = error.__reduce__()
        return RpcFailure(kind, tuple(details))


def read_request(data: bytes) -> Any:
    """Made anew from its bytes: nothing of the plugin's own is looked at."""
    try:
        request = BinaryReader(data).tgread_object()
    except Exception:  # noqa: BLE001 (Telethon's reader raises what it likes)
        raise refused() from None
    if not isinstance(request, TLRequest):
        raise refused()
    return request


def _nested(request: Any) -> Iterator[Any]:
    while isinstance(request, TLRequest):
        yield request
        request = getattr(request, "query", None)


class HandedOutClient(TelegramClient):  # type: ignore[misc]  # Telethon is untyped
    """Used on whichever loop the plugin runs; ``send`` takes a request's bytes to ``carry``."""

    def __init__(self, send: Send) -> None:
        super().__init__(MemorySession(), 1, "none", receive_updates=False, flood_sleep_threshold=0)
        self._carry = send

    async def _call(self, sender: Any, request: Any, ordered: bool = False, **_: Any) -> Any:
        del sender
        if isinstance(request, (list, tuple)):
            return [await self._call(None, each, ordered) for each in request]
        if not isinstance(request, TLRequest):
            raise TypeError("You can only invoke requests, not types!")
        await request.resolve(self, utils)
        answer = await self._carry(bytes(request))
        if isinstance(answer, RpcFailure):
            raise answer.kind(request, *answer.details)
        self.session.process_entities(answer)
        self._mb_entity_cache.extend(getattr(answer, "users", ()), getattr(answer, "chats", ()))
        return answer

    def is_connected(self) -> bool:
        return True

    async def __aenter__(self) -> HandedOutClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        """There is nothing to disconnect."""


def _not_here(*_: Any, **__: Any) -> NoReturn:
    raise refused()


for _name in _NOT_HERE:
    setattr(HandedOutClient, _name, _not_here)
