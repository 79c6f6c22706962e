"""Putting the world's clock forward: what grows old by it, and that no client is shaken off."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from telethon import errors, events
from telethon import functions as fn
from telethon import types as t
from telethon.utils import get_input_channel

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
    heard: list[Any] = []
    client.add_event_handler(heard.append, events.Raw(t.UpdateServiceNotification))
    with pytest.raises(errors.FreshResetAuthorisationForbiddenError):
        await client(fn.auth.ResetAuthorizationsRequest())
    while not heard:
        await asyncio.sleep(0.01)
    assert (heard[0].type, heard[0].popup) == ("FRESH_RESET_AUTHORISATION_FORBIDDEN", True)
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


async def test_a_new_admin_makes_no_others(demo: DemoDataCentre, log_in: Any) -> None:
    owner, deputy, third = [await log_in(tail) for tail in ("10001", "10002", "10003")]
    made = await owner(fn.channels.CreateChannelRequest("Prova", "", megagroup=True))
    channel = get_input_channel(made.chats[0])
    rights = t.ChatAdminRights(add_admins=True, invite_users=True, ban_users=True)
    second = await owner.get_input_entity((await deputy.get_me()).username)
    await owner(fn.channels.EditAdminRequest(channel, second, rights, ""))
    theirs = next(each.input_entity for each in await deputy.get_dialogs() if each.name == "Prova")
    guest = await deputy.get_input_entity((await third.get_me()).username)
    elect = fn.channels.EditAdminRequest(theirs, guest, t.ChatAdminRights(ban_users=True), "")
    with pytest.raises(errors.FreshChangeAdminsForbiddenError):
        await deputy(elect)
    demo.instrument.advance(DAY)
    assert await deputy(elect)


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
