"""Putting the world's clock forward: what grows old by it, and that no client is shaken off."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from telethon import errors
from telethon import functions as fn

from quart_app.demo import DemoDataCentre, RsaKey, open_demo
from quart_app.demo.clock import MovableClock
from quart_app.demo.rates import STRICT

DAY = 86_400


@pytest.fixture
async def demo(rsa_key: RsaKey) -> AsyncIterator[DemoDataCentre]:
    async with open_demo(20, 7, rsa_key=rsa_key, rates=STRICT) as demo:
        yield demo


async def test_a_login_comes_of_age(demo: DemoDataCentre, log_in: Any) -> None:
    client, other = await log_in(), await log_in()
    with pytest.raises(errors.FreshResetAuthorisationForbiddenError):
        await client(fn.auth.ResetAuthorizationsRequest())
    with pytest.raises(errors.TakeoutInitDelayError):
        await client(fn.account.InitTakeoutSessionRequest())
    demo.instrument.advance(DAY)
    assert await client(fn.auth.ResetAuthorizationsRequest())
    with pytest.raises(errors.AuthKeyUnregisteredError):
        await other(fn.updates.GetStateRequest())


async def test_codes_expire(demo: DemoDataCentre, new_client: Any) -> None:
    client = new_client()
    await client.connect()
    await client.send_code_request("+9996620001")
    demo.instrument.advance(301)
    with pytest.raises(errors.PhoneCodeExpiredError):
        await client.sign_in("+9996620001", "22222")


@pytest.mark.parametrize("seconds", [31, 299, DAY])
async def test_floods_end_and_the_connection_lives_on(
    demo: DemoDataCentre, log_in: Any, seconds: int
) -> None:
    client = await log_in()
    resolve = fn.contacts.ResolveUsernameRequest("scontierrati")
    for _ in range(STRICT["contacts.ResolveUsername"].burst):
        await client(resolve)
    with pytest.raises(errors.FloodWaitError):
        await client(resolve)
    client._flood_waited_requests.clear()  # what the client remembers by its own clock
    demo.instrument.advance(seconds)
    assert await client(resolve)
    assert len(demo.instrument.connections) == 1


async def test_only_forward_and_only_a_clock_that_moves(demo: DemoDataCentre, rsa_key: RsaKey) -> None:
    with pytest.raises(ValueError, match="forward"):
        demo.instrument.advance(-1)
    async with open_demo(10, rsa_key=rsa_key, clock=lambda: 1e9) as fixed:
        with pytest.raises(ValueError, match="can't be moved"):
            fixed.instrument.advance(1)
    assert MovableClock(lambda: 5.0).advance(2) == 2
