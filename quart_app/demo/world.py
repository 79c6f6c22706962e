"""The state that the demo data centre serves and that outlives a connection. There are no sockets in here."""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import cached_property
from typing import Any

from quart_app.demo.account import Account, Dialog
from quart_app.demo.alterations import Alterations
from quart_app.demo.authorization import AuthorizationKey, AuthorizationKeys
from quart_app.demo.data_centres import DataCentres
from quart_app.demo.dialog_changes import DialogChanges
from quart_app.demo.generate.account_chats import TELEGRAM_ID, AccountChats
from quart_app.demo.generate.catalogue import Catalogue
from quart_app.demo.generate.pasts import HOUR
from quart_app.demo.history import History, Past
from quart_app.demo.invites import Invites
from quart_app.demo.join_requests import JoinRequests
from quart_app.demo.login_codes import LoginCodes
from quart_app.demo.logins import Logins
from quart_app.demo.media_store import MediaStore
from quart_app.demo.membership import Membership
from quart_app.demo.message import Message
from quart_app.demo.peer import Peer
from quart_app.demo.person import Person
from quart_app.demo.poll_updates import PollUpdates
from quart_app.demo.population import Population
from quart_app.demo.posting import Posting
from quart_app.demo.pushes import Pushes
from quart_app.demo.scheduled import Scheduled
from quart_app.demo.search import Search
from quart_app.demo.srp import SecondFactor
from quart_app.demo.traffic import Running, traffic

FEWEST_CHATS, MOST_CHATS = 10, 10_000
CODES_A_DAY = 50
"""Generous, for trying things out; Telegram's own limit, which tests set, is about 5."""
SECOND_FACTORS = {"9996620002": ("demo", "the name of this mode")}
_PHONE = re.compile(r"99966([123])\d{4}")
_FIRST_ACCOUNT_ID = 7_000_000_000


class World:
    """Accounts come into being when a code is asked for, their chats when somebody first looks.

    ``now`` is the hour (Unix seconds) that the generated past leads up to; the current one unless given.
    ``wire_clock`` is the protocol's own: see clock.py.
    """

    def __init__(
        self,
        *,
        chats: int = 200,
        seed: int = 1,
        api: tuple[int, str] | None = None,
        codes_a_day: int = CODES_A_DAY,
        clock: Callable[[], float] = time.time,
        wire_clock: Callable[[], float] = time.time,
        now: int | None = None,
    ) -> None:
        if not FEWEST_CHATS <= chats <= MOST_CHATS:
            raise ValueError(f"a demo account has {FEWEST_CHATS} to {MOST_CHATS} chats")
        self.chats, self.seed, self.api = chats, seed, api
        self.clock, self.wire_clock = clock, wire_clock
        self.now = (int(clock()) if now is None else now) // HOUR * HOUR
        self.population = Population()
        self.accounts: dict[int, Account] = {}
        self.keys = AuthorizationKeys(clock)
        self.codes = LoginCodes(clock, codes_a_day)
        self.logins = Logins(clock)
        self.data_centres = DataCentres()
        self.pushes = Pushes()
        self.media = MediaStore(clock)
        self.search = Search()
        self.posting = Posting(self)
        self.alterations = Alterations(self)
        self.membership = Membership(self)
        self.invites = Invites(clock, seed)
        self.join_requests = JoinRequests(self)
        self.changes = DialogChanges(self)
        self.scheduled = Scheduled(self)
        self.polls = PollUpdates(self)
        self.login_tokens: dict[bytes, LoginToken] = {}
        self.exported_logins: dict[bytes, int] = {}
        self.advertisements: dict[bytes, int] = {}
        """Which were shown, to whom."""
        self.sent: dict[tuple[int, int], Any] = {}
        """What sendMessage answered, by account and random_id: clients send again after a reconnect."""
        self._secret = os.urandom(16)

    @cached_property
    def catalogue(self) -> Catalogue:
        self.population.add_person(Person(TELEGRAM_ID, "Telegram", verified=True, support=True))
        return Catalogue(self.population, seed=self.seed, chats=self.chats, now=self.now)

    @staticmethod
    def code_for(phone: str) -> str | None:
        """The code that a demo phone (digits only) gets, or None if the phone is none."""
        match = _PHONE.fullmatch(phone)
        return match[1] * 5 if match else None

    def account_for(self, phone: str) -> Account:
        """The account of a demo phone (digits only), made now if this is the first time; chats come later."""
        tail = phone[-5:]
        account_id = _FIRST_ACCOUNT_ID + int(tail)
        account = self.accounts.get(account_id)
        if account is None:
            person = Person(account_id, "Demo", tail, username=f"demo_{tail}", phone=phone)
            factor = SECOND_FACTORS.get(phone)
            account = Account(
                self.population.add_person(person),
                marker=f"Diario di Demo {tail} 🔒",
                second_factor=SecondFactor(*factor) if factor else None,
            )
            self.accounts[account_id] = account
        return account

    def account(self, user_id: int) -> Account:
        """An existing account with its chats; KeyError if there is none."""
        account = self.accounts[user_id]
        if not account.dialogs:
            AccountChats(
                account, self.population, self.catalogue, seed=self.seed, chats=self.chats, now=self.now
            ).build()
        return account

    def access_hash(self, viewer: int, peer: Peer) -> int:
        """Each account knows a chat by another hash, as at Telegram: one's hash is useless to another."""
        return self.token(viewer, peer.kind, peer.id)

    def token(self, viewer: int, kind: str, number: int) -> int:
        """As an access hash, for anything else that has a number: files."""
        text = f"{viewer}:{kind}:{number}".encode()
        digest = hashlib.blake2b(text, key=self._secret, digest_size=8).digest()
        return int.from_bytes(digest, "little", signed=True) or 1

    def dialog(self, account: Account, peer: Peer) -> Dialog:
        """The account's dialog with ``peer``, begun now if there was none."""
        dialog = account.dialogs.get(peer)
        if dialog is None:
            dialog = account.dialogs[peer] = self.fresh_dialog(peer)
        return dialog

    def history(self, account: Account, peer: Peer) -> History:
        """What the account would read there; nothing where it never talked to somebody."""
        if peer.kind == "channel":
            return self.population.channels[peer.id].history
        dialog = account.dialogs.get(peer)
        return dialog.history if dialog else self.fresh_dialog(peer).history

    def fresh_dialog(self, peer: Peer) -> Dialog:
        """What somebody sees who has never opened this chat; in nobody's list."""
        if peer.kind == "channel":
            history = self.population.channels[peer.id].history
        else:
            history = History(empty_past(int(self.clock())))
        return Dialog(peer, history, read_inbox_max_id=history.last_id)

    def traffic(self, rate: float) -> AbstractAsyncContextManager[Running]:
        """So many messages a second, for as long as the block lasts; see traffic.py."""
        return traffic(self, rate, self.seed)

    def post(
        self, chat: str | Peer, text: str, *, sender: int | None = None, to: int | None = None
    ) -> Message:
        """Somebody writes, now, and everyone concerned is told; see Posting.post."""
        return self.posting.post(chat, text, sender=sender, to=to)


class LoginToken:
    """A token shown as a QR code: which key waits for it, and which account said yes."""

    __slots__ = ("expires_at", "key", "user_id")

    def __init__(self, key: AuthorizationKey, expires_at: float) -> None:
        self.key = key
        self.expires_at = expires_at
        self.user_id = 0


def empty_past(date: int) -> Past:
    """A chat that begins now."""

    def nothing(_past: Past, index: int) -> Message:
        raise IndexError(index)

    return Past(seed=0, count=0, first_id=1, id_step=1, first_date=date, date_step=1, write=nothing)
