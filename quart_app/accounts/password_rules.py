"""Which new passwords are accepted: long enough, not too long, not the first that anyone would try."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from quart_app.accounts.errors import BadPassword
from quart_app.accounts.phones import PhoneNumber

SHORTEST: Final = 8
LONGEST: Final = 1024
MOST_BYTES: Final = 4096
TOO_LONG_TO_TRY: Final = 16
"""From here on nobody goes through one character repeated."""

COMMON: Final = frozenset(
    """
    00000000 000000000 0123456789 11111111 111111111 1111111111 11223344 12121212 123123123 12341234
    1234512345 12345678 123456789 1234567890 12345678910 123456789a 12345679 1234qwer 123qwe123 123qweasd
    147258369 1q2w3e4r 1q2w3e4r5t 1qaz2wsx 1qazxsw2 22222222 55555555 66666666 77777777 87654321 88888888
    987654321 9876543210 99999999 a1234567 a12345678 a123456789 aa123456 aaaaaaaa abc12345 abcd1234
    abcdefgh admin123 adminadmin administrator asdasdasd asdf1234 asdfasdf asdfghjk asdfghjkl babygirl1
    baseball basketball buonasera butterfly changeme chocolate computer corvette cristina dragon123
    einstein football football1 francesca giovanni giuseppe hello123 iloveyou iloveyou1 iloveyou2 internet
    jennifer juventus letmein1 liverpool manchester martina1 michelle monkey123 motdepasse napoli1926
    p4ssw0rd p@ssw0rd pa$$word passw0rd password password! password. password0 password1 password12
    password123 password1234 password2 passwords passwort pokemon123 princess princess1 q1w2e3r4
    q1w2e3r4t5 qazwsxedc qwer1234 qwerasdf qwert123 qwerty12 qwerty123 qwertyui qwertyuiop qwertz123
    starwars starwars1 sunshine sunshine1 superman superman1 telegram telegram1 telegram123 trustno1
    valentina welcome1 welcome123 whatever wordpass zaq12wsx zxcvbnm1 zxcvbnm123
    """.split()  # noqa: SIM905 (a hundred words read better without quotes)
)
"""Lower case; what a guesser sends before anything else."""


def normalised(password: str) -> bytes:
    """The bytes that are hashed: NFC, so that é typed on two keyboards is one password.

    Never raises: what can't be UTF-8 or is overlong is taken as it is, and then matches nothing stored.
    Normalising costs the square of a run of combining marks, hence not beyond the longest password.
    """
    raw = password.encode("utf-8", "surrogatepass")
    if len(raw) > MOST_BYTES:
        return raw
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")


def check_new_password(password: str, phone: PhoneNumber) -> None:
    """Raises `BadPassword` with ``too_short``, ``too_long``, ``common``, ``is_phone`` or ``not_text``."""
    raw = password.encode("utf-8", "surrogatepass")
    if len(raw) > MOST_BYTES:
        raise BadPassword("too_long")
    if any("\ud800" <= character <= "\udfff" for character in password):
        raise BadPassword("not_text")
    text = unicodedata.normalize("NFC", password)
    if len(text) < SHORTEST:
        raise BadPassword("too_short")
    if len(text) > LONGEST:
        raise BadPassword("too_long")
    if text.lower() in COMMON or (len(set(text)) == 1 and len(text) < TOO_LONG_TO_TRY):
        raise BadPassword("common")
    if _is_phone(text, phone):
        raise BadPassword("is_phone")


def _is_phone(text: str, phone: PhoneNumber) -> bool:
    """Written with or without the plus, the country code or punctuation."""
    if not re.fullmatch(r"[+0-9 ().\-/]+", text):
        return False
    digits = re.sub(r"[^0-9]", "", text)
    return len(digits) >= SHORTEST - 1 and phone.e164.endswith(digits.lstrip("0"))
