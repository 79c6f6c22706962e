"""View-only sessions: which of all requests that there are may leave, and that no other does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from telethon import functions as fn
from telethon.tl import types
from telethon.tl.alltlobjects import LAYER, tlobjects
from telethon.tl.tlobject import TLRequest

from commands import CommandError
from quart_app.demo import DemoDataCentre
from quart_app.demo.methods import method_name
from quart_app.telegram.errors import ViewOnly
from quart_app.telegram.gate import Gate, GatedClient
from quart_app.telegram.live import Terms
from quart_app.telegram.view_scope import READING
from tests.quart_app.telegram.worker import Person, Recorded, Worker

ALL = sorted((c for c in tlobjects.values() if issubclass(c, TLRequest)), key=method_name)
READS = ("Get", "Read", "Search", "Resolve", "Check", "View", "Load", "Ping")
"""How the name of a request begins that changes nothing, or no more than reading does."""
GETS_MORE_THAN_IT_SAYS = {
    "account.GetAllSecureValues": "passport documents",
    "account.GetAuthorizationForm": "passport documents",
    "account.GetPassword": "begins to prove the password",
    "account.GetPasswordSettings": "the password's recovery address",
    "account.GetSecureValue": "passport documents",
    "account.GetTmpPassword": "a password for payments",
    "channels.SearchPosts": "may spend stars",
    "messages.GetBotCallbackAnswer": "presses a button",
    "messages.GetInlineBotResults": "tells a bot what is typed",
    "messages.GetWebPage": "makes Telegram fetch an address",
    "messages.GetWebPagePreview": "makes Telegram fetch an address",
    "auth.CheckPassword": "logs in",
    "auth.CheckRecoveryPassword": "logs in",
    "ephemeral.GetCallbackAnswer": "presses a button",
    "messages.ReadFeaturedStickers": "changes the account",
    "payments.GetStarGiftWithdrawalUrl": "takes money out",
    "payments.GetStarsRevenueWithdrawalUrl": "takes money out",
}


def make(request_class: Any) -> Any:
    """A request of this class, whatever is in it."""
    return object.__new__(request_class)


def wraps(request_class: Any) -> bool:
    return "." not in (name := method_name(request_class)) and name.startswith(("Invoke", "InitConnection"))


def view() -> Gate:
    gate = Gate(Recorded())
    gate.narrow("view")
    return gate


def may_leave(gate: Gate, request: Any) -> bool:
    try:
        gate.admit(request)
    except ViewOnly:
        return False
    return True


def test_there_are_requests_to_be_judged() -> None:
    assert len(ALL) > 800
    assert set(ALL) > READING
    full = Gate(Recorded())
    assert all(may_leave(full, make(each)) for each in ALL if not wraps(each))


@pytest.mark.parametrize("request_class", sorted(READING, key=method_name), ids=method_name)
def test_what_may_leave_only_reads(request_class: Any) -> None:
    name = method_name(request_class)
    assert name.rpartition(".")[2].startswith(READS)
    assert name not in GETS_MORE_THAN_IT_SAYS
    assert name.partition(".")[0] not in {
        "auth",
        "payments",
        "phone",
        "bots",
        "stickers",
        "smsjobs",
        "premium",
    }


def test_of_all_requests_exactly_these_may_leave() -> None:
    gate = view()
    allowed = {method_name(each) for each in ALL if not wraps(each) and may_leave(gate, make(each))}
    assert allowed == {method_name(each) for each in READING}
    refused = {method_name(each) for each in ALL} - allowed
    assert refused.issuperset(GETS_MORE_THAN_IT_SAYS)
    for written in (
        "messages.SendMessage",
        "auth.LogOut",
        "auth.ExportAuthorization",
        "account.DeleteAccount",
        "messages.MarkDialogUnread",
    ):
        assert written in refused


SEND = fn.messages.SendMessageRequest(types.InputPeerSelf(), "hello", random_id=1)
READ = fn.updates.GetStateRequest()
WRAPPED: list[Callable[[Any], Any]] = [
    lambda inner: fn.InvokeWithoutUpdatesRequest(inner),
    lambda inner: fn.InvokeAfterMsgRequest(1, inner),
    lambda inner: fn.InvokeAfterMsgsRequest([1], inner),
    lambda inner: fn.InvokeWithLayerRequest(
        LAYER, fn.InitConnectionRequest(1, "", "", "", "", "", "", inner)
    ),
    lambda inner: fn.InvokeWithMessagesRangeRequest(types.MessageRange(1, 2), inner),
    lambda inner: [READ, inner],
]


@pytest.mark.parametrize("wrap", WRAPPED)
def test_wrappers_are_looked_into(wrap: Callable[[Any], Any]) -> None:
    assert may_leave(view(), wrap(READ))
    assert not may_leave(view(), wrap(SEND))
    assert may_leave(Gate(Recorded()), wrap(SEND))


@pytest.mark.parametrize(
    "wrapped",
    [
        fn.InvokeWithTakeoutRequest(1, READ),
        fn.InvokeWithBusinessConnectionRequest("b", READ),
        fn.InvokeWithReCaptchaRequest("c", READ),
    ],
)
def test_wrappers_that_give_more_are_refused(wrapped: Any) -> None:
    assert not may_leave(view(), wrapped)


def test_what_only_looks_like_a_request_that_reads_is_refused() -> None:
    class GetStateRequest(fn.updates.GetStateRequest):  # type: ignore[misc]  # Telethon is untyped
        def _bytes(self) -> bytes:
            return bytes(SEND)

    assert not may_leave(view(), GetStateRequest())


def test_there_is_no_way_back() -> None:
    gate = view()
    gate.narrow("full")
    assert gate.scope == "view"
    assert not may_leave(gate, SEND)


@pytest.fixture
async def client(worker: Worker, person: Person) -> GatedClient:
    await worker.log_in(person, Terms("view"))
    return worker.client(person)


async def test_a_view_only_session_reads_and_writes_nothing(
    demo: DemoDataCentre, worker: Worker, person: Person, client: GatedClient
) -> None:
    before = demo.instrument.state(person.account_id)
    assert len(await (await worker.caller(person)).telegram.chats()) == 20
    for attempt in (SEND, [SEND], fn.auth.ExportAuthorizationRequest(2), fn.auth.LogOutRequest()):
        with pytest.raises(ViewOnly):
            await client(attempt)
    with pytest.raises(ViewOnly):
        await client.send_message("me", "hello")
    assert demo.instrument.counts["messages.SendMessage"] == 0
    assert demo.instrument.state(person.account_id) == before
    assert await worker.sessions.end(person.user_id, person.secret), "it can be ended all the same"
    assert demo.instrument.devices(person.account_id) == []


async def test_no_command_changes_anything_in_it(worker: Worker, person: Person, client: GatedClient) -> None:
    telegram = (await worker.caller(person)).telegram
    states = await telegram.chats()
    chat = next(state.chat for state in states if "archived" not in state.flags)
    group = next(state.chat for state in states if state.chat.type in ("channel", "supergroup"))
    acts: tuple[Callable[[], Awaitable[object]], ...] = (
        lambda: telegram.set_archived((chat,), True),
        lambda: telegram.set_muted(chat, datetime.now(UTC) + timedelta(days=1)),
        lambda: telegram.leave(group),
    )
    for act in acts:
        with pytest.raises(CommandError) as caught:
            await act()
        assert caught.value.code == "view_only"


async def test_it_stays_one_after_it_was_put_away(
    worker: Worker, person: Person, client: GatedClient
) -> None:
    await worker.pool.close(log_out_all=False)
    caller = await worker.caller(person)
    await caller.telegram.chats()
    again = worker.client(person)
    assert again is not client
    with pytest.raises(ViewOnly):
        await again(SEND)
    assert (await caller.state()).scope == "view"


async def test_a_full_session_would_have_sent(demo: DemoDataCentre, worker: Worker, person: Person) -> None:
    """The control."""
    await worker.log_in(person)
    await worker.client(person)(SEND)
    assert demo.instrument.counts["messages.SendMessage"] == 1
