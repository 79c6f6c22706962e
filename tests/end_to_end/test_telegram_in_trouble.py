"""Telegram ends the session, asks to wait, goes silent or away: each is said in its own words, and none is final."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.product.answer import Frame
from tests.product.caller import SESSION, Program
from tests.product.devices import Devices
from tests.product.person import Crowd
from tests.product.process import Product
from tests.product.telegram import Telegram


@pytest.fixture
async def owner(member: Program, telegram: Telegram) -> AsyncIterator[Program]:
    """Somebody with an open session."""
    await member.open_session()
    yield member
    assert telegram.overlaps() == [], "no key was ever on two connections"


async def error_of(program: Program, line: str) -> Frame:
    return (await program.run(line)).error


async def test_ended_from_the_phone(owner: Program, telegram: Telegram) -> None:
    async with owner.terminal() as terminal:
        await terminal.hello()
        assert (await terminal.run("list 1")).status == "ok"
        assert telegram.revoke(owner.person.phone) == 1
        assert (await terminal.run("list --fresh")).error["code"] == "session_ended"
        await terminal.next("session", state="none")
        assert (await terminal.run("list")).error["code"] in ("session_needed", "session_ended")
    assert (await owner.state())["state"] == "none"
    assert (await owner.open_session())["state"] == "active", "and a new one can be started"


async def test_a_flood_wait_is_said_and_not_slept_through(owner: Program, telegram: Telegram) -> None:
    assert (await owner.run("list 1")).status == "ok"
    telegram.flood("messages.GetDialogs", 37)
    before = telegram.count("messages.GetDialogs")
    error = await error_of(owner, "list --fresh")
    assert error["code"] == "flood_wait"
    assert error["retry_after"] == 37
    again = await error_of(owner, "list --fresh")
    assert again["code"] == "flood_wait"
    assert again["retry_after"] <= 37
    assert telegram.count("messages.GetDialogs") == before + 1, "a known wait is not asked about"
    assert (await owner.run("list 1")).status == "ok", "what is in memory is shown all the same"
    assert (await owner.run("@scontierrati")).status == "ok", "and other methods are not concerned"


async def test_telegram_is_away_and_comes_back(owner: Program, telegram: Telegram) -> None:
    async with owner.terminal() as terminal:
        assert (await terminal.run("list 1")).status == "ok"
        telegram.refuse_connections(True)
        telegram.drop_connections()
        try:
            assert (await terminal.run("list --fresh")).error["code"] == "telegram_unreachable"
            answer = await owner.call("POST", SESSION, {"replace": True})
            assert (await terminal.run("help")).status == "ok"
        finally:
            telegram.refuse_connections(False)
        assert (answer.status_code, answer.json()["code"]) == (503, "telegram_unreachable")
        assert (await owner.state())["state"] == "active", "what can't be ended at Telegram isn't thrown away"
        assert (await terminal.run("list --fresh")).status == "ok"
    assert len(telegram.devices(owner.person.phone)) == 1


async def test_a_dropped_connection_is_made_again(owner: Program, telegram: Telegram) -> None:
    assert (await owner.run("list 1")).status == "ok"
    for _ in range(3):
        telegram.drop_connections()
        answer = await owner.run("list --fresh")
        # The connection may be found broken by this very line, whose outcome is then unknown to us: asked again.
        if answer.status != "ok":
            assert answer.error["code"] == "telegram_unreachable"
            answer = await owner.run("list --fresh")
        assert answer.status == "ok"
    assert len(telegram.devices(owner.person.phone)) == 1


async def test_a_silent_telegram_can_be_given_up_on(owner: Program, telegram: Telegram) -> None:
    async with owner.terminal() as terminal:
        assert (await terminal.run("list 1")).status == "ok"
        telegram.silence(True)
        try:
            waiting, queued = await terminal.begin("list --fresh"), await terminal.begin("list 2")
            await terminal.next("started", id=waiting)
            assert (await owner.run("list 3")).status == "ok", "what is in memory needs no Telegram"
            for run_id in (queued, waiting):
                await terminal.send({"type": "cancel", "id": run_id})
                assert (await terminal.end_of(run_id)).status == "cancelled"
            assert (await terminal.run("help")).status == "ok"
        finally:
            telegram.silence(False)
        assert (await terminal.run("list --fresh")).status == "ok"


async def test_a_silent_telegram_is_not_waited_for_for_ever(
    owner: Program, watched: Product, crowd: Crowd, devices: Devices, telegram: Telegram
) -> None:
    newcomer = devices.program(watched, crowd.person())
    await newcomer.register()
    await newcomer.log_in()
    assert (await owner.run("list 1")).status == "ok"
    telegram.silence(True)
    try:
        error, answer = await asyncio.gather(
            error_of(owner, "list --fresh"), newcomer.call("POST", SESSION, {})
        )
    finally:
        telegram.silence(False)
    assert error["code"] == "telegram_unreachable"
    assert (answer.status_code, answer.json()["code"]) == (503, "telegram_unreachable")
    assert (await newcomer.state())["state"] == "none"
    assert (await owner.run("list --fresh")).status == "ok"
    assert (await newcomer.open_session())["state"] == "active"


async def test_the_data_centre_has_forgotten_the_key(owner: Program, telegram: Telegram) -> None:
    assert (await owner.run("list 1")).status == "ok"
    telegram.ask(lambda demo: demo.instrument.forget_keys())
    error = await error_of(owner, "list --fresh")
    if error["code"] == "telegram_unreachable":
        error = await error_of(owner, "list --fresh")
    assert error["code"] == "session_ended"
    assert (await owner.state())["state"] == "none"
