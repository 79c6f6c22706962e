"""An account of a demo data centre, signed in through the app's own client: what a caller's gateway stands on."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from uuid import uuid4

from quart_app.demo import DemoDataCentre
from quart_app.telegram.client import Api, ClientFactory, connect, disconnect
from quart_app.telegram.gateway import CallerTelegram
from quart_app.telegram.lease import Lease
from quart_app.telegram.live import Live, Terms, Unlocked
from quart_app.telegram.vault import RecordId

PHONE: Final = "+9996610001"
_SESSION_SECONDS: Final = 86_400


class _AlwaysAlive:
    """There is one worker, and nobody to take over."""

    alive = True


class _Nobody:
    """Nobody counts calls here; the data centre's instrument does."""

    def telegram_call(self, method: str, outcome: str, seconds: float) -> None: ...

    def flood_wait(self, method: str, seconds: float) -> None: ...


@asynccontextmanager
async def signed_in(demo: DemoDataCentre, phone: str = PHONE) -> AsyncIterator[CallerTelegram]:
    """The gateway of that account, which holds the only copy of its session."""
    api_id, api_hash = demo.api
    factory = ClientFactory(Api(api_id, api_hash), demo.data_centre, _AlwaysAlive(), _Nobody())
    expires_at = int(time.time()) + _SESSION_SECONDS
    client = factory.create(factory.new_session(), expires_at=expires_at)
    await connect(client)
    try:
        await client.send_code_request(phone)
        await client.sign_in(phone, demo.world.code_for(phone.removeprefix("+")))
        user_id = uuid4()
        unlocked = Unlocked(RecordId(user_id, uuid4(), expires_at), bytearray(32))
        live = Live(unlocked, Terms(), Lease(user_id, token=1), client, generation=0)
        yield _gateway(live)
    finally:
        await disconnect(client)


def _gateway(live: Live) -> CallerTelegram:
    async def use() -> Live:
        return live

    async def failed(_live: Live, _error: BaseException) -> None:
        """The pool would reconnect or end the session; here the command's answer is all that matters."""

    return CallerTelegram(use, failed)
