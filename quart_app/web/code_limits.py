"""How many codes Telegram may be made to send: this server is not to be used to pester anyone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final
from uuid import UUID

from commands import say
from commands.phrases import Said
from quart_app.accounts.phones import PhoneNumber
from quart_app.storage.errors import StorageUnavailable
from quart_app.storage.limits import Take, Taken
from quart_app.web.current import services
from quart_app.web.limits import address_key, too_many

DAY: Final = 86_400
HOUR: Final = 3_600
CODES_A_DAY: Final = 5
"""For one phone; Telegram itself allows about as many."""
RECOVERIES_A_DAY: Final = 3
"""For one phone. Fewer, so that nobody else can use up all the codes of its owner."""


async def take_code(phone: PhoneNumber, *, to_recover: bool = False) -> Callable[[], Awaitable[None]]:
    """One code for this phone, from this address, of this installation; or the problem ``too_many``.

    Await what is returned to give it back: Telegram has sent nothing.
    """
    key = services().accounts.phone_key(phone)[:32]
    takes = [
        Take(scope="send-code", key=key, limit=CODES_A_DAY, seconds=DAY),
        Take(scope="send-code-address", key=address_key(), limit=30, seconds=HOUR),
        Take(scope="send-code-all", key="all", limit=600, seconds=HOUR),
    ]
    if to_recover:
        takes.append(Take(scope="recover", key=key, limit=RECOVERIES_A_DAY, seconds=DAY))
    return await _taken(takes, say("Too many codes have been asked for. Try again later."))


async def take_email(phone: PhoneNumber) -> Callable[[], Awaitable[None]]:
    """The same for a code to an e-mail address, which may be anybody's."""
    key = services().accounts.phone_key(phone)[:32]
    return await _taken(
        [
            Take(scope="send-email", key=key, limit=CODES_A_DAY, seconds=DAY),
            Take(scope="send-email-address", key=address_key(), limit=10, seconds=HOUR),
            Take(scope="send-email-all", key="all", limit=200, seconds=HOUR),
        ],
        say("Too many codes have been sent by e-mail. Try again later."),
    )


async def limit_qr(user_id: UUID) -> None:
    """A QR code sends nothing to anybody, but each start is a key exchange with Telegram."""
    await _taken(
        [
            Take(scope="qr-login", key=str(user_id), limit=30, seconds=HOUR),
            Take(scope="qr-login-address", key=address_key(), limit=120, seconds=HOUR),
        ],
        say("Too many QR codes have been asked for. Try again later."),
    )


async def _taken(takes: list[Take], detail: Said) -> Callable[[], Awaitable[None]]:
    limits = services().limits
    taken = await limits.take_for_now(takes)
    if not isinstance(taken, Taken):
        raise too_many(taken, detail)

    async def give_back() -> None:
        with suppress(StorageUnavailable):  # then it stays counted
            await limits.give_back(taken)

    return give_back
