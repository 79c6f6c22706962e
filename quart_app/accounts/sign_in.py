"""Who is signed in: browser sessions and API tokens as opaque ids, of which Redis holds only the hash."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from uuid import UUID

from redis.asyncio import Redis

from quart_app.accounts import sign_in_scripts as scripts
from quart_app.accounts.credentials import (
    ID_BYTES,
    TokenParts,
    csrf_token_of,
    decode,
    digest_of,
    encode,
    new_id,
)
from quart_app.accounts.remembered import RememberedSignIns
from quart_app.accounts.routing import Routing
from quart_app.storage import keys
from quart_app.storage.errors import StorageUnavailable, storage_errors
from quart_app.storage.keys import UserKeys

BROWSER_SECONDS: Final = 86_400
IDLE_SECONDS: Final = 43_200
TOKEN_SECONDS: Final = 30 * 86_400
DEVICE_ID_LENGTH: Final = 16
MOST_SIGN_INS: Final = 100
"""Of one user at once; beyond that the one that would expire first ends."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """Proof that a request comes from somebody who logged in."""

    user_id: UUID
    digest: str
    """The hash under which it is kept; names it to other workers, opens nothing."""
    kind: Literal["browser", "token"]
    csrf: str = field(repr=False)
    """What a browser must send along with a change; empty for tokens."""
    expires_at: int
    """Unix seconds, by Redis' clock."""
    vault_secret: bytes | None = field(default=None, repr=False)
    """A token's half that opens its slot of the vault; a browser's travels in a cookie of its own."""
    phone_tail: str = ""


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A new API token, readable this once."""

    text: str = field(repr=False)
    expires_at: int
    vault_secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Device:
    """A sign-in as its owner sees it in a list. Times are Unix seconds, by Redis' clock."""

    digest: str
    kind: Literal["browser", "token"]
    name: str
    made_at: int
    used_at: int
    expires_at: int
    slot: str | None = None
    """The one-way name of its way to the Telegram session, if it has one."""

    @property
    def id(self) -> str:
        """What names it in requests; means nothing to other users."""
        return self.digest[:DEVICE_ID_LENGTH]


class SignIns:
    """Opens, recognises and ends sign-ins. Every method raises `StorageUnavailable` without Redis: no one gets in then.

    Ends are published on the user's events channel as ``{"kind": "signed_out", "digest": ...}`` or
    ``{"kind": "signed_out_everywhere"}``, so that every worker closes its sockets.
    """

    def __init__(
        self,
        redis: Redis,
        routing: Routing,
        *,
        browser_seconds: int = BROWSER_SECONDS,
        idle_seconds: int = IDLE_SECONDS,
        token_seconds: int = TOKEN_SECONDS,
        most: int = MOST_SIGN_INS,
    ) -> None:
        self._redis, self._routing = redis, routing
        self._browser = (browser_seconds, idle_seconds)
        self._token = (token_seconds, token_seconds)
        self._most = most
        self._open = redis.register_script(scripts.OPEN)
        self._use = redis.register_script(scripts.USE)
        self._close_all = redis.register_script(scripts.CLOSE_ALL)
        self._bind_slot = redis.register_script(scripts.BIND_SLOT)
        self.remembered = RememberedSignIns(redis)

    def routing_tag(self, user_id: UUID) -> str:
        return self._routing.tag(user_id)

    async def open_browser(self, user_id: UUID, *, phone_tail: str = "", name: str = "") -> str:
        """A new session; returns the id for the cookie, which is kept nowhere here."""
        identifier = new_id()
        record = keys.browser_session(digest_of(identifier))
        await self._store(record, user_id, phone_tail, name, self._browser)
        return encode(identifier)

    async def browser(self, cookie: str) -> SignIn | None:
        """The session of a cookie's id, if there is one that has not ended. Unknown ids are never adopted."""
        identifier = decode(cookie, ID_BYTES)
        if identifier is None:
            return None
        digest = digest_of(identifier)
        found = await self._find(keys.browser_session(digest))
        if found is None:
            return None
        user_id, expires_at, tail = found
        csrf = csrf_token_of(identifier)
        return SignIn(user_id, digest, "browser", csrf, expires_at, phone_tail=tail)

    async def issue_token(self, user_id: UUID, name: str = "", *, phone_tail: str = "") -> IssuedToken:
        """A new API token with a vault secret of its own. ``name`` is the user's label for it."""
        parts = TokenParts.new(self._routing.tag(user_id))
        record = keys.api_token(digest_of(parts.identifier))
        expires_at = await self._store(record, user_id, phone_tail, name, self._token)
        return IssuedToken(str(parts), expires_at, parts.vault_secret)

    async def token(self, text: str) -> SignIn | None:
        """The sign-in of a ``tcm_ROUTE_SECRET`` token, if it has not ended."""
        parts = TokenParts.parse(text)
        if parts is None:
            return None
        digest = digest_of(parts.identifier)
        found = await self._find(keys.api_token(digest))
        if found is None:
            return None
        user_id, expires_at, tail = found
        return SignIn(user_id, digest, "token", "", expires_at, parts.vault_secret, tail)

    async def still_open(self, user_id: UUID, digest: str) -> bool:
        """Whether an open socket's sign-in has not ended; a socket counts as use."""
        for name in (keys.browser_session, keys.api_token):
            found = await self._find(name(digest))
            if found is not None and found[0] == user_id:
                return True
        return False

    async def close(self, sign_in: SignIn) -> None:
        """End this one: its id is worth nothing from now on."""
        await self._end(sign_in.user_id, _record(sign_in.kind, sign_in.digest))

    async def devices(self, user_id: UUID) -> list[Device]:
        """Every browser and token of a user that has not ended, the one used last first."""
        with storage_errors():
            records: Any = await self._redis.zrange(UserKeys(user_id).sign_ins, 0, -1)
            found: Any = [await self._redis.hgetall(record.decode()) for record in records]
        devices = [
            _device(record.decode(), fields)
            for record, fields in zip(records, found, strict=True)
            if fields.get(b"user", b"").decode() == str(user_id)
        ]
        return sorted(devices, key=lambda device: device.used_at, reverse=True)

    async def close_device(self, user_id: UUID, device_id: str) -> Device | None:
        """End one of this user's own; ``None`` if none of them has that id."""
        for device in await self.devices(user_id):
            if device.id == device_id:
                await self._end(user_id, _record(device.kind, device.digest))
                return device
        return None

    async def bind_slot(self, sign_in: SignIn, slot: str) -> None:
        """Note which way to the Telegram session this device has got, so that it can be shown out of it."""
        with storage_errors():
            await self._bind_slot(keys=[_record(sign_in.kind, sign_in.digest)], args=[slot])

    async def _end(self, user_id: UUID, record: str) -> None:
        self.remembered.ended(user_id, record)
        await self.remembered.end(record, user_id)

    async def close_all(self, user_id: UUID) -> int:
        """End every browser session and token of a user; returns how many there were."""
        of_user = UserKeys(user_id)
        event = json.dumps({"kind": "signed_out_everywhere"})
        with storage_errors():
            known: Any = await self._redis.zrange(of_user.sign_ins, 0, -1)
            self.remembered.ended(
                user_id, *(each.decode() for each in known), *self.remembered.forget_all(user_id)
            )
            return int(await self._close_all(keys=[of_user.sign_ins], args=[of_user.events, event]))

    def hear(self, user_id: UUID, event: dict[str, Any]) -> None:
        """What other workers have ended."""
        match event.get("kind"):
            case "signed_out":
                for name in (keys.browser_session, keys.api_token):
                    self.remembered.forget(name(str(event.get("digest"))))
            case "signed_out_everywhere":
                self.remembered.forget_all(user_id)

    async def _store(self, record: str, user_id: UUID, tail: str, name: str, seconds: tuple[int, int]) -> int:
        of_user = UserKeys(user_id)
        arguments: list[Any] = [str(user_id), tail, name, *seconds, self._most, of_user.events]
        with storage_errors():
            return int(await self._open(keys=[record, of_user.sign_ins], args=arguments))

    async def _find(self, record: str) -> tuple[UUID, int, str] | None:
        fields = await self._fields(record)
        if not fields and await self.remembered.look():
            fields = await self._fields(record)
        if not fields:
            if self.remembered.settling:
                raise StorageUnavailable("other workers may still say who is signed in")
            self.remembered.forget(record)
            return None
        user_id = UUID(fields["user"])
        self.remembered.saw(record, user_id, fields)
        return user_id, int(fields["expires"]), fields.get("tail", "")

    async def _fields(self, record: str) -> dict[str, str]:
        """Empty for one that has ended."""
        with storage_errors():
            found: list[bytes] | None = await self._use(keys=[record])
        parts = [part.decode() for part in found or ()]
        return dict(zip(parts[::2], parts[1::2], strict=True))


def _record(kind: Literal["browser", "token"], digest: str) -> str:
    return keys.browser_session(digest) if kind == "browser" else keys.api_token(digest)


def _device(record: str, fields: dict[bytes, bytes]) -> Device:
    kind, digest = keys.kind_of_sign_in(record)
    times = [int(fields.get(name, b"0")) for name in (b"made", b"used", b"expires")]
    slot = fields.get(b"slot")
    name = fields.get(b"name", b"").decode()
    made, used, expires = times
    return Device(digest, kind, name, made, used, expires, None if slot is None else slot.decode())
