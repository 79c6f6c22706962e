"""Login codes stay in their chat: masked in whatever Telegram sends, and in no request that could carry them away."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from telethon import functions as fn
from telethon import types as t
from telethon.tl.alltlobjects import tlobjects
from telethon.tl.tlobject import TLRequest

from quart_app.demo import DemoDataCentre
from quart_app.demo.methods import method_name
from quart_app.telegram.alerts import alert_in
from quart_app.telegram.code_shield import HARMLESS, may_be_sent, shielded
from quart_app.telegram.errors import CodesProtected
from quart_app.telegram.gate import Gate
from quart_app.telegram.service_chat import SERVICE_CHAT_ID
from tests.quart_app.telegram.worker import Person, Recorded, Worker

NOW = datetime(2026, 1, 2, tzinfo=UTC)
CODE = "Login code: 48151. Do not give it to anyone."
SERVICE = t.PeerUser(SERVICE_CHAT_ID)
PEER = t.InputPeerUser(SERVICE_CHAT_ID, 1)
SAVED = t.InputPeerSelf()


def message(text: str = CODE, peer: Any = SERVICE, **more: Any) -> Any:
    return t.Message(id=7, peer_id=peer, date=NOW, message=text, **more)


def answers() -> dict[str, Any]:
    """Every kind of answer that carries messages."""
    update = t.UpdateNewMessage(message(), pts=1, pts_count=1)
    return {
        "history": t.messages.MessagesSlice(1, [message()], [], [], []),
        "all of it": t.messages.Messages([message()], [], [], []),
        "dialogs": t.messages.Dialogs([], [message()], [], []),
        "difference": t.updates.Difference([message()], [], [], [], [], t.updates.State(1, 1, NOW, 1, 0)),
        "updates in a difference": t.updates.Difference(
            [], [], [update], [], [], t.updates.State(1, 1, NOW, 1, 0)
        ),
        "updates": t.Updates([update], [], [], NOW, 0),
        "short": t.UpdateShort(update, NOW),
        "one update": update,
        "an edit": t.UpdateEditMessage(message(), pts=1, pts_count=1),
        "a short message": t.UpdateShortMessage(7, SERVICE_CHAT_ID, CODE, 1, 1, NOW),
        "a notification": t.UpdateServiceNotification("AUTH", CODE, t.MessageMediaEmpty(), []),
        "forwarded": message(peer=t.PeerUser(5), fwd_from=t.MessageFwdHeader(NOW, from_id=SERVICE)),
        "saved": message(peer=t.PeerUser(5), saved_peer_id=SERVICE),
        "several": [t.messages.Messages([message()], [], [], [])],
    }


def spelt_out(answer: Any) -> str:
    return "".join(map(str, answer)) if isinstance(answer, list) else str(answer)


@pytest.mark.parametrize("kind", answers())
def test_no_answer_carries_a_code(kind: str) -> None:
    answer = answers()[kind]
    assert "48151" in spelt_out(answer), "the control"
    assert shielded(answer) is answer
    assert "48151" not in spelt_out(answer)
    assert "•••••" in spelt_out(answer)
    assert "Do not give it to anyone." in spelt_out(answer)


def test_nor_do_links_buttons_previews_and_quotes() -> None:
    link = "https://t.me/login/48151"
    entity = t.MessageEntityTextUrl(0, 5, link)
    buttons = t.ReplyInlineMarkup([t.KeyboardInlineButtonRow([t.KeyboardInlineButton(link, None)])])
    page = t.WebPage(1, link, link, 0)
    rich: Any = f"any object that says {link}"
    told = message(
        rich_message=rich, entities=[entity], reply_markup=buttons, media=t.MessageMediaWebPage(page)
    )
    quoting = t.MessageReplyHeader(reply_to_peer_id=SERVICE, quote_text=CODE, quote_entities=[entity])
    quoted = message("see?", peer=t.PeerUser(5), reply_to=quoting)
    answer = shielded(t.messages.Messages([told, quoted], [], [], []))
    assert "48151" not in str(answer)


def test_what_others_write_is_left_alone() -> None:
    link = t.MessageEntityTextUrl(0, 5, "https://t.me/login/48151")
    other = message(peer=t.PeerUser(5), entities=[link])
    answer = shielded(t.messages.Messages([other], [], [], []))
    assert answer.messages[0].message == CODE
    assert answer.messages[0].entities == [link]


def test_a_search_of_all_chats_does_not_find_it() -> None:
    found = t.messages.MessagesSlice(9, [message(), message("offerte", peer=t.PeerUser(5))], [], [], [])
    request = fn.messages.SearchGlobalRequest(
        "48151", t.InputMessagesFilterEmpty(), None, None, 0, PEER, 0, 10
    )
    shielded(found, request)
    assert [each.message for each in found.messages] == ["offerte"]
    assert found.count == 8


CARRIES_AWAY = {
    "forward": fn.messages.ForwardMessagesRequest(from_peer=PEER, id=[7], to_peer=SAVED),
    "forward without an author": fn.messages.ForwardMessagesRequest(PEER, [7], SAVED, drop_author=True),
    "search": fn.messages.SearchRequest(
        PEER, "48151", t.InputMessagesFilterEmpty(), None, None, 0, 0, 9, 0, 0, 0
    ),
    "search counters": fn.messages.GetSearchCountersRequest(PEER, [t.InputMessagesFilterEmpty()]),
    "quote": fn.messages.SendMessageRequest(
        SAVED, "!", reply_to=t.InputReplyToMessage(7, reply_to_peer_id=PEER, quote_text="Login")
    ),
    "translate": fn.messages.TranslateTextRequest("it", peer=PEER, id=[7]),
    "report": fn.messages.ReportRequest(PEER, [7], b"", "spam"),
    "by a message": fn.messages.ForwardMessagesRequest(
        t.InputPeerUserFromMessage(t.InputPeerUser(5, 1), 3, SERVICE_CHAT_ID), [7], SAVED
    ),
    "wrapped": fn.InvokeWithoutUpdatesRequest(fn.messages.ForwardMessagesRequest(PEER, [7], SAVED)),
}


@pytest.mark.parametrize("way", CARRIES_AWAY)
def test_no_request_carries_it_away(way: str) -> None:
    with pytest.raises(CodesProtected):
        Gate(Recorded()).admit(CARRIES_AWAY[way])


@pytest.mark.parametrize(
    "request_",
    [
        fn.messages.GetHistoryRequest(PEER, 0, None, 0, 10, 0, 0, 0),
        fn.messages.ReadHistoryRequest(PEER, 7),
        fn.messages.GetDialogsRequest(None, 0, PEER, 100, 0),
        fn.folders.EditPeerFoldersRequest([t.InputFolderPeer(PEER, 1)]),
        fn.account.UpdateNotifySettingsRequest(
            t.InputNotifyPeer(PEER), t.InputPeerNotifySettings(silent=True)
        ),
        fn.messages.ForwardMessagesRequest(t.InputPeerUser(5, 1), [7], SAVED),
    ],
)
def test_the_chat_is_a_chat_otherwise(request_: Any) -> None:
    Gate(Recorded()).admit(request_)


def test_what_may_be_asked_about_it_passes_nothing_on() -> None:
    """Of all requests that there are: those that can name a chat and are not on the short list are refused."""
    assert len(HARMLESS) < 25
    for each in HARMLESS:
        name = method_name(each)
        assert not any(
            word in name for word in ("Forward", "Search", "Send", "Translate", "Summarize", "Export")
        )
    refused = 0
    for each in (c for c in tlobjects.values() if issubclass(c, TLRequest) and c not in HARMLESS):
        request = object.__new__(each)
        request.peer = PEER
        assert not may_be_sent(request)
        refused += 1
    assert refused > 700


async def test_the_gate_asks_again_once_a_name_is_a_peer(
    demo: DemoDataCentre, worker: Worker, person: Person
) -> None:
    """A username says nothing of whose chat it is: only when it is resolved can it be known."""
    await worker.log_in(person)
    client = worker.client(person)
    client.session.hashes[SERVICE_CHAT_ID] = 1
    for name in (SERVICE_CHAT_ID, SERVICE):
        with pytest.raises(CodesProtected):
            await client(fn.messages.ForwardMessagesRequest(name, [1], "me"))
    assert demo.instrument.counts["messages.ForwardMessages"] == 0


@pytest.mark.parametrize(
    ("update", "event"),
    [
        (t.UpdateNewMessage(message(), 1, 1), "login_code"),
        (t.UpdateNewMessage(message("This is your login code:\nxdN4hmPQ1vs"), 1, 1), "login_code"),
        (t.UpdateShortMessage(7, SERVICE_CHAT_ID, CODE, 1, 1, NOW), "login_code"),
        (t.UpdateServiceNotification("AUTH", "Hello", t.MessageMediaEmpty(), []), "service_notice"),
        (t.UpdateNewMessage(message("New login. Dear Anna, ..."), 1, 1), "service_notice"),
        (
            t.UpdateNewAuthorization(1, unconfirmed=True, date=NOW, device="iPad", location="Rome"),
            "new_login",
        ),
        (t.UpdateNewAuthorization(1, unconfirmed=True), "new_login"),
        (t.UpdateNewAuthorization(1), None),
        (t.UpdateNewMessage(message(out=True), 1, 1), None),
        (t.UpdateNewMessage(message(peer=t.PeerUser(5)), 1, 1), None),
        (t.UpdateShortMessage(7, 5, CODE, 1, 1, NOW), None),
    ],
)
def test_what_the_owner_is_told_of_at_once(update: Any, event: str | None) -> None:
    alert = alert_in(shielded(update))
    assert (alert and alert.event) == event


async def test_it_reaches_whoever_listens(worker: Worker, person: Person) -> None:
    await worker.log_in(person)
    heard: list[Any] = []
    update = t.UpdateNewAuthorization(1, unconfirmed=True, date=NOW, device="iPad", location="Rome")
    with worker.sessions.hearing_alerts(person.user_id, heard.append):
        await worker.client(person)._dispatch_update(update)
        notice = t.UpdateNewMessage(message("New login. Dear Anna, ..."), 1, 1)
        await worker.client(person)._dispatch_update(notice)
    await worker.client(person)._dispatch_update(update)
    (alert,) = heard
    assert (alert.event, alert.device, alert.location, alert.time) == ("new_login", "iPad", "Rome", NOW)
