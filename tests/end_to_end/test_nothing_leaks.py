"""After a whole journey with marked secrets: none is anywhere but with its owner, and nothing opens the session."""

from __future__ import annotations

import base64
import hashlib
import hmac
import subprocess
import sys
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson
import pyotp
import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis

from quart_app.settings import pepper_id
from quart_app.storage.redis import open_redis
from quart_app.telegram.vault import Vault
from tests.product import copies
from tests.product.caller import Browser
from tests.product.devices import Devices
from tests.product.haystack import Haystack, spellings
from tests.product.person import Crowd
from tests.product.process import ROOT, SECRETS, Product
from tests.product.telegram import Telegram
from tests.product.thief import Loot, Thief
from tests.product.written_files import WrittenFiles
from tests.servers.redis import RedisServer

PASSWORD: Final = "Kz7+marked/pass wörd%9Qx"
TWO_STEP: Final = "marked=two&step;Vb3 ñ"
CODE: Final = "71904628351"
KEY, PEPPER = SECRETS["SECRET_KEY"].encode(), base64.b64decode(SECRETS["PEPPER"])
LINES: Final = ("list", "search diario", "@scontierrati", "@nobody_here", "list | csv", "lsit", 'search "x')


@dataclass(frozen=True)
class Journey:
    """What a person had to keep to themselves, and what they were shown."""

    browser: Browser
    record_key: str
    """Under which Redis holds the session."""
    auth_key: bytes
    private_title: str
    shown: str
    passed_through_redis: bytes
    handed_out: dict[str, str]
    """What the person was shown once: of QR code, authenticator app, recovery codes and token."""

    @property
    def vault_secret(self) -> bytes:
        return _decoded(self.browser.http.cookies["tgv"])

    @property
    def secrets(self) -> dict[str, bytes]:
        return {
            "phone": self.browser.person.phone.removeprefix("+").encode(),
            "password": PASSWORD.encode(),
            "code": CODE.encode(),
            "two-step password": TWO_STEP.encode(),
            "auth key": self.auth_key,
            "vault secret": self.vault_secret,
            "sign-in cookie": self.browser.http.cookies["tcm"].encode(),
            "SECRET_KEY": KEY,
            "PEPPER": PEPPER,
            **{name: text.encode() for name, text in self.handed_out.items()},
        }


@pytest.fixture
async def redis(redis_of_watched: RedisServer) -> AsyncIterator[Redis]:
    async with open_redis(redis_of_watched.url) as client:
        yield client


@pytest.fixture
async def journey(
    watched: Product, crowd: Crowd, devices: Devices, telegram: Telegram, redis: Redis
) -> AsyncIterator[Journey]:
    """Registered, logged in, signed in at Telegram with mistakes on the way; the session is still open."""
    person = crowd.person(password=PASSWORD)
    telegram.protect(person.phone, TWO_STEP, "a hint")
    telegram.send_codes_to(person.phone, CODE)
    before = {key async for key in redis.scan_iter("tg_session:*", count=1000)}
    browser = devices.browser(watched, person)
    async with copies.everything_said_to(redis) as said:
        await browser.register()
        await browser.log_in()
        handed_out = await _handed_out(browser)
        await browser.start()
        assert (await browser.submit("code", code="00000")).status_code == 400
        await browser.submit("code", code=CODE)
        assert (await browser.submit("password", password="wrong")).status_code == 400
        assert (await browser.submit("password", password=TWO_STEP)).json()["state"] == "active"
        async with browser.terminal() as terminal:
            for line in LINES:
                await terminal.run(line)
        telegram.drop_connections()
        await browser.run("list --fresh")
        await browser.run("list --fresh")
    (record,) = {key async for key in redis.scan_iter("tg_session:*", count=1000)} - before
    (auth_key,) = telegram.keys(person.phone)
    yield Journey(
        browser,
        record.decode(),
        auth_key,
        telegram.marker(person.phone),
        "\n".join(terminal.raw),
        b"".join(said),
        handed_out,
    )
    if browser.http.cookies:
        await browser.end()


async def _handed_out(browser: Browser) -> dict[str, str]:
    """Everything else that is shown once, as secret as a password."""
    qr = (await browser.start(method="qr"))["qr"]["url"]
    await browser.end()
    password = {"password": PASSWORD}
    token = (await browser.asked("POST", "/tokens", browser.person.credentials))["token"]
    factor = await browser.asked("POST", "/account/second-factor", password)
    code = pyotp.TOTP(factor["secret"]).now()
    recovery = await browser.asked("POST", "/account/second-factor/confirm", {"code": code})
    return {
        "QR code": qr.partition("=")[2],
        "secret of the authenticator": factor["secret"],
        "recovery code": recovery["recovery_codes"][0],
        "token": token.split("_", 2)[2],  # which may have more of them, and near its end
    }


async def test_no_secret_is_left_anywhere(
    journey: Journey,
    redis: Redis,
    watched: Product,
    database_of_watched: str,
    written_files: WrittenFiles,
) -> None:
    left = Haystack()
    left.add("log", watched.log)
    left.add("dump of Redis", await copies.redis_dump(redis))
    left.add("commands to Redis", journey.passed_through_redis)
    left.add_files(watched.folder)
    for name, copy in (await copies.database_copy(database_of_watched)).items():
        left.add(name, copy)
    for name, secret in journey.secrets.items():
        assert left.find(secret) == [], name
    for word in ("Diario di Demo", "Sconti & Errori"):
        assert left.find(word) == [], "no chat is ever stored"
    assert written_files.paths() == [], "and no file was written at all"

    shown = Haystack()
    shown.add("frames", journey.shown)
    assert shown.find(journey.private_title), "the control: to their owner chats are shown"
    for name, secret in journey.secrets.items():
        assert shown.find(secret) == [], name


async def test_after_the_log_out_no_way_in_is_left(
    journey: Journey, redis: Redis, watched: Product, database_of_watched: str
) -> None:
    secrets = journey.secrets
    await journey.browser.log_out()
    journey.browser.http.cookies.clear()
    left = Haystack()
    left.add("log", watched.log)
    left.add("dump of Redis", await copies.redis_dump(redis))
    for name, copy in (await copies.database_copy(database_of_watched)).items():
        left.add(name, copy)
    for name, secret in secrets.items():
        assert left.find(secret) == [], name
    assert not await redis.exists(journey.record_key), "the last device has left: the record is gone as well"


async def test_the_search_would_have_found_it(
    journey: Journey, redis: Redis, watched: Product, database_of_watched: str
) -> None:
    """The control: each secret, hidden in each place in each way, is found there."""
    for route in ("/login", "/api/v1/telegram/session/code", "/api/v1/telegram/session/password"):
        assert f'"route": "{route}"' in watched.log, "the log does tell of the journey"
    for secret in journey.secrets.values():
        for way, spelt in spellings(secret):
            left = Haystack()
            left.add("somewhere", b"before " + spelt + b" after")
            assert left.find(secret), way
    planted = base64.b64encode(b"?" + journey.auth_key)
    await redis.set("planted", planted, ex=60)
    try:
        dump = Haystack()
        dump.add("dump", await copies.redis_dump(redis))
        assert dump.find(journey.auth_key)
    finally:
        await redis.delete("planted")
    said = Haystack()
    said.add("commands", journey.passed_through_redis)
    assert said.find("tg_session:"), "what passes through Redis is heard"
    tables = Haystack()
    for name, copy in (await copies.database_copy(database_of_watched)).items():
        tables.add(name, copy)
    assert tables.find(journey.browser.person.phone[-2:]), "the two digits that are kept on purpose"


def test_a_file_that_is_written_would_be_seen(tmp_path: Path) -> None:
    """The control of the other check."""
    watch = WrittenFiles(tmp_path / "site", ROOT)
    program = (
        "import sqlite3; open('one', 'w').close(); open('two', 'wb', 0).close(); sqlite3.connect('three')"
    )
    subprocess.run(
        [sys.executable, "-c", f"{program}; open('one').close(); open('/dev/null', 'w').close()"],
        cwd=tmp_path,
        env=watch.environment,
        check=True,
    )
    assert [path.strip("(),' ") for path in watch.paths()] == ["one", "two", "three"]


async def test_nobody_else_opens_the_session(
    journey: Journey, redis: Redis, database_of_watched: str
) -> None:
    """Not with everything in Redis and the database, SECRET_KEY, PEPPER and this source code."""
    stolen = await copies.loot(redis, journey.record_key)
    assert len(stolen.slots) == 1
    thief = Thief(vault(), stolen)
    user = str(stolen.identity.user_id)
    redis_values = await copies.redis_values(redis)
    own = [
        each
        for key, values in redis_values.items()
        if user in key or user.encode() in values
        for each in values
    ]
    names = [part.encode() for key in redis_values for part in key.split(":")]
    found = [*own, *names, *await copies.database_values(database_of_watched), KEY, PEPPER]
    assert len(own) > 10
    assert thief.open(found, (KEY, PEPPER)) is None

    opened = thief.open([*found, journey.vault_secret], ())
    assert opened is not None, "the control: with the browser's cookie it does open"
    _, _, session = opened.partition(b"\n")
    assert base64.b64decode(orjson.loads(zlib.decompress(session))["key"]) == journey.auth_key
    without_pepper = Thief(vault(b"another pepper".ljust(32, b"-")), stolen)
    assert without_pepper.open([journey.vault_secret], ()) is None, "nor does the cookie without PEPPER"


async def test_a_weaker_vault_would_be_opened(journey: Journey, redis: Redis) -> None:
    """The control: three vaults as others have built them fall to the same thief."""
    real = await copies.loot(redis, journey.record_key)
    plain = b"the session in clear"
    on_server = base64.urlsafe_b64encode(b"k" * 32).rstrip(b"=")
    weak = {
        "key beside the data": (Fernet(base64.urlsafe_b64encode(b"k" * 32)).encrypt(plain), [on_server]),
        "key from SECRET_KEY": (
            Fernet(base64.urlsafe_b64encode(hashlib.sha256(KEY).digest())).encrypt(plain),
            [KEY],
        ),
        "key from the user's id": (
            Fernet(base64.urlsafe_b64encode(hmac.digest(KEY, real.identity.user_id.bytes, "sha256"))).encrypt(
                plain
            ),
            [real.identity.user_id.bytes],
        ),
    }
    for name, (blob, found) in weak.items():
        thief = Thief(vault(), Loot(real.identity, real.generation, blob, real.slots))
        assert thief.open(found, (KEY, PEPPER)) == plain, name


def vault(pepper: bytes = PEPPER) -> Vault:
    return Vault({pepper_id(PEPPER): pepper}, pepper_id(PEPPER))


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
