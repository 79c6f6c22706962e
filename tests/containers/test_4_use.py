"""The main job through the front, and workers coming and going under an open tab; the data centre judges."""

from __future__ import annotations

import asyncio
import os
import signal
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from quart_app.installation.certificate import self_signed
from tests.containers.live_tab import LiveTab
from tests.containers.stack import Stack
from tests.product.caller import Browser, Program
from tests.product.person import Crowd
from tests.product.telegram import Telegram

BACK = 10
BACK_AFTER_KILL = 25
"""Seconds, on a machine that has nothing else to do."""
FLIGHT = 90
"""Beyond what is promised: starting containers is slow, and what is promised is measured by the tab itself."""


def was_away_too_long(tab: LiveTab, seconds: float) -> list[float]:
    """A machine that has more to do than it has cores is given time in proportion."""
    busy = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    return [away for away in tab.away if away > seconds * busy]


@pytest.fixture
async def browser(stack: Stack, crowd: Crowd, telegram: Telegram) -> AsyncIterator[Browser]:
    """Somebody with an open session. Afterwards no key of anybody was ever on two connections."""
    browser = Browser(stack.url, crowd.person(), tls=stack.tls())
    try:
        invite = stack.inside("backend", "python", "-m", "quart_app", "admin", "invite").stdout.strip()
        registered = await browser.fill_in("/register", **browser.person.credentials, invite=invite)
        assert "You can log in now." in registered.text
        await browser.log_in()
        await browser.open_session()
        yield browser
    finally:
        await browser.close()
    assert telegram.overlaps() == []


@pytest.fixture
async def tab(browser: Browser) -> AsyncIterator[LiveTab]:
    async with LiveTab(browser) as tab:
        await tab.answers_again(than=0, seconds=20)
        yield tab


def test_the_first_start_prints_one_invite(stack: Stack) -> None:
    assert stack.log("backend").count("Register with this invite") == 1


async def test_from_registering_to_a_list_over_a_real_socket(browser: Browser) -> None:
    async with browser.terminal() as terminal:
        await terminal.hello()
        answer = await terminal.run("list 5")
    assert len(answer.rows) == 5


async def test_a_program_with_a_token_streams_rows(stack: Stack, browser: Browser) -> None:
    program = Program(stack.url, browser.person, tls=stack.tls())
    await program.log_in()
    assert (await program.submit("unlock", password=browser.person.password)).status_code == 200
    assert len((await program.run("list 5")).rows) == 5
    await program.close()


async def test_a_page_that_is_closed_lets_go_of_its_connection(browser: Browser, telegram: Telegram) -> None:
    await browser.end()
    assert telegram.devices(browser.person.phone) == []


async def test_a_new_certificate_is_taken_up_and_no_terminal_ends(stack: Stack, browser: Browser) -> None:
    before = stack.certificate.read_text()
    async with browser.terminal() as terminal:
        await terminal.hello()
        key, certificate = self_signed("localhost")
        replace(stack.certificate, certificate)
        await asyncio.sleep(5)
        assert served(stack) == before, "a certificate without its key is left alone"
        replace(stack.certificate.with_name("private-key.pem"), key)
        async with asyncio.timeout(30):
            while served(stack) != certificate:
                await asyncio.sleep(0.5)
        assert (await terminal.run("list 3")).status == "ok"


def replace(path: Path, text: str) -> None:
    draft = path.with_suffix(".new")
    draft.write_text(text)
    draft.chmod(0o444)
    draft.replace(path)


def served(stack: Stack) -> str:
    """The certificate that the front shows, in PEM."""
    url = urlsplit(stack.url)
    return ssl.get_server_certificate(("127.0.0.1", url.port or 443), timeout=10)


async def test_scaling_up_and_down(stack: Stack, tab: LiveTab) -> None:
    for replicas in (5, 2, 3):
        before = tab.answers
        await asyncio.to_thread(stack.up, "--no-recreate", "--scale", f"backend={replicas}")
        await asyncio.to_thread(stack.wait_for_front, replicas)
        await tab.answers_again(than=before, seconds=BACK + FLIGHT)
    assert was_away_too_long(tab, BACK) == []


async def test_a_roll_to_another_image(stack: Stack, tab: LiveTab) -> None:
    old = set(stack.ids("backend"))
    script = str(stack.folder / "deploy" / "compose" / "roll.sh")
    compose = f"{stack.tools.path('docker-compose')} --project-name {stack.project}"
    rolled = await asyncio.to_thread(
        stack.engine.run, ["sh", script], environment={**stack.environment, "COMPOSE": compose}
    )
    assert "OK" in rolled.stdout, "Redis has read its rules again"
    assert len(stack.ids("backend")) == 3
    assert old.isdisjoint(stack.ids("backend"))
    await tab.answers_again(than=tab.answers, seconds=BACK + FLIGHT)
    assert was_away_too_long(tab, BACK) == []


async def test_a_worker_that_is_killed(stack: Stack, tab: LiveTab) -> None:
    before = tab.answers
    for container in stack.ids("backend")[:2]:
        # As when the machine loses it: nobody asked for it, so it is started anew.
        os.kill(stack.inspect(container)["State"]["Pid"], signal.SIGKILL)
    await tab.answers_again(than=before, seconds=BACK_AFTER_KILL + FLIGHT)
    assert was_away_too_long(tab, BACK_AFTER_KILL) == []


async def test_a_worker_that_is_paused(stack: Stack, tab: LiveTab) -> None:
    holders = stack.ids("backend")
    before = tab.answers
    stack.engine.docker("pause", *holders[:2])
    await asyncio.sleep(20)
    stack.engine.docker("unpause", *holders[:2])
    await tab.answers_again(than=before, seconds=60)


async def test_redis_starts_anew_and_whoever_is_live_stays(stack: Stack, tab: LiveTab) -> None:
    """Sign-ins are gone with it; the open terminal and its session are not."""
    before = tab.answers
    await asyncio.to_thread(stack.compose, "restart", "redis")
    await tab.answers_again(than=before, seconds=60)


async def test_stopping_is_prompt_and_clean(stack: Stack, tab: LiveTab) -> None:
    holders = stack.ids("backend")
    stack.engine.docker("stop", "--time", "25", *holders)
    assert {stack.inspect(each)["State"]["ExitCode"] for each in holders} == {0}
    before = tab.answers
    await asyncio.to_thread(stack.up, "--scale", "backend=3")
    await asyncio.to_thread(stack.wait_for_front, 3)
    await tab.answers_again(than=before, seconds=BACK + FLIGHT)


async def test_redis_refused_the_app_nothing_that_it_needs(stack: Stack) -> None:
    """After all of the above."""
    secret = (stack.folder / "secrets" / "operator" / "redis_operator_password").read_text().strip()
    asked = ["docker", "exec", "--env", f"REDISCLI_AUTH={secret}", stack.ids("redis")[0]]
    said = stack.engine.run([*asked, "redis-cli", "--user", "operator", "ACL", "LOG"]).stdout
    denied = [block for block in said.split("reason") if "cmd=eval" in block or "flags=" in block]
    ours = [block for block in denied if "addr=127.0.0.1" not in block]
    assert ours == [], said
