"""FLOOD_WAIT comes when a table of rates says so, for whoever it says, and goes by the clock."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from telethon import errors
from telethon import functions as fn

from quart_app.demo import DemoDataCentre, RsaKey, open_demo
from quart_app.demo.errors import RpcError
from quart_app.demo.rates import ANY, GENEROUS, STRICT, Rate, Rates

RESOLVE = fn.contacts.ResolveUsernameRequest("scontierrati")


DOCUMENT = Path(__file__).parents[3] / "docs" / "TESTING.md"


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def waits(rates: Rates, method: str, who: int = 1) -> int:
    """The seconds of the FLOOD_WAIT; 0 if the call is let in."""
    try:
        rates.take(method, who)
    except RpcError as error:
        return int(error.message.removeprefix("FLOOD_WAIT_")) if error.code == 420 else -1
    return 0


def test_a_burst_then_one_at_a_time() -> None:
    clock = Clock()
    rates = Rates({"m": Rate(3, 30)}, clock)
    assert [waits(rates, "m") for _ in range(5)] == [0, 0, 0, 10, 10]
    clock.now += 9.5
    assert waits(rates, "m") == 1
    clock.now += 0.5
    assert [waits(rates, "m") for _ in range(2)] == [0, 10]
    clock.now += 300
    assert [waits(rates, "m") for _ in range(4)] == [0, 0, 0, 10]


def test_what_has_no_rate_is_free() -> None:
    assert not any(waits(Rates({"m": Rate(1, 30)}, Clock()), "other") for _ in range(100))


def test_methods_and_callers_do_not_share() -> None:
    rates = Rates({ANY: Rate(1, 60)}, Clock())
    assert [waits(rates, "a"), waits(rates, "b"), waits(rates, "a", who=2)] == [0, 0, 0]
    assert waits(rates, "a") == 60


def test_the_published_rates_are_these() -> None:
    rows = re.findall(r"^\| `([\w.*]+)` \| (\d+) \| (\d+) \| \S", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    assert {method: Rate(int(calls), int(seconds)) for method, calls, seconds in rows} == STRICT


def test_resolving_is_tighter_than_listing() -> None:
    def per_minute(method: str) -> float:
        return STRICT[method].burst * 60 / STRICT[method].seconds

    assert per_minute("contacts.ResolveUsername") < per_minute("messages.Search")
    assert per_minute("messages.Search") <= per_minute("messages.GetDialogs")
    assert STRICT["auth.SendCode"] == Rate(5, 86_400)
    assert all(GENEROUS.get(name, GENEROUS[ANY]).burst > rate.burst for name, rate in STRICT.items())


@pytest.fixture
async def strict(rsa_key: RsaKey, clock: Any) -> AsyncIterator[DemoDataCentre]:
    async with open_demo(10, 7, rsa_key=rsa_key, clock=clock, rates=STRICT) as demo:
        yield demo


async def test_a_client_that_does_not_space_its_calls(
    strict: DemoDataCentre, log_in: Any, new_client: Any
) -> None:
    client, other = await log_in("20001", at=strict), await log_in("20003", at=strict)
    for _ in range(STRICT["contacts.ResolveUsername"].burst):
        await client(RESOLVE)
    with pytest.raises(errors.FloodWaitError) as caught:
        await client(RESOLVE)
    assert 25 <= caught.value.seconds <= 30
    assert await client(fn.updates.GetStateRequest()), "other methods go on"
    assert await other(RESOLVE), "and so do other accounts"


async def test_by_default_nobody_meets_a_limit(log_in: Any) -> None:
    client = await log_in()
    for _ in range(STRICT["contacts.ResolveUsername"].burst * 3):
        await client(RESOLVE)


async def test_five_codes_a_day_whatever_the_key(strict: DemoDataCentre, new_client: Any) -> None:
    for _ in range(5):
        client = new_client(at=strict)
        await client.connect()
        await client.send_code_request("+9996620001")
    other = new_client(at=strict)
    await other.connect()
    with pytest.raises(errors.FloodWaitError):
        await other.send_code_request("+9996620001")
    third = new_client(at=strict)
    await third.connect()
    assert await third.send_code_request("+9996620003")
