"""Whoever signs out loses what they have open, runs over HTTP included; and nobody opens more than their share."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import orjson
import pytest
from websockets.exceptions import InvalidStatus

from quart_app.terminal.open_sessions import MOST_RUNS
from quart_app.web.limits import HANDSHAKES_OF_USER
from tests.product.caller import Program
from tests.product.devices import Devices
from tests.product.patience import patience
from tests.product.process import Product
from tests.product.telegram import Telegram
from tests.product.terminal import open_terminal

AT_ONCE = 2.0


@asynccontextmanager
async def nothing_answered(telegram: Telegram) -> AsyncIterator[None]:
    """A line that asks Telegram goes on and on."""
    telegram.silence(True)
    try:
        yield
    finally:
        telegram.silence(False)


async def begin(program: Program, line: str = "list --fresh") -> tuple[int, asyncio.Task[bytes]]:
    """Send a line over HTTP; its status, and what there will be to read."""
    request = program.http.build_request(
        "POST", "/api/v1/commands", json={"line": line}, headers=program.headers()
    )
    answer = await program.http.send(request, stream=True)

    async def read() -> bytes:
        try:
            return await answer.aread()
        finally:
            await answer.aclose()

    return answer.status_code, asyncio.create_task(read())


async def test_a_run_over_http_ends_with_the_sign_in_that_began_it(
    member: Program, telegram: Telegram
) -> None:
    await member.open_session()
    async with nothing_answered(telegram):
        status, reading = await begin(member)
        assert status == 200
        await asyncio.sleep(0.3)
        assert not reading.done(), "the control: it does go on"
        signed_out_at = time.monotonic()
        leaving = asyncio.create_task(member.call("DELETE", "/tokens/current"))
        frames = [orjson.loads(line) for line in (await reading).splitlines()]
        assert time.monotonic() - signed_out_at < patience(AT_ONCE)
        assert [frame["code"] for frame in frames if frame["type"] == "notice"] == ["signed_out"]
        assert (frames[-1]["type"], frames[-1]["status"]) == ("finished", "cancelled")
    assert (await leaving).status_code == 204


async def test_another_device_of_the_same_user_goes_on(
    member: Program, telegram: Telegram, devices: Devices, watched: Product
) -> None:
    await member.open_session()
    other = devices.program(watched, member.person)
    await other.log_in()
    async with nothing_answered(telegram):
        _, reading = await begin(member)
        assert (await other.call("DELETE", "/tokens/current")).status_code == 204
        await asyncio.sleep(0.5)
        assert not reading.done()
    assert orjson.loads((await reading).splitlines()[-1])["status"] == "ok"


async def test_so_many_runs_of_one_user_and_no_more(member: Program, telegram: Telegram) -> None:
    await member.open_session()
    async with nothing_answered(telegram):
        begun = await asyncio.gather(*(begin(member) for _ in range(MOST_RUNS + 4)))
        assert Counter(status for status, _ in begun) == {200: MOST_RUNS, 429: 4}
        refused = orjson.loads(await next(reading for status, reading in begun if status == 429))
        assert (refused["code"], refused["status"]) == ("too_many", 429)
        assert refused["retry_after"] >= 1
    await asyncio.gather(*(reading for _, reading in begun))
    assert (await begin(member, "help"))[0] == 200, "places are given back"


async def test_a_storm_of_handshakes_is_stopped_before_any_terminal_opens(member: Program) -> None:
    headers = member.headers() | {"X-Forwarded-For": member.person.address}
    statuses: Counter[int] = Counter()
    waits: list[httpx.Headers] = []

    async def shake_hands() -> None:
        try:
            async with open_terminal(member.url, headers):
                statuses[101] += 1
        except InvalidStatus as refused:
            statuses[refused.response.status_code] += 1
            waits.append(httpx.Headers(list(refused.response.headers.raw_items())))

    for _ in range(10):
        await asyncio.gather(*(shake_hands() for _ in range(HANDSHAKES_OF_USER // 8)))
    assert statuses == {101: HANDSHAKES_OF_USER, 429: 10 * (HANDSHAKES_OF_USER // 8) - HANDSHAKES_OF_USER}
    assert all(0 < int(headers["Retry-After"]) <= 60 for headers in waits)


@pytest.mark.parametrize("path", ["/", "/api/v1/openapi.json", "/metrics"])
def test_a_page_of_another_name_that_means_this_machine_reads_nothing(product: Product, path: str) -> None:
    """What a browser sends when evil.example suddenly resolves to 127.0.0.1: its own origin, to its mind."""
    statuses = [
        httpx.get(f"{product.url}{path}", headers={"Host": host}, trust_env=False).status_code
        for host in (f"evil.example:{product.port}", f"localhost:{product.port}")
    ]
    assert statuses == [403 if path == "/metrics" else 421, 200]
