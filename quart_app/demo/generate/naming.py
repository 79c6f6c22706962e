"""Titles, names and usernames, drawn from the words of several languages."""

from __future__ import annotations

import unicodedata

from quart_app.demo.generate.dice import Dice
from quart_app.demo.generate.words import HOSTILE, LANGUAGES, Language

_BALLOT = tuple(number for number, language in enumerate(LANGUAGES) for _ in range(language.weight))


class Names:
    """Draws from one stream of chances; titles repeat only with a number behind them."""

    def __init__(self, dice: Dice, hostile: float) -> None:
        self._dice = dice
        self._hostile = hostile
        self._titles: dict[str, int] = {}
        self.tongue = 0
        """The language of the last name drawn."""

    def title(self) -> str:
        """Of a channel or supergroup."""
        if self._dice.chance(self._hostile):
            return self._dice.pick(HOSTILE)
        language = self._language()
        topic = self._dice.pick(language.topics)
        return self._numbered(self._dice.pick(language.forms).replace("{}", topic))

    def group_title(self) -> str:
        if self._dice.chance(self._hostile):
            return self._dice.pick(HOSTILE)
        return self._numbered(self._dice.pick(self._language().groups))

    def person(self) -> tuple[str, str]:
        """First and last name; the last one may be empty."""
        if self._dice.chance(self._hostile / 2):
            return self._dice.pick(HOSTILE)[:64], ""
        language = self._language()
        last = self._dice.pick(language.last_names) if self._dice.chance(0.8) else ""
        return self._dice.pick(language.first_names), last

    def _language(self) -> Language:
        self.tongue = self._dice.pick(_BALLOT)
        return LANGUAGES[self.tongue]

    def _numbered(self, title: str) -> str:
        times = self._titles[title] = self._titles.get(title, 0) + 1
        return title if times == 1 else f"{title} {times}"


def username(text: str, number: int, otherwise: str) -> str:
    """A name that Telegram would allow: ASCII letters of ``text`` and a number that makes it unique."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").lower()
    letters = "".join(character if character.isalnum() else "_" for character in plain).strip("_")
    if not letters[:1].isalpha():
        letters = otherwise
    return f"{letters[:20]}_{number}"
