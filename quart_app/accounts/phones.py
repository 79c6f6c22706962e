"""What counts as a phone number here, and how one is written."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

import phonenumbers

from quart_app.accounts.errors import BadPhone

LONGEST_TEXT: Final = 40
_WRITTEN = re.compile(r"\+[0-9 ().\-/]+")
_FRAGMENT = re.compile(r"\+888[0-9]{4,12}")
_DEMO = re.compile(r"\+99966[123][0-9]{4}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A phone in E.164 (``+`` and digits). Only ``e164`` shows it, ``str`` and ``repr`` just the tail."""

    e164: str

    @property
    def tail(self) -> str:
        """The last two digits, all that is ever shown again."""
        return self.e164[-2:]

    def __repr__(self) -> str:
        return f"PhoneNumber(…{self.tail})"

    __str__ = __repr__


def parse_phone(text: str, *, demo: bool = False, accept_any: bool = False) -> PhoneNumber:
    """Read a phone as a person writes it, with its ``+`` and country code.

    ``demo`` also takes the test numbers +99966DYYYY (D = 1 to 3), which the numbering plan does not know;
    ``accept_any`` takes any 7 to 15 digits, for a Telegram server with numbers of its own.
    Fragment's +888 numbers count everywhere. Raises `BadPhone`.
    """
    if len(text) > LONGEST_TEXT:
        raise BadPhone("too long for a phone number")
    written = unicodedata.normalize("NFKC", text).strip()
    if not _WRITTEN.fullmatch(written):
        raise BadPhone("not a phone number with + and country code")
    plain = "+" + re.sub(r"[^0-9]", "", written)
    if _FRAGMENT.fullmatch(plain) or (demo and _DEMO.fullmatch(plain)):
        return PhoneNumber(plain)
    if accept_any and _E164.fullmatch(plain):
        return PhoneNumber(plain)
    return _of_the_numbering_plan(plain)


def _of_the_numbering_plan(plain: str) -> PhoneNumber:
    """Possible is enough: our tables lag behind new ranges, and Telegram has the last word."""
    try:
        number = phonenumbers.parse(plain, None)
    except phonenumbers.NumberParseException as error:
        raise BadPhone("no such country code") from error
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise BadPhone("not a possible phone number")
    return PhoneNumber(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
