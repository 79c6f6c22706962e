"""What an act says to a person: in its author's words, else in plain ones made of the command's name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from commands.behaviour import Effect
from commands.phrases import Phrase, Said, counted, say, say_n
from commands.rows import Kind
from quart_app.terminal.question import Question

ITEMS: Final[Mapping[Kind, Phrase]] = {
    Kind.CHAT: say_n("{n} chat", "{n} chats"),
    Kind.USER: say_n("{n} person", "{n} people"),
    Kind.MESSAGE: say_n("{n} message", "{n} messages"),
}
KEEP: Final[Mapping[Kind, Phrase]] = {Kind.CHAT: say_n("Keep this one", "Keep them")}
CHANGE_NOTHING: Final = say("Change nothing")
MOST_SECONDS: Final = 90
"""Longer waits are told in minutes."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Of one command, ``name``, on ``n`` items."""

    name: str
    effect: Effect[Any]
    n: int

    @property
    def act(self) -> Said:
        return self._own("act") or say("Run {name} on {items}", name=self.name, items=self._items(self.n))

    def done(self, n: int) -> Said:
        said = self.effect.done
        return (
            counted(said, n) if said else say("{name}: {items} done.", name=self.name, items=self._items(n))
        )

    def question(self, requests: int, time: timedelta, table: str) -> Question:
        lasting = self.effect.restore is None
        put_back = say("This can’t be undone.") if lasting else say("This can be put back.")
        return Question(
            self._own("question") or say("Run {name} on {items}?", name=self.name, items=self._items(self.n)),
            detail=tuple(filter(None, (self._own("after"), put_back))),
            cost=cost(requests, time),
            yes=self.act,
            no=self._own("keep") or counted(KEEP.get(self.effect.kind, CHANGE_NOTHING), self.n),
            danger=lasting or self.effect.destroys,
            table=table,
        )

    def _own(self, name: str) -> Said:
        said = self.effect.words[name]
        return counted(said, self.n) if said else ""

    def _items(self, n: int) -> Phrase:
        return counted(ITEMS[self.effect.kind], n)


def cost(requests: int, time: timedelta) -> Phrase:
    """What it takes of Telegram's patience, and of the person's."""
    seconds = round(time.total_seconds())
    if seconds < 1:
        lasts = say("less than a second")
    elif seconds <= MOST_SECONDS:
        lasts = say("about {n} s", n=seconds)
    else:
        lasts = say("about {n} min", n=round(seconds / 60))
    return say_n(
        "{n} request to Telegram, {time}.", "{n} requests to Telegram, {time}.", requests, time=lasts
    )
