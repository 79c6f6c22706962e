"""The client that a trusted plugin gets: Telethon's own methods over the caller's one connection, and no way around."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from telethon import errors, functions, types
from telethon.sessions import StringSession

from commands import Refused
from quart_app.demo import DemoDataCentre
from quart_app.telegram.gateway import CallerTelegram
from quart_app.telegram.handed_out import HandedOutClient, read_request
from quart_app.testkit.account import signed_in

PHONE = "+9996610001"


@pytest.fixture
async def gateway(demo: DemoDataCentre) -> AsyncIterator[CallerTelegram]:
    async with signed_in(demo, PHONE) as gateway:
        yield gateway


@pytest.fixture
async def client(gateway: CallerTelegram) -> HandedOutClient:
    return HandedOutClient(gateway.send)


async def test_it_does_what_telethon_can(client: HandedOutClient, demo: DemoDataCentre) -> None:
    me = await client.get_me()
    assert me.phone == PHONE.removeprefix("+")
    dialogs = await client.get_dialogs(limit=5)
    assert len(dialogs) == 5
    sent = await client.send_message("me", "to myself")
    assert [message.text for message in await client.get_messages("me", limit=1)] == ["to myself"]
    await client.delete_messages("me", [sent.id])
    async with client as same:
        assert (await same.get_entity("scontierrati")).username == "scontierrati"
    assert demo.instrument.overlaps == []


async def test_it_has_no_key_and_no_connection(client: HandedOutClient, demo: DemoDataCentre) -> None:
    before = demo.instrument.counts.copy()
    assert StringSession.save(client.session) == ""
    client.session.save()
    assert client.session.auth_key is None
    with pytest.raises(ConnectionError):
        await client._sender.send(functions.help.GetConfigRequest())
    assert demo.instrument.counts == before


@pytest.mark.parametrize(
    "method",
    ["connect", "disconnect", "log_out", "start", "qr_login", "run_until_disconnected", "_switch_dc"],
)
def test_what_a_connection_of_its_own_would_do_is_refused(client: HandedOutClient, method: str) -> None:
    with pytest.raises(Refused) as refused:
        getattr(client, method)()
    assert refused.value.code == "not_handed_out"


OUTLIVING = (
    functions.auth.LogOutRequest(),
    functions.auth.ExportLoginTokenRequest(1, "x", []),
    functions.auth.AcceptLoginTokenRequest(b"x"),
    functions.auth.ResetAuthorizationsRequest(),
    functions.account.DeleteAccountRequest("bye"),
    functions.account.ResetAuthorizationRequest(1),
    functions.account.SendChangePhoneCodeRequest("+9996610002", types.CodeSettings()),
    functions.InvokeWithoutUpdatesRequest(functions.auth.LogOutRequest()),
    functions.InvokeWithTakeoutRequest(1, functions.auth.LogOutRequest()),
    functions.InvokeWithLayerRequest(1, functions.help.GetConfigRequest()),
)


@pytest.mark.parametrize("request_", OUTLIVING, ids=lambda each: type(each).__name__)
async def test_what_would_outlive_the_session_is_refused(
    client: HandedOutClient, demo: DemoDataCentre, request_: Any
) -> None:
    before = demo.instrument.counts.copy()
    with pytest.raises(Refused) as refused:
        await client(request_)
    assert refused.value.code == "not_handed_out"
    assert demo.instrument.counts == before


async def test_errors_of_telegram_are_telethons(client: HandedOutClient, demo: DemoDataCentre) -> None:
    demo.instrument.fault("messages.GetDialogs", 400, "CHANNEL_PRIVATE")
    with pytest.raises(errors.ChannelPrivateError):
        await client.get_dialogs(limit=1)


async def test_a_flood_wait_is_remembered_at_the_gate(client: HandedOutClient, demo: DemoDataCentre) -> None:
    before = demo.instrument.counts["users.GetUsers"]
    demo.instrument.flood("users.GetUsers", 30)
    for _ in range(2):
        with pytest.raises(Exception, match="flood_wait"):
            await client.get_me()
    assert demo.instrument.counts["users.GetUsers"] <= before + 1


async def test_a_view_only_session_stays_so(client: HandedOutClient, gateway: CallerTelegram) -> None:
    live = await gateway._use()
    live.client.gate.narrow("view")
    assert await client.get_dialogs(limit=1)
    with pytest.raises(Exception, match="view_only"):
        await client.send_message("me", "never")


def test_only_whole_requests_of_telegrams_pass() -> None:
    for data in (b"", b"rubbish", bytes(types.InputPeerSelf())):
        with pytest.raises(Refused):
            read_request(data)
