"""The clock of a run stands still while somebody reads."""

from __future__ import annotations

import asyncio

import pytest

from quart_app.terminal.clock import Clock


async def test_it_expires() -> None:
    clock = Clock()
    with pytest.raises(TimeoutError):
        async with clock.limited(0.01):
            await asyncio.Event().wait()
    assert clock.expired


async def test_a_timeout_of_somebody_else_is_not_its_own() -> None:
    clock = Clock()
    with pytest.raises(TimeoutError):
        async with clock.limited(60):
            raise TimeoutError
    assert not clock.expired


async def test_paused_it_does_not_expire_and_goes_on_after() -> None:
    clock, reached = Clock(), list[bool]()

    async def read_and_wait() -> None:
        async with clock.limited(0.05):
            with clock.paused(), clock.paused():
                await asyncio.sleep(0.2)
            reached.append(True)
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await read_and_wait()
    assert reached


@pytest.mark.parametrize("seconds", [None, 0.02])
async def test_stopped_it_never_expires(seconds: float | None) -> None:
    clock = Clock()
    async with clock.limited(seconds):
        clock.stop()
        with clock.paused():
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.05)
    assert not clock.expired


def test_before_a_run_there_is_nothing_to_stop() -> None:
    clock = Clock()
    clock.stop()
    with clock.paused():
        assert not clock.expired
