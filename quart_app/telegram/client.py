"""Telethon clients as this app uses them: sealed session, fenced connection, gate, no silent retries."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from telethon import functions
from telethon.crypto import rsa
from telethon.tl.alltlobjects import LAYER

from quart_app.settings import DataCentre
from quart_app.telegram.errors import ends_session
from quart_app.telegram.fence import Heartbeat, fenced_connection
from quart_app.telegram.gate import BROKEN, Gate, GatedClient, Observer, as_connection_errors, our_own
from quart_app.telegram.sealed_session import SealedSession
from quart_app.version import VERSION

log = logging.getLogger(__name__)

PRODUCT: Final = "Unofficial Telegram Chat Manager"
CONNECT_SECONDS: Final = 12.0
_CONNECT_RETRIES: Final = 2
_RETRY_SECONDS: Final = 0.3
_LOGOUT_SECONDS: Final = 5.0
_LOGOUT_ATTEMPTS: Final = 3


@dataclass(frozen=True, slots=True)
class Api:
    """From my.telegram.org: who the operator is to Telegram."""

    id: int
    hash: str


def device_name(expires_at: float) -> str:
    """What the owner sees in Telegram's list of devices."""
    return f"{PRODUCT} (expires {datetime.fromtimestamp(expires_at, UTC):%d %b %H:%M} UTC)"


class ClientFactory:
    """Makes the clients of one worker. Without a data centre they go to Telegram's production."""

    def __init__(
        self, api: Api, data_centre: DataCentre | None, heartbeat: Heartbeat, observer: Observer
    ) -> None:
        self._api, self._data_centre, self._observer = api, data_centre, observer
        self._heartbeat = heartbeat
        # Telethon caches the configuration of a world on the class.
        self._class = type("WorldClient", (GatedClient,), {})
        if data_centre is not None:
            rsa.add_key(data_centre.public_key, old=False)

    def new_session(self) -> SealedSession:
        session = SealedSession()
        if self._data_centre is not None:
            session.set_dc(self._data_centre.id, self._data_centre.host, self._data_centre.port)
        return session

    def create(
        self, session: SealedSession, *, expires_at: float, hold: Heartbeat | None = None
    ) -> GatedClient:
        """Not connected yet. It speaks only while ``hold`` lives: the worker's heartbeat unless a lease is given."""
        client: GatedClient = self._class(
            session,
            self._api.id,
            self._api.hash,
            connection=fenced_connection(hold or self._heartbeat),
            use_ipv6=":" in (session.server_address or ""),
            connection_retries=_CONNECT_RETRIES,
            retry_delay=_RETRY_SECONDS,
            auto_reconnect=False,  # ours is in the pool: it knows the lease, and what may not be sent twice
            request_retries=0,
            raise_last_call_error=True,
            flood_sleep_threshold=0,
            sequential_updates=True,
            catch_up=bool(list(session.get_update_states())),
            timeout=10,
            device_model=device_name(expires_at),
            system_version="web",
            app_version=VERSION,
        )
        client.gate = Gate(self._observer)
        client.never_send_late()
        return client

    @property
    def api(self) -> Api:
        return self._api


async def connect(client: GatedClient) -> None:
    """Connect, or leave nothing behind. Telethon's key exchange knows no time limit, so it is set here.

    Raises OSError, TimeoutError, or what Telegram says of the auth key. A key exchange that fails is tried once more:
    now and then Telethon factors wrongly, and nothing has been asked of anybody yet.
    """
    fresh = client.session.auth_key is None
    with as_connection_errors():
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                try:
                    await client.connect()
                except BROKEN:
                    if not fresh:
                        raise
                    await client.disconnect()
                    await client.connect()
        except BaseException:
            await disconnect(client)
            raise
    client.disconnected.add_done_callback(_heard)


async def disconnect(client: GatedClient) -> None:
    """Update states are in the session afterwards. Never raises."""
    client.on_update = None
    client.disconnected.add_done_callback(_heard)
    try:
        await client.disconnect()
    except (OSError, TimeoutError):
        pass
    except Exception as error:  # noqa: BLE001 (one client's trouble must not keep the others connected)
        log.error("a client could not be disconnected", extra={"error": type(error).__name__})


def _heard(disconnected: asyncio.Future[None]) -> None:
    """Why a connection ended is of interest to who watches it; one that nobody watches is not complained of."""
    if not disconnected.cancelled():
        disconnected.exception()


async def announce(client: GatedClient, expires_at: float) -> None:
    """Tell Telegram this device's name anew: the exact end is known only once the login has succeeded."""
    init: Any = client._init_request
    init.device_model, init.query = device_name(expires_at), functions.help.GetConfigRequest()
    await client(functions.InvokeWithLayerRequest(LAYER, init))


async def log_out(client: GatedClient) -> bool:
    """End the authorization at Telegram. True once Telegram has confirmed it, or says that it is gone already."""
    for attempt in range(_LOGOUT_ATTEMPTS):
        try:
            async with asyncio.timeout(_LOGOUT_SECONDS):
                if not client.is_connected():
                    await client.connect()
                with our_own():
                    await client(functions.auth.LogOutRequest())
        except Exception as error:  # noqa: BLE001 (whatever it is, it is tried again and then said)
            if ends_session(error):
                return True
            await asyncio.sleep(0.2 * (attempt + 1))
        else:
            return True
    return False
