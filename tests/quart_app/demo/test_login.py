"""Logging in and out, as a plain Telethon client does it."""

from __future__ import annotations

from typing import Any

import pytest
from telethon import TelegramClient, errors
from telethon import functions as fn

from quart_app.demo import DemoDataCentre, RsaKey, open_demo

PHONE = "+9996620001"


async def connected(new_client: Any, **options: Any) -> TelegramClient:
    client = new_client(**options)
    await client.connect()
    return client


async def test_a_code_logs_in(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in("20001", device_model="Test device")
    me = await client.get_me()
    assert (me.phone, me.is_self, me.username) == ("9996620001", True, "demo_20001")
    assert [device.device_model for device in demo.instrument.devices(me.id)] == ["Test device"]


async def test_each_phone_has_its_own_code_and_account(log_in: Any) -> None:
    first, second = await log_in("10001"), await log_in("30001")
    ids = {(await first.get_me()).id, (await second.get_me()).id}
    assert len(ids) == 2


async def test_where_the_code_went_is_told(new_client: Any) -> None:
    client = await connected(new_client)
    sent = await client.send_code_request(PHONE)
    assert (type(sent.type).__name__, sent.type.length) == ("SentCodeTypeApp", 5)
    assert type(sent.next_type).__name__ == "CodeTypeSms"


@pytest.mark.parametrize("phone", ["+10000", "+9996640001", "+99966200011", "+393331234567", "nobody"])
async def test_other_phones_are_refused(new_client: Any, demo: DemoDataCentre, phone: str) -> None:
    client = await connected(new_client)
    with pytest.raises(errors.PhoneNumberInvalidError):
        await client(fn.auth.SendCodeRequest(phone, *demo.api, _settings()))


async def test_third_wrong_code_ends_it(new_client: Any) -> None:
    client = await connected(new_client)
    await client.send_code_request(PHONE)
    for _ in range(3):
        with pytest.raises(errors.PhoneCodeInvalidError):
            await client.sign_in(PHONE, "00000")
    with pytest.raises(errors.PhoneCodeExpiredError):
        await client.sign_in(PHONE, "22222")


async def test_code_is_good_after_two_wrong_ones(new_client: Any) -> None:
    client = await connected(new_client)
    await client.send_code_request(PHONE)
    for _ in range(2):
        with pytest.raises(errors.PhoneCodeInvalidError):
            await client.sign_in(PHONE, "00000")
    assert (await client.sign_in(PHONE, "22222")).is_self


async def test_code_expires(new_client: Any, clock: Any) -> None:
    client = await connected(new_client)
    await client.send_code_request(PHONE)
    clock.ahead = 301
    with pytest.raises(errors.PhoneCodeExpiredError):
        await client.sign_in(PHONE, "22222")


async def test_code_works_once(new_client: Any, demo: DemoDataCentre) -> None:
    client, other = await connected(new_client), await connected(new_client)
    sent = await client.send_code_request(PHONE)
    await client.sign_in(PHONE, "22222")
    with pytest.raises(errors.PhoneCodeExpiredError):
        await other(fn.auth.SignInRequest(PHONE, sent.phone_code_hash, "22222"))


async def test_code_can_be_sent_another_way_once(new_client: Any) -> None:
    client = await connected(new_client)
    first = await client.send_code_request(PHONE)
    second = await client(fn.auth.ResendCodeRequest(PHONE, first.phone_code_hash))
    assert type(second.type).__name__ == "SentCodeTypeSms"
    assert second.next_type is None
    with pytest.raises(errors.PhoneCodeExpiredError):
        await client(fn.auth.SignInRequest(PHONE, first.phone_code_hash, "22222"))
    with pytest.raises(errors.SendCodeUnavailableError):
        await client(fn.auth.ResendCodeRequest(PHONE, second.phone_code_hash))
    authorization = await client(fn.auth.SignInRequest(PHONE, second.phone_code_hash, "22222"))
    assert authorization.user.is_self


async def test_cancelled_code_is_gone(new_client: Any) -> None:
    client = await connected(new_client)
    sent = await client.send_code_request(PHONE)
    assert await client(fn.auth.CancelCodeRequest(PHONE, sent.phone_code_hash))
    with pytest.raises(errors.PhoneCodeExpiredError):
        await client.sign_in(PHONE, "22222")


async def test_sixth_code_of_a_day_is_a_flood(new_client: Any, demo: DemoDataCentre) -> None:
    client = await connected(new_client)
    request = fn.auth.SendCodeRequest(PHONE, *demo.api, _settings())
    for _ in range(5):
        await client(request)
    with pytest.raises(errors.FloodWaitError) as caught:
        await client(request)
    assert 86_300 < caught.value.seconds <= 86_401


async def test_other_api_credentials_are_refused(rsa_key: RsaKey, new_client: Any) -> None:
    async with open_demo(10, 1, rsa_key=rsa_key, api=(77, "f" * 32)) as strict:
        client = await connected(new_client, at=strict)
        with pytest.raises(errors.ApiIdInvalidError):
            await client(fn.auth.SendCodeRequest(PHONE, 77, "0" * 32, _settings()))
        assert (await client(fn.auth.SendCodeRequest(PHONE, 77, "f" * 32, _settings()))).phone_code_hash


async def test_second_factor(new_client: Any, demo: DemoDataCentre) -> None:
    client = await connected(new_client)
    await client.send_code_request("+9996620002")
    with pytest.raises(errors.SessionPasswordNeededError):
        await client.sign_in("+9996620002", "22222")
    assert (await client(fn.account.GetPasswordRequest())).hint
    with pytest.raises(errors.PasswordHashInvalidError):
        await client.sign_in(password="wrong")
    assert await client.get_me() is None
    me = await client.sign_in(password="demo")
    assert (me.phone, len(demo.instrument.devices(me.id))) == ("9996620002", 1)


async def test_log_out_ends_the_authorization(demo: DemoDataCentre, log_in: Any, new_client: Any) -> None:
    client = await log_in()
    account_id, saved = (await client.get_me()).id, client.session.save()
    assert len(demo.instrument.devices(account_id)) == 1
    assert await client.log_out()
    assert demo.instrument.devices(account_id) == []
    again = await connected(new_client, saved=saved)
    assert not await again.is_user_authorized()
    with pytest.raises(errors.AuthKeyUnregisteredError):
        await again(fn.messages.GetPinnedDialogsRequest(0))


async def test_saved_session_stays_logged_in(log_in: Any, new_client: Any) -> None:
    client = await log_in()
    saved = client.session.save()
    await client.disconnect()
    again = await connected(new_client, saved=saved)
    assert (await again.get_me()).phone == "9996620001"


async def test_strangers_may_call_little(new_client: Any) -> None:
    client = await connected(new_client)
    assert (await client(fn.help.GetNearestDcRequest())).this_dc == 2
    assert (await client(fn.help.GetAppConfigRequest(0))).config.value == []
    with pytest.raises(errors.AuthKeyUnregisteredError):
        await client(fn.contacts.ResolveUsernameRequest("scontierrati"))


async def test_unknown_method_says_so(log_in: Any) -> None:
    client = await log_in()
    with pytest.raises(errors.MethodInvalidError):
        await client(fn.payments.GetStarsTopupOptionsRequest())


async def test_qr_login(log_in: Any, new_client: Any) -> None:
    phone, page = await log_in(), await connected(new_client)
    shown = await page.qr_login()
    await phone(fn.auth.AcceptLoginTokenRequest(shown.token))
    assert (await shown.wait(5)).phone == "9996620001"
    with pytest.raises(errors.BadRequestError):
        await phone(fn.auth.AcceptLoginTokenRequest(b"no such token"))


async def test_login_carried_over_to_another_key(log_in: Any, new_client: Any) -> None:
    client, other = await log_in(), await connected(new_client)
    exported = await client(fn.auth.ExportAuthorizationRequest(2))
    assert (await other(fn.auth.ImportAuthorizationRequest(exported.id, exported.bytes))).user.is_self
    with pytest.raises(errors.AuthBytesInvalidError):
        await other(fn.auth.ImportAuthorizationRequest(exported.id, exported.bytes))


async def test_devices_are_listed_and_ended(demo: DemoDataCentre, log_in: Any, clock: Any) -> None:
    first = await log_in(device_model="First")
    second = await log_in(device_model="Second")
    listed = (await first(fn.account.GetAuthorizationsRequest())).authorizations
    assert {(row.device_model, row.current) for row in listed} == {("First", True), ("Second", False)}
    other = next(row for row in listed if not row.current)
    with pytest.raises(errors.FreshResetAuthorisationForbiddenError):
        await first(fn.account.ResetAuthorizationRequest(other.hash))
    with pytest.raises(errors.FreshResetAuthorisationForbiddenError):
        await first(fn.auth.ResetAuthorizationsRequest())
    clock.ahead = 86_401
    assert await first(fn.account.ResetAuthorizationRequest(other.hash))
    with pytest.raises(errors.AuthKeyUnregisteredError):
        await second(fn.updates.GetStateRequest())
    assert len(demo.instrument.devices((await first.get_me()).id)) == 1


def _settings() -> Any:
    from telethon.tl.types import CodeSettings

    return CodeSettings()
