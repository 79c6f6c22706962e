"""The main job against Telegram's public test data centres: ``make smoke-telegram``, with a network and credentials.

TELEGRAM_API_ID and TELEGRAM_API_HASH come from my.telegram.org; without them the exit code is 2. Nothing touches the
real network of accounts: test data centres have accounts of their own, with phones +99966DYYYY whose code is DDDDD.
SMOKE_PHONE names one that exists there (any of data centre 2 is tried otherwise), SMOKE_PASSWORD its two-step password.
TELEGRAM_DC and TELEGRAM_DC_KEY point it at another server, the demo data centre for one.
"""

from __future__ import annotations

import asyncio
import gettext
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

from commands import CommandError, Event, Notice, Telegram
from commands.events import Started, Table
from commands.phrases import render
from plugins.loading import load
from quart_app.configuration.environment import Environment
from quart_app.configuration.telegram import read_application, read_data_centre
from quart_app.observability.metrics import Metrics
from quart_app.settings import DataCentre, SettingsError
from quart_app.storage.redis import open_redis
from quart_app.telegram.client import Api
from quart_app.telegram.live import Terms
from quart_app.telegram.opening import open_telegram
from quart_app.telegram.sessions import TelegramSessions
from quart_app.telegram.state import SessionPhase
from quart_app.telegram.vault import Vault, new_secret
from quart_app.terminal.dispatch import Caller, Dispatcher
from quart_app.terminal.pace import SteadyPace
from quart_app.terminal.question import Question

TEST_DC: Final = {
    "TELEGRAM_DC": "2@149.154.167.40:443",
    "TELEGRAM_DC_KEY": str(Path(__file__).with_name("telegram_test_dc2.pem")),
}
PLAIN: Final = gettext.NullTranslations()
PHONES_TRIED: Final = 4
LINES: Final = ("list 5", "search a", "@telegram", "list | where unread > 0 | count")


class Failed(Exception):
    """One sentence about what did not go as it should."""


async def walk(api: Api, place: DataCentre, environ: Mapping[str, str]) -> None:
    """Log in, use the terminal, end the session at Telegram."""
    vault = Vault({1: secrets.token_bytes(32)}, 1)
    async with open_redis(None) as redis, open_telegram(api, place, redis, vault, Metrics()) as sessions:
        person = uuid4(), new_secret()
        await log_in(sessions, *person, environ)
        said("a session is open")
        caller = await sessions.open(*person)
        try:
            await type_lines(caller.telegram)
        finally:
            caller.close()
            confirmed = await sessions.end(*person)
        if not confirmed:
            raise Failed("Telegram has not confirmed the end of the session")
        said("the session was ended at Telegram")


async def log_in(
    sessions: TelegramSessions, user_id: UUID, secret: bytes, environ: Mapping[str, str]
) -> None:
    """Telegram clears its test accounts now and then: several phones may be without one."""
    given = environ.get("SMOKE_PHONE")
    for _ in range(1 if given else PHONES_TRIED):
        phone = given or f"+999662{secrets.randbelow(10_000):04}"
        try:
            await sessions.start(user_id, phone, secret, Terms(), old_secret=None, replace=True)
            said("a code was sent")
            state = await sessions.submit_code(user_id, phone, secret, phone[6] * 5)
        except CommandError as error:
            if given or error.code != "no_telegram_account":
                raise
            said("that phone has no account there; trying another")
            continue
        if state.state is SessionPhase.PASSWORD_NEEDED and not given:
            said("that account has a two-step password; trying another")
            continue
        if state.state is SessionPhase.PASSWORD_NEEDED:
            state = await sessions.submit_password(user_id, secret, environ.get("SMOKE_PASSWORD", ""))
        if state.state is not SessionPhase.ACTIVE:
            raise Failed(f"the login has ended in {state.state}")
        return
    raise Failed("none of these phones has an account there; name one that has by SMOKE_PHONE")


async def type_lines(gateway: Telegram) -> None:
    me = Caller(gateway, SteadyPace(), PLAIN)
    dispatcher = Dispatcher(load().registry, me)
    for number, line in enumerate(LINES):
        notices: list[str] = []

        async def emit(event: Event | Table | Started, notices: list[str] = notices) -> None:
            if isinstance(event, Notice):
                notices.append(f"{event.code}: {render(event.text, PLAIN)}")

        finished = await dispatcher.run(line, emit, nobody_is_asked, run_id=f"r{number}")
        nobody = line.startswith("@") and [note.partition(":")[0] for note in notices] == [
            "username_not_found"
        ]
        if finished.status != "ok" and not nobody:  # who has which name there is not ours to know
            raise Failed(f"{line}: {finished.status} ({'; '.join(notices)})")
        said(f"{line}: {finished.rows} rows in {finished.seconds:.2f} s")


async def nobody_is_asked(_question: Question) -> bool:
    return False


def said(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(environ: Mapping[str, str] = os.environ) -> int:
    if not environ.get("TELEGRAM_API_ID") or not environ.get("TELEGRAM_API_HASH"):
        said("Not run: TELEGRAM_API_ID and TELEGRAM_API_HASH are not set. Get them from my.telegram.org.")
        return 2
    try:
        env = Environment({**TEST_DC, **environ})
        application, place = read_application(env, needed=True), read_data_centre(env)
        env.finish()
        assert application is not None
        assert place is not None
        asyncio.run(walk(Api(application[0], application[1].reveal().decode()), place, environ))
    except SettingsError as error:
        said("\n".join(str(each) for each in error.problems))
        return 2
    except CommandError as error:
        said(f"FAILED: {error.code}")
        return 1
    except Failed as error:
        said(f"FAILED: {error}")
        return 1
    said("Passed. README says when this last ran: please bring that up to date.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
