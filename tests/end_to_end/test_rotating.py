"""SECRET_KEY and PEPPER are replaced while people are logged in and have sessions: nobody notices."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest

from tests.product.devices import Devices
from tests.product.person import Crowd
from tests.product.process import SECRETS, Product
from tests.product.telegram import Telegram
from tests.servers.postgres import Databases
from tests.servers.redis import RedisServer

NEW = {
    "SECRET_KEY": "another secret key of the tests alone",
    "PEPPER": base64.b64encode(b"another pepper of the tests, new").decode(),
}


@pytest.fixture
def rotated(
    place: Path,
    databases: Databases,
    migrated_template: str,
    redis_of_watched: RedisServer,
    telegram: Telegram,
) -> Iterator[Product]:
    stores = {"DATABASE_URL": databases.make(template=migrated_template), "REDIS_URL": redis_of_watched.url}
    product = Product(
        place / "rotated", {**stores, **SECRETS, **telegram.environment, "REGISTRATION": "open"}
    )
    product.start()
    try:
        yield product
        assert product.stop() == 0
    finally:
        product.clear_up()


async def test_nobody_is_locked_out(
    rotated: Product, crowd: Crowd, devices: Devices, telegram: Telegram
) -> None:
    person = crowd.person()
    browser = devices.browser(rotated, person)
    await browser.register()
    await browser.log_in()
    body = {"password": person.password}
    secret = (await browser.asked("POST", "/account/second-factor", body))["secret"]
    confirmed = {"code": pyotp.TOTP(secret).now()}
    codes = (await browser.asked("POST", "/account/second-factor/confirm", confirmed))["recovery_codes"]
    await browser.open_session()
    await browser.run("list 1")

    assert rotated.stop() == 0
    previous = {f"{name}_PREVIOUS": value for name, value in SECRETS.items()}
    rotated.environment |= {**NEW, **previous}
    rotated.start()
    await browser.visit("/terminal")
    assert (await browser.state())["state"] == "active", "still logged in, and its slot still opens"
    assert (await browser.run("list 1")).status == "ok"
    (device,) = telegram.devices(person.phone)
    again = devices.browser(rotated, person)
    await again.register()  # which changes nothing: the phone has an account, whatever the pepper
    step = await again.fill_in("/login", **person.credentials)
    assert step.headers["Location"] == "/login/code"
    entered = await again.http.post("/login/code", data={"code": codes[0]}, headers=again.headers())
    assert entered.headers["Location"] == "/terminal"

    assert rotated.stop() == 0
    for name in previous:
        del rotated.environment[name]
    rotated.start()
    last = devices.browser(rotated, person)
    step = await last.fill_in("/login", **person.credentials)
    assert step.headers["Location"] == "/login/code", "the password counts under the new pepper alone"
    entered = await last.http.post("/login/code", data={"code": codes[1]}, headers=last.headers())
    assert entered.headers["Location"] == "/terminal"
    await last.visit("/terminal")
    held = await last.asked("POST", "/account/data", body)
    assert held["account"]["phone"] == person.phone
    gone = await browser.http.get("/terminal", headers={"Accept": "text/html"})
    assert gone.status_code == 303, "the control: what the old key signed is worth nothing any more"
    assert telegram.devices(person.phone) == [device], "and a new pepper opens no slot of the old one"
    assert (await last.state())["state"] == "locked"
