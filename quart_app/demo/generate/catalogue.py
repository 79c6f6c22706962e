"""The public channels and supergroups, the same for every account, and the people who talk there."""

from __future__ import annotations

from collections.abc import Callable

from quart_app.demo.chats import Channel
from quart_app.demo.generate.dice import Dice
from quart_app.demo.generate.naming import Names, username
from quart_app.demo.generate.pasts import HOUR, write_deal_talk, write_deals, write_posts, write_talk
from quart_app.demo.history import History, Past
from quart_app.demo.message import Message
from quart_app.demo.person import Person
from quart_app.demo.population import Population
from quart_app.demo.rights import USUAL_ADMIN

FIRST_PUBLIC_ID = 1_500_000_000
FIRST_CAST_ID = 6_000_000_000
CAST_SIZE = 100
_SPECIAL = 400_000_000
"""Far behind the others."""

Writer = Callable[[Past, int], Message]


class Catalogue:
    """Puts itself into a population; ``everyone`` is joined by each demo account, ``others`` by chance."""

    def __init__(self, population: Population, *, seed: int, chats: int, now: int) -> None:
        self._population = population
        self._dice = Dice(f"{seed}:catalogue")
        self._names = Names(self._dice, hostile=0.03)
        self._now = now
        self.cast = [self._person(number) for number in range(CAST_SIZE)]
        self.everyone = self._well_known()
        first = len(self.everyone)
        self._special()
        self.others = [self._other(number) for number in range(first, first + chats // 2 + 40)]

    def _person(self, number: int) -> Person:
        first, last = self._names.person()
        name = username(f"{first}_{last}", number, "member")
        return self._population.add_person(
            Person(FIRST_CAST_ID + number, first, last, username=name if self._dice.chance(0.5) else None)
        )

    def _well_known(self) -> list[Channel]:
        deals, talk = write_deals, write_deal_talk
        rows: tuple[tuple[str, str, Writer, bool, str], ...] = (
            (
                "Sconti & Errori di Prezzo ⚡️",
                "scontierrati",
                deals,
                True,
                "Gli errori di prezzo, prima che spariscano.",
            ),
            ("Offerte Lampo 24h", "offertelampo", deals, False, "Un'offerta ogni ora, ogni giorno."),
            ("OFFERTE TECH 🔥", "offertetech", deals, False, "Elettronica a prezzi bassi."),
            (
                "Le migliori offerte per la casa",
                "offertecasa",
                talk,
                False,
                "Segnalate le vostre, senza link abbreviati.",
            ),
            ("Piazza Demo", "piazzademo", write_talk, False, "Tutti gli account di prova si trovano qui."),
        )
        made = []
        self._names.tongue = 0
        for number, (title, name, write, verified, about) in enumerate(rows):
            channel = self._channel(
                number, title, name, write, count=400 + 100 * number, hours_ago=1 + 2 * number
            )
            channel.verified, channel.about = verified, about
            channel.member_count = 48_213 // (number + 1)
            made.append(channel)
        return made

    def _other(self, number: int) -> Channel:
        title = self._names.title()
        broadcast = self._dice.chance(0.55)
        channel = self._channel(
            number,
            title,
            username(title, number, "channel"),
            write_posts if broadcast else write_talk,
            count=20 + self._dice.spread(4000),
            hours_ago=self._dice.spread(9000),
        )
        channel.verified = self._dice.chance(0.12)
        channel.forum = not broadcast and self._dice.chance(0.1)
        if channel.forum:
            channel.history.past.topics = topics_of(channel.history.past.count)
        channel.about = title
        channel.member_count = 3 + self._dice.spread(90_000)
        return channel

    def _special(self) -> None:
        """A chat of 100,000 messages and a forum, which nobody is in to begin with; on dice of their own."""
        own, self._dice = self._dice, Dice("special")
        self._names.tongue = 0
        huge = self._channel(
            _SPECIAL, "Archivio Demo", "archivio_demo", write_talk, count=100_000, hours_ago=1
        )
        forum = self._channel(_SPECIAL + 1, "Forum Demo", "forum_demo", write_talk, count=900, hours_ago=2)
        forum.forum, forum.history.past.topics = True, topics_of(900)
        huge.member_count, forum.member_count = 12_345, 678
        self._dice = own

    def _channel(
        self, number: int, title: str, name: str, write: Writer, *, count: int, hours_ago: int
    ) -> Channel:
        broadcast = write in (write_posts, write_deals)
        speakers = () if broadcast else tuple(self._dice.pick(self.cast).id for _ in range(6))
        past = channel_past(self._dice, title, write, count=count, hours_ago=hours_ago, now=self._now)
        past.speakers, past.tongue = speakers, self._names.tongue
        return self._population.add_channel(
            staffed(
                Channel(
                    id=FIRST_PUBLIC_ID + number,
                    title=title,
                    date=past.first_date,
                    broadcast=broadcast,
                    history=History(past),
                    username=name,
                    pts=count + 1,
                )
            )
        )


def channel_past(dice: Dice, title: str, write: Writer, *, count: int, hours_ago: int, now: int) -> Past:
    """Posts 1 to ``count`` at even intervals, the last ``hours_ago``; the first tells of the start."""
    step = dice.between(600, 5 * HOUR)
    last = now - hours_ago * HOUR + dice.below(HOUR)
    return Past(
        seed=dice.below(1 << 52),
        count=count,
        first_id=1,
        id_step=1,
        first_date=last - (count - 1) * step,
        date_step=step,
        write=write,
        title=title,
    )


def topics_of(count: int) -> tuple[int, ...]:
    """The ids that the topics of a forum begin at: right behind the forum's own start."""
    return tuple(range(2, 2 + min(5, count // 4)))


def staffed(channel: Channel) -> Channel:
    """Who talks in a supergroup is in it; the first of them began it, the second helps."""
    speakers = list(dict.fromkeys(channel.history.past.speakers))
    channel.people = dict.fromkeys(speakers, channel.date)
    if speakers:
        channel.creator = speakers[0]
        channel.admins = dict.fromkeys(speakers[1:2], USUAL_ADMIN)
    return channel
