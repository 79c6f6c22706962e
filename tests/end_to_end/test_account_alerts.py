"""What concerns the safety of the account is told to its open terminals at once, and to nobody else's."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from telethon import types

from tests.product.caller import Program
from tests.product.devices import Devices
from tests.product.person import Crowd
from tests.product.process import Product
from tests.product.telegram import Telegram

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


def push(telegram: Telegram, phone: str, update: Any) -> int:
    digits = phone.removeprefix("+")
    short = types.UpdateShort(update, NOW)
    return telegram.ask(lambda demo: demo.world.pushes.to_user(demo.world.account_for(digits).id, short))


async def test_codes_and_logins_are_told_at_once_without_the_code(
    member: Program, watched: Product, crowd: Crowd, devices: Devices, telegram: Telegram
) -> None:
    other = devices.program(watched, crowd.person())
    await other.register()
    await other.log_in()
    await other.open_session()
    await member.open_session()
    async with member.terminal() as mine, other.terminal() as theirs:
        await mine.hello()
        await theirs.hello()
        phone = member.person.phone
        login = types.UpdateNewAuthorization(1, unconfirmed=True, date=NOW, device="iPad", location="Rome")
        assert push(telegram, phone, login) == 1
        told = await mine.next("event", event="new_login")
        assert (told["device"], told["location"], told["time"]) == ("iPad", "Rome", "2026-01-31T12:00:00Z")
        assert "If it was not you" in told["text"]
        text = "Login code: 48151. Do not give it to anyone."
        push(telegram, phone, types.UpdateServiceNotification("AUTH", text, types.MessageMediaEmpty(), []))
        told = await mine.next("event", event="login_code")
        assert not any("48151" in str(frame) for frame in mine.frames)
        assert [frame for frame in theirs.frames if frame["type"] == "event"] == []
    await member.end()
    await other.end()
