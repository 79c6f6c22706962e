"""The chats of one account: what everyone has, and what chance gives it besides."""

from __future__ import annotations

from quart_app.demo.account import ARCHIVE, MAIN, Account, Dialog
from quart_app.demo.chats import Channel, Group
from quart_app.demo.generate.catalogue import Catalogue, channel_past, staffed
from quart_app.demo.generate.dice import Dice, mix
from quart_app.demo.generate.naming import Names, username
from quart_app.demo.generate.pasts import (
    BOX_START,
    HOUR,
    box_id,
    box_past,
    write_notices,
    write_posts,
    write_talk,
)
from quart_app.demo.history import History
from quart_app.demo.peer import Peer
from quart_app.demo.person import Person
from quart_app.demo.population import Population
from quart_app.demo.rights import USUAL_ADMIN

TELEGRAM_ID = 777_000
"""The service account that sends login codes and notices."""
_FIRST_PERSON_ID = 1_000_000_000
_FIRST_GROUP_ID = 400_000_000
_FIRST_PRIVATE_CHANNEL_ID = 2_000_000_000
_FOREVER = 2_147_483_647
_KINDS = (("user", 42), ("bot", 6), ("group", 10), ("public", 28), ("supergroup", 8), ("channel", 6))
_BALLOT = tuple(kind for kind, weight in _KINDS for _ in range(weight))


class AccountChats:
    """Fills one account. The same seed and phone give the same chats."""

    def __init__(
        self,
        account: Account,
        population: Population,
        catalogue: Catalogue,
        *,
        seed: int,
        chats: int,
        now: int,
    ) -> None:
        self._account = account
        self._population = population
        self._catalogue = catalogue
        self._chats = chats
        self._now = now
        self._dice = Dice(f"{seed}:{account.person.phone}")
        self._names = Names(self._dice, hostile=0.03)
        self._boxes = 0
        self._base = (account.id % 100_000 - 10_000) * 10_000
        self._public = iter(self._dice.sample(len(catalogue.others), len(catalogue.others)))

    def build(self) -> None:
        account = self._account
        # A few messages more or less for each account, so that ids of two accounts do not run in step.
        account.last_message_id = box_id(
            (self._now - BOX_START) // HOUR + 1 + account.id % 97, 0, self._chats
        )
        for channel in self._catalogue.everyone:
            self._join(channel)
        self._private_chat(account.person, hours_ago=30, speakers=(account.id,))
        self._private_chat(self._population.people[TELEGRAM_ID], hours_ago=50, speakers=(TELEGRAM_ID,))
        account.dialogs[Peer("user", TELEGRAM_ID)].history.past.write = write_notices
        self._join(self._private_channel(account.marker, broadcast=True, number=0))
        while len(account.dialogs) < self._chats:
            self._any(len(account.dialogs))
        if self._chats >= 40:
            self._end_some()
        self._pin()

    def _any(self, number: int) -> None:
        kind = self._dice.pick(_BALLOT)
        if kind in ("user", "bot"):
            person = self._person(number, bot=kind == "bot")
            self._private_chat(
                person, hours_ago=self._dice.spread(15_000), speakers=(self._account.id, person.id)
            )
        elif kind == "group":
            self._group(number)
        elif kind == "public":
            self._join(self._catalogue.others[next(self._public)])
        else:
            self._join(self._private_channel(self._names.title(), broadcast=kind == "channel", number=number))

    def _person(self, number: int, *, bot: bool) -> Person:
        first, last = self._names.person()
        person = Person(_FIRST_PERSON_ID + self._base + number, first, last)
        if bot:
            person.first_name, person.last_name, person.bot = f"{first} Bot", "", True
            person.username = f"{username(first, person.id - _FIRST_PERSON_ID, 'demo')}_bot"
            person.about, person.verified = "/start", self._dice.chance(0.3)
        elif self._dice.chance(0.04):
            person.first_name = person.last_name = ""
            person.deleted = True
        else:
            person.contact = self._dice.chance(0.6)
            person.about = self._dice.pick(("", "", "Ciao!", "Hey there", "📍 Torino"))
            if self._dice.chance(0.5):
                person.username = username(f"{first}_{last}", person.id - _FIRST_PERSON_ID, "user")
        return self._population.add_person(person)

    def _private_chat(self, person: Person, *, hours_ago: int, speakers: tuple[int, ...]) -> None:
        self._box(Peer("user", person.id), self._dice.spread(300), hours_ago, speakers, "")

    def _group(self, number: int) -> None:
        title = self._names.group_title()
        others = tuple(self._dice.pick(self._catalogue.cast).id for _ in range(self._dice.between(2, 9)))
        members = (self._account.id, *dict.fromkeys(others))
        group_id = _FIRST_GROUP_ID + self._base + number
        dialog = self._box(
            Peer("group", group_id), self._dice.spread(900), self._dice.spread(9000), members, title
        )
        self._population.add_group(Group(group_id, title, dialog.history.past.first_date, members))

    def _box(self, peer: Peer, count: int, hours_ago: int, speakers: tuple[int, ...], title: str) -> Dialog:
        """A chat whose messages lie in the account's own box."""
        past = box_past(
            seed=self._dice.below(1 << 52),
            count=count,
            hours_ago=hours_ago,
            gap=self._dice.spread(30),
            box=self._boxes,
            boxes=self._chats,
            now=self._now,
        )
        self._boxes += 1
        past.speakers, past.owner, past.title = speakers, self._account.id, title
        past.tongue = self._names.tongue
        dialog = self._dialog(peer, History(past))
        past.unread = dialog.unread_count
        return dialog

    def _private_channel(self, title: str, *, broadcast: bool, number: int) -> Channel:
        past = channel_past(
            self._dice,
            title,
            write_posts if broadcast else write_talk,
            count=5 + self._dice.spread(500),
            hours_ago=self._dice.spread(9000),
            now=self._now,
        )
        past.tongue = self._names.tongue
        if not broadcast:
            past.speakers = tuple(self._dice.pick(self._catalogue.cast).id for _ in range(5))
        channel = Channel(
            id=_FIRST_PRIVATE_CHANNEL_ID + self._base + number,
            title=title,
            date=past.first_date,
            broadcast=broadcast,
            history=History(past),
            member_count=2 + self._dice.spread(400),
            pts=past.count + 1,
        )
        staffed(channel)
        if title == self._account.marker:
            channel.creator = self._account.id
        elif mix(past.seed, 0) % 4 == 0:
            channel.admins[self._account.id] = USUAL_ADMIN
        return self._population.add_channel(channel)

    def _join(self, channel: Channel) -> None:
        self._dialog(channel.peer, channel.history)

    def _dialog(self, peer: Peer, history: History) -> Dialog:
        dice, count = self._dice, len(history)
        own = peer.id in (self._account.id, TELEGRAM_ID)
        unread = (
            0 if own or dice.chance(0.55) else min(count - 1, dice.spread(60 if peer.kind == "user" else 900))
        )
        read = history.past.id_at(count - unread - 1)
        dialog = Dialog(peer, history, read_inbox_max_id=read, read_outbox_max_id=read, unread_count=unread)
        dialog.unread_mark = not unread and not own and dice.chance(0.05)
        if peer.kind != "user" and unread and dice.chance(0.2):
            count_mentions = min(unread, dice.between(1, 3))
            dialog.mentioned = {history.past.id_at(count - 1 - place) for place in range(count_mentions)}
            dialog.unread_mentions = set(dialog.mentioned)
        if not own and len(self._account.dialogs) >= len(self._catalogue.everyone):
            dialog.folder = ARCHIVE if dice.chance(1 / 6) else MAIN
            dialog.mute_until = _FOREVER if dice.chance(1 / 3) else 0
        self._account.dialogs[peer] = dialog
        return dialog

    def _end_some(self) -> None:
        """A group that threw the account out, one that became a supergroup, and a channel that banned it."""
        dialogs = list(self._account.dialogs.values())
        groups = [dialog for dialog in dialogs if dialog.peer.kind == "group"]
        private = [dialog for dialog in dialogs if self._is_private(dialog.peer, broadcast=False)]
        if groups:
            groups[0].membership = "forbidden"
        if len(groups) > 1 and private:
            self._population.groups[groups[1].peer.id].migrated_to = private[0].peer.id
        if len(private) > 1:
            private[1].membership = "forbidden"

    def _is_private(self, peer: Peer, *, broadcast: bool) -> bool:
        if peer.kind != "channel" or peer.id < _FIRST_PRIVATE_CHANNEL_ID:
            return False
        return self._population.channels[peer.id].broadcast is broadcast

    def _pin(self) -> None:
        main = [dialog.peer for dialog in self._account.listed(MAIN)]
        count = self._dice.between(3, 5)
        self._account.pinned[MAIN] = [main[place] for place in self._dice.sample(count, len(main))]
        archived = [dialog.peer for dialog in self._account.listed(ARCHIVE)]
        if len(archived) > 5:
            self._account.pinned[ARCHIVE] = [self._dice.pick(archived)]
