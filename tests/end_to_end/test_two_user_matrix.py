"""One person with all of another's ids, at every route and with every frame: nothing is read, nothing is changed."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis

from quart_app.storage.redis import open_redis
from quart_app.terminal.requests import UP_KINDS
from tests.product.caller import Browser, Caller, Program
from tests.product.devices import Devices
from tests.product.person import Crowd
from tests.product.process import Product
from tests.product.routes import Route, routes
from tests.product.swapped import LEAVING, SESSION, SWAPPED, SWAPPED_FRAMES, Belongings
from tests.product.telegram import Telegram
from tests.product.terminal import Terminal
from tests.servers.redis import RedisServer

LONG = "x" * 70_000
OWN_ADDRESS = re.compile(r'(?<=name="next" value=")[^"]*')
"""Where choosing a language leads back to: the address that the asker has asked for."""


@dataclass(frozen=True)
class Victim:
    browser: Browser
    terminal: Terminal
    belongings: Belongings
    shown: int
    """Frames so far."""
    calls: int
    """At Telegram, in their name."""


@pytest.fixture
async def redis(redis_of_watched: RedisServer) -> AsyncIterator[Redis]:
    async with open_redis(redis_of_watched.url) as client:
        yield client


def calls(telegram: Telegram, phone: str) -> int:
    """But for those by which a client keeps in step."""
    digits = phone.removeprefix("+")
    return telegram.ask(
        lambda demo: sum(
            not call.method.startswith(("updates.", "help."))
            for call in demo.instrument.calls(user_id=demo.world.account_for(digits).id)
        )
    )


async def keys(redis: Redis) -> set[str]:
    return {key.decode() async for key in redis.scan_iter(count=1000)}


@pytest.fixture
async def victim(
    watched: Product, crowd: Crowd, devices: Devices, telegram: Telegram, redis: Redis
) -> AsyncIterator[Victim]:
    """At work: with an open session, an open terminal and a file that waits to be fetched."""
    person = crowd.person()
    title = f"Private {person.phone[-5:]}"

    def rename(demo: Any) -> None:
        demo.world.account_for(person.phone.removeprefix("+")).marker = f"{title} {LONG}"

    telegram.ask(rename)
    browser, before = devices.browser(watched, person), await keys(redis)
    await browser.register()
    await browser.log_in()
    await browser.open_session()
    new = [key.partition(":")[::2] for key in await keys(redis) - before]
    named = {kind: rest for kind, rest in new if kind != "limit"}
    record = await redis.hget(f"tg_session:{named['tg_session']}", "record")
    async with browser.terminal() as terminal:
        await terminal.hello()
        answer = await terminal.run("list | json")
        (file,) = answer.of("download")
        belongings = Belongings(
            user=named["tg_session"],
            record=str(record, "ascii") if isinstance(record, bytes) else str(record),
            lookup=named["tg_slot"],
            digest=named["session"],
            route=browser.http.cookies["tcm_route"],
            phone=person.phone,
            title=title,
            run=file["id"],
            ticket=file["url"].rpartition("/")[2],
            device=(await browser.asked("GET", "/account/devices"))["devices"][0]["id"],
        )
        yield Victim(browser, terminal, belongings, len(terminal.frames), calls(telegram, person.phone))


async def unharmed(victim: Victim, telegram: Telegram) -> None:
    assert (await victim.browser.state())["state"] == "active"
    assert len(victim.terminal.frames) == victim.shown, victim.terminal.frames[victim.shown :]
    assert calls(telegram, victim.browser.person.phone) == victim.calls


async def ask(
    client: httpx.AsyncClient,
    route: Route,
    body: Mapping[str, str],
    headers: Mapping[str, str],
    of: Belongings,
) -> httpx.Response:
    """With the other's ids in every place where a server might look for one."""
    path = route.filled(ticket=of.ticket, user_id=of.user, device_id=of.device, name="css/base.css")
    form = not route.path.startswith("/api/")
    payload: dict[str, Any] = {}
    if route.method == "POST":
        payload = {"data" if form else "json": of.put_into(dict(body)) | (of.everywhere if form else {})}
    return await client.request(
        route.method, path, params=of.everywhere, headers={**headers, **of.headers}, **payload
    )


def check(answer: httpx.Response, route: Route, of: Belongings, sent: Mapping[str, str]) -> None:
    assert answer.status_code < 500, (route, answer.text)
    asked_again = answer.headers.get("Location", "").startswith(
        "/login?next="
    )  # with what the asker has sent
    headers = [pair for pair in answer.headers.multi_items() if not (asked_again and pair[0] == "location")]
    everything = OWN_ADDRESS.sub("", answer.text) + repr(headers)
    for name, value in of.put_into(
        {name: f"{{{name}}}" for name in ("user", "record", "lookup", "title")}
    ).items():
        if value not in "".join(of.put_into(dict(sent)).values()):
            assert value not in everything, (route, name)
    assert LONG not in everything, route


async def attack(
    caller: Caller, victim: Victim, redis: Redis, chosen: Mapping[Route, list[dict[str, str]]]
) -> set[int]:
    """Whoever calls has cookies and tokens of their own, or none; and all the tries in the world."""
    seen: set[int] = set()
    for route, bodies in chosen.items():
        if isinstance(caller, Program) and caller.token and not route.path.startswith("/api/"):
            continue  # pages are for browsers
        for body in bodies:
            async for key in redis.scan_iter("limit:*", count=1000):
                await redis.delete(key)
            headers = caller.headers() | {"Cookie": f"tcm_route={victim.belongings.route}"}
            if isinstance(caller, Browser):
                headers["Cookie"] += f"; {caller.cookies()}"
            answer = await ask(caller.http, route, body, headers, victim.belongings)
            check(answer, route, victim.belongings, body)
            seen.add(answer.status_code)
    return seen


@pytest.mark.parametrize("kind", ["browser", "program", "nobody"])
async def test_no_route_reads_or_changes_anything_of_another(
    kind: str,
    victim: Victim,
    watched: Product,
    crowd: Crowd,
    devices: Devices,
    telegram: Telegram,
    redis: Redis,
) -> None:
    make = devices.browser if kind == "browser" else devices.program
    attacker: Browser | Program = make(watched, crowd.person())
    if kind != "nobody":
        await attacker.register()
        await attacker.log_in()
        await attacker.open_session()
    assert 200 in await attack(attacker, victim, redis, SWAPPED)
    await unharmed(victim, telegram)
    for route, bodies in LEAVING.items():
        if kind == "program" and not route.path.startswith("/api/"):
            continue
        await attack(attacker, victim, redis, {route: bodies})
        await unharmed(victim, telegram)
        if kind != "nobody" and route.path != SESSION:
            attacker.http.cookies.clear()
            if "deletion" in route.path:
                await attacker.register()
            await attacker.log_in()
    fetched = await victim.browser.http.get(f"/downloads/{victim.belongings.ticket}")
    assert fetched.status_code == 200
    assert LONG in fetched.text, "the control: their owner gets them"


async def test_no_frame_reads_or_changes_anything_of_another(
    victim: Victim, watched: Product, crowd: Crowd, devices: Devices, telegram: Telegram
) -> None:
    """The other's line is still at work meanwhile, under the very id that the frames name."""
    attacker = devices.browser(watched, crowd.person())
    await attacker.register()
    await attacker.log_in()
    await attacker.open_session()
    async with AsyncExitStack() as stack:
        terminal = await stack.enter_async_context(attacker.terminal())
        await terminal.hello()
        await terminal.run("search diario")
        telegram.silence(True)
        try:
            run = await victim.terminal.begin("list --fresh")
            of = replace(victim.belongings, run=run)
            for kind in UP_KINDS:
                for members in SWAPPED_FRAMES[kind]:
                    frame = {name: _filled(value, of) for name, value in members.items()}
                    await terminal.send({"type": kind, **frame, **of.everywhere})
            await terminal.ask("ping", "pong")
            assert not [f for f in victim.terminal.frames[victim.shown :] if f["type"] == "finished"]
        finally:
            telegram.silence(False)
        assert (await victim.terminal.end_of(run)).status == "ok"
        heard = "\n".join(terminal.raw)
    assert LONG not in heard
    assert of.user not in heard
    assert "Diario di Demo" in heard, "the control: the attacker sees their own"


def _filled(value: Any, of: Belongings) -> Any:
    return of.put_into({"it": value})["it"] if isinstance(value, str) else value


def test_every_route_and_every_frame_is_tried() -> None:
    """One that is new has to say in tests/product/swapped.py what could be swapped in it."""
    assert {*SWAPPED, *LEAVING} == set(routes())
    assert set(SWAPPED_FRAMES) == set(UP_KINDS)


def test_what_is_another_s_would_be_noticed() -> None:
    """The control: in a body, in a header, and when it was not the asker who said it."""
    of = Belongings(*(f"{name} of theirs" for name in Belongings.__slots__))
    route = Route("/", "GET")
    for answer in (
        httpx.Response(200, text=json.dumps({"title": of.title})),
        httpx.Response(303, headers={"Location": f"/users/{of.user}"}),
        httpx.Response(200, text=LONG),
        httpx.Response(500),
    ):
        with pytest.raises(AssertionError):
            check(answer, route, of, {})
    check(httpx.Response(200, text=of.title), route, of, {"line": "search {title}"})
