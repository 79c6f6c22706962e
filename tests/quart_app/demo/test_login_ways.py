"""Other ways in than a code by the app: e-mail, future tokens, another data centre; and ways that are shut."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from telethon import TelegramClient, errors
from telethon import functions as fn
from telethon import types as t
from telethon.errors.common import AuthKeyNotFound
from telethon.password import compute_check
from telethon.utils import get_input_location

from quart_app.demo import DemoDataCentre, RsaKey, open_demo
from quart_app.demo.api.account_emails import EMAIL_CODE
from quart_app.demo.errors import RpcError
from quart_app.demo.srp import LIFETIME, SecondFactor

PHONE, PROTECTED = "+9996620001", "+9996620002"


@pytest.fixture
async def two(rsa_key: RsaKey, clock: Any) -> AsyncIterator[DemoDataCentre]:
    """Data centres 2 and 4."""
    async with open_demo(10, 7, rsa_key=rsa_key, clock=clock, data_centres=2) as demo:
        yield demo


@pytest.fixture(autouse=True)
def _own_config(monkeypatch: pytest.MonkeyPatch) -> None:
    """Telethon keeps the addresses of data centres on the class: those of the test before."""
    monkeypatch.setattr(TelegramClient, "_config", None)


def send_code(demo: DemoDataCentre, phone: str, *tokens: bytes) -> Any:
    return fn.auth.SendCodeRequest(phone, *demo.api, t.CodeSettings(logout_tokens=list(tokens) or None))


async def connected(new_client: Any, **options: Any) -> TelegramClient:
    client = new_client(**options)
    await client.connect()
    return client


async def test_code_by_email(demo: DemoDataCentre, new_client: Any) -> None:
    client = await connected(new_client)
    demo.world.codes.emails["9996620001"] = "demo@example.org"
    demo.instrument.send_codes_by(PHONE, "email")
    sent = await client(send_code(demo, PHONE))
    assert (type(sent.type).__name__, sent.type.email_pattern) == (
        "SentCodeTypeEmailCode",
        "d***o@example.org",
    )
    with pytest.raises(errors.PhoneCodeInvalidError):
        await client(by_email(sent, "00000"))
    assert (await client(by_email(sent, "22222"))).user.is_self


def by_email(sent: Any, code: str) -> Any:
    proof = t.EmailVerificationCode(code)
    return fn.auth.SignInRequest(PHONE, sent.phone_code_hash, email_verification=proof)


async def test_email_proof_for_another_kind_of_code(demo: DemoDataCentre, new_client: Any) -> None:
    client = await connected(new_client)
    sent = await client(send_code(demo, PHONE))
    with pytest.raises(errors.BadRequestError, match="EMAIL_NOT_SETUP"):
        await client(by_email(sent, "22222"))


async def test_an_email_address_must_be_set_up(demo: DemoDataCentre, new_client: Any) -> None:
    client = await connected(new_client)
    demo.instrument.send_codes_by(PHONE, "set_up_email")
    sent = await client(send_code(demo, PHONE))
    assert type(sent.type).__name__ == "SentCodeTypeSetUpEmailRequired"
    with pytest.raises(errors.BadRequestError, match="EMAIL_INSTALL_MISSING"):
        await client(fn.auth.SignInRequest(PHONE, sent.phone_code_hash, "22222"))
    purpose = t.EmailVerifyPurposeLoginSetup(PHONE, sent.phone_code_hash)
    with pytest.raises(errors.EmailInvalidError):
        await client(fn.account.SendVerifyEmailCodeRequest(purpose, "nowhere"))
    asked = await client(fn.account.SendVerifyEmailCodeRequest(purpose, "me@example.org"))
    assert (asked.email_pattern, asked.length) == ("m***e@example.org", len(EMAIL_CODE))
    with pytest.raises(errors.CodeInvalidError):
        await client(fn.account.VerifyEmailRequest(purpose, t.EmailVerificationCode("0")))
    done = await client(fn.account.VerifyEmailRequest(purpose, t.EmailVerificationCode(EMAIL_CODE)))
    assert (await client(by_email(done.sent_code, "22222"))).user.is_self


def test_other_ways_there_are_none(demo: DemoDataCentre) -> None:
    with pytest.raises(ValueError, match="a code travels by"):
        demo.instrument.send_codes_by(PHONE, "pigeon")


async def test_whoever_logged_out_comes_back_without_a_code(
    demo: DemoDataCentre, log_in: Any, new_client: Any
) -> None:
    client = await log_in()
    token = (await client(fn.auth.LogOutRequest())).future_auth_token
    stranger = await connected(new_client)
    assert isinstance(await stranger(send_code(demo, PHONE, b"forged")), t.auth.SentCode)
    assert isinstance(await stranger(send_code(demo, "+9996620003", token)), t.auth.SentCode)
    back = await stranger(send_code(demo, PHONE, b"forged", token))
    assert isinstance(back, t.auth.SentCodeSuccess)
    assert back.authorization.user.is_self
    other = await connected(new_client)
    assert isinstance(await other(send_code(demo, PHONE, token)), t.auth.SentCode), "it is good once"


async def test_a_future_token_does_not_replace_the_password(demo: DemoDataCentre, new_client: Any) -> None:
    client = await connected(new_client)
    token = demo.world.logins.leave(PROTECTED[1:])
    with pytest.raises(errors.SessionPasswordNeededError):
        await client(send_code(demo, PROTECTED, token))
    assert (await client.sign_in(password="demo")).is_self


async def owes_password(client: TelegramClient) -> None:
    await client.send_code_request(PROTECTED)
    with pytest.raises(errors.SessionPasswordNeededError):
        await client.sign_in(PROTECTED, "22222")


async def test_guessing_passwords_closes_the_account(new_client: Any, clock: Any) -> None:
    client = await connected(new_client)
    await owes_password(client)
    for _ in range(5):
        with pytest.raises(errors.PasswordHashInvalidError):
            await client.sign_in(password="wrong")
    with pytest.raises(errors.PhonePasswordFloodError):
        await client.sign_in(password="demo")
    with pytest.raises(errors.PhonePasswordFloodError):
        await (await connected(new_client)).send_code_request(PROTECTED)
    clock.ahead = 3601
    assert (await client.sign_in(password="demo")).is_self


# A client would ignore answers that come from 30 to 300 seconds ahead of its own clock.
@pytest.mark.parametrize(("late", "welcome"), [(25, True), (301, False)])
async def test_a_challenge_lasts_a_minute(
    new_client: Any, clock: Any, demo: DemoDataCentre, late: float, welcome: bool
) -> None:
    client = await connected(new_client)
    await owes_password(client)
    answer = compute_check(await client(fn.account.GetPasswordRequest()), "demo")
    clock.ahead = late
    if welcome:
        assert (await client(fn.auth.CheckPasswordRequest(answer))).user.is_self
        return
    with pytest.raises(errors.SrpIdInvalidError):
        await client(fn.auth.CheckPasswordRequest(answer))


@pytest.mark.parametrize(("late", "welcome"), [(LIFETIME - 1, True), (LIFETIME + 1, False)])
def test_the_minute(late: float, welcome: bool) -> None:
    factor = SecondFactor("demo")
    challenge_id, public = factor.challenge(1000)
    terms = t.account.Password(
        new_algo=factor.algorithm,
        new_secure_algo=t.SecurePasswordKdfAlgoUnknown(),
        secure_random=b"",
        current_algo=factor.algorithm,
        srp_B=public,
        srp_id=challenge_id,
    )
    answer = compute_check(terms, "demo")
    if welcome:
        factor.check(answer, 1000 + late)
        return
    with pytest.raises(RpcError, match="SRP_ID_INVALID"):
        factor.check(answer, 1000 + late)


async def test_a_phone_of_another_data_centre(two: DemoDataCentre, new_client: Any) -> None:
    two.instrument.move(PHONE, 4)
    client = await connected(new_client, at=two)
    with pytest.raises(ValueError, match="no such data centre"):
        two.instrument.move(PHONE, 3)
    await client.send_code_request(PHONE)
    assert client.session.dc_id == 4, "Telethon went there by itself"
    assert (await client.sign_in(PHONE, "22222")).is_self
    migrated = [call.key_id for call in two.instrument.calls("auth.SendCode")]
    assert len(set(migrated)) == 2


async def test_a_network_that_belongs_elsewhere(two: DemoDataCentre, new_client: Any) -> None:
    two.instrument.move_network(4)
    client = await connected(new_client, at=two)
    await client.send_code_request(PHONE)
    assert client.session.dc_id == 4
    assert ("auth.SendCode", 303, "NETWORK_MIGRATE_4") in two.instrument.refusals
    assert (await client.sign_in(PHONE, "22222")).is_self
    two.instrument.move_network(0)
    assert await client(fn.updates.GetStateRequest()), "it is at home where it logged in"
    with pytest.raises(ValueError, match="no such data centre"):
        two.instrument.move_network(3)


async def test_files_that_lie_elsewhere(two: DemoDataCentre, new_client: Any) -> None:
    client = await connected(new_client, at=two)
    await client.send_code_request(PHONE)
    await client.sign_in(PHONE, "22222")
    content = b"file" * 1000
    sent = await client.send_file("me", content, force_document=True)
    two.instrument.keep_files(4)
    place = fn.upload.GetFileRequest(get_input_location(sent.document)[1], 0, 4096)
    with pytest.raises(errors.FileMigrateError) as caught:
        await client(place)
    assert caught.value.new_dc == 4
    again = await client.get_messages("me", ids=sent.id)
    assert again.document.dc_id == 4
    assert await client.download_media(again, bytes) == content
    where = {record.data_centre_id for record in two.instrument.connections}
    assert where == {2, 4}, "fetched over a connection of its own, with a key of its own"
    assert two.instrument.overlaps == []


async def test_an_account_that_moves_away(two: DemoDataCentre, new_client: Any) -> None:
    client = await connected(new_client, at=two)
    await client.send_code_request(PHONE)
    await client.sign_in(PHONE, "22222")
    assert await client(fn.updates.GetStateRequest())
    two.instrument.move(PHONE, 4)
    with pytest.raises(errors.AuthKeyUnregisteredError):
        await client(fn.updates.GetStateRequest())
    assert client.session.dc_id == 4, "Telethon followed, with a new key that nobody is logged in with"


async def test_keys_belong_to_one_data_centre(two: DemoDataCentre, new_client: Any) -> None:
    client = await connected(new_client, at=two)
    other = new_client(client.session.save(), at=two)
    where = two.data_centres[1]
    other.session.set_dc(where.id, where.host, where.port)
    other.session.auth_key = client.session.auth_key
    with pytest.raises(AuthKeyNotFound):
        await other.connect()


async def test_qr_login_of_an_account_at_home_elsewhere(two: DemoDataCentre, new_client: Any) -> None:
    two.instrument.move(PHONE, 4)
    phone, page = await connected(new_client, at=two), await connected(new_client, at=two)
    await phone.send_code_request(PHONE)
    await phone.sign_in(PHONE, "22222")
    shown = await page.qr_login()
    waiting = asyncio.ensure_future(shown.wait(5))
    await asyncio.sleep(0)
    await phone(fn.auth.AcceptLoginTokenRequest(shown.token))
    assert (await waiting).phone == PHONE[1:]
    assert page.session.dc_id == 4
    with pytest.raises(errors.AuthTokenInvalidError):
        await page(fn.auth.ImportLoginTokenRequest(shown.token))


async def test_login_exported_to_where_nobody_is(log_in: Any) -> None:
    client = await log_in()
    with pytest.raises(errors.DcIdInvalidError):
        await client(fn.auth.ExportAuthorizationRequest(5))
