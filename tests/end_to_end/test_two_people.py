"""The demo as the README promises it, for two people at once who never see anything of each other."""

from __future__ import annotations

import asyncio

import pytest

from tests.product.caller import Caller
from tests.product.devices import Devices
from tests.product.person import Crowd
from tests.product.process import Product
from tests.product.terminal import Terminal

TWO_STEP_PHONE = "+9996620002"
LINES = ("list", "list | json", "search offerte", "search diario", "@scontierrati", "list | csv", "help")


def marker(phone: str) -> str:
    """The title of a channel in which this demo account is alone, as the demo world makes it."""
    return f"Diario di Demo {phone[-5:]}"


async def journey(caller: Caller, password: str | None) -> Terminal:
    """From nothing to an open session and through every command; the terminal that saw it all."""
    await caller.register()
    await caller.log_in()
    assert (await caller.state())["state"] == "none"
    await caller.open_session(password)
    assert (await caller.state())["state"] == "active"
    async with caller.terminal() as terminal:
        assert (await terminal.hello())["session"]["state"] == "active"
        for line in LINES:
            assert (await terminal.run(line)).status == "ok", line
        missing = await terminal.run("@nobody_here")
        assert missing.error["code"] == "username_not_found"
    return terminal


@pytest.mark.parametrize("kind", ["program", "browser"])
async def test_two_people_at_once_see_nothing_of_each_other(
    kind: str, product: Product, crowd: Crowd, devices: Devices
) -> None:
    one, other = crowd.person(), crowd.person(phone=TWO_STEP_PHONE if kind == "program" else None)
    make = devices.program if kind == "program" else devices.browser
    callers = make(product, one), make(product, other)
    password = "demo" if other.phone == TWO_STEP_PHONE else None
    seen = await asyncio.gather(journey(callers[0], None), journey(callers[1], password))

    own = ["\n".join(terminal.raw) for terminal in seen]
    markers = [marker(one.phone), marker(other.phone)]
    for at in (0, 1):
        assert markers[at] in own[at], "the control: each does see their own"
        assert markers[1 - at] not in own[at]
        assert markers[1 - at] not in str((await callers[at].run("list 200")).frames)
    private = [_private_chats(terminal) for terminal in seen]
    assert all(private)
    assert not private[0] & private[1]
    for caller in callers:
        assert (await caller.end())["logged_out_at_telegram"] is True
        assert (await caller.state())["state"] == "none"


def _private_chats(terminal: Terminal) -> set[int]:
    """Ids of people, bots and small groups; what is public may be anybody's."""
    chats = [
        row[0]
        for frame in terminal.frames
        if frame["type"] == "rows"
        for row in frame["rows"]
        if isinstance(row[0], dict)
    ]
    service = 777000
    return {
        chat["id"] for chat in chats if chat["type"] in ("user", "bot", "group") and chat["id"] != service
    }


async def test_the_session_of_another_is_out_of_reach(
    product: Product, crowd: Crowd, devices: Devices
) -> None:
    """No secret of one device opens anything under another's name, and no request has a place for a user's id."""
    owner, stranger = (devices.browser(product, crowd.person()) for _ in range(2))
    for each in (owner, stranger):
        await each.register()
        await each.log_in()
    await owner.open_session()
    vault = owner.http.cookies["tgv"]
    stranger.http.cookies.set("tgv", vault, domain="127.0.0.1", path="/")
    assert (await stranger.state())["state"] == "none"
    assert (await stranger.run("list")).error["code"] == "session_needed"
    assert (await stranger.end())["logged_out_at_telegram"] is False
    assert (await owner.state())["state"] == "active"
    assert marker(owner.person.phone) in (await owner.run("search diario")).titles[0]
