"""What a rotation of PEPPER still waits for, in sentences for the operator."""

from __future__ import annotations

from collections import Counter

import asyncpg

from quart_app.accounts.peppers_in_use import PeppersInUse, count_peppers
from quart_app.command_line.database import database_address
from quart_app.settings import Settings
from quart_app.storage.database import open_database
from quart_app.storage.errors import StorageUnavailable
from quart_app.storage.redis import open_redis
from quart_app.telegram.slot_peppers import count_slot_peppers


async def rotation(settings: Settings) -> tuple[list[str], bool]:
    """What there is to say, and whether the peppers can be right. Raises EmbeddedError.

    Where nothing is set that could be counted, nothing is started for it.
    """
    if settings.database_url is None and settings.pepper_previous is None:
        return [], True
    try:
        rows = await _rows(settings)
    except (StorageUnavailable, OSError):
        return ["The database does not answer: what still needs a pepper was not counted."], True
    slots = await _slots(settings)
    known = settings.peppers
    said = [*_of_previous(settings, rows, slots)]
    if lost := rows.others(known):
        said.append(
            f"{lost} accounts need a pepper that is not set: nobody can log in to them. "
            "Their owners can come back through /recover."
        )
    wrong = bool(rows.accounts) and not any(rows.accounts[number] for number in known)
    if wrong:
        said.append("PEPPER is not the one that this database was used with: no account can be opened.")
    return said, not wrong


def _of_previous(settings: Settings, rows: PeppersInUse, slots: Counter[int] | None) -> list[str]:
    previous = next((number for number in settings.peppers if number != settings.pepper_id), None)
    if previous is None:
        return []
    waiting = [
        f"{rows.accounts[previous]} of {rows.accounts.total()} accounts (each until its next log-in)",
        f"{rows.second_factors[previous]} second factors (each until its next code)",
    ]
    if slots is None:
        waiting.append("Telegram sessions that Redis was not there to count (24 hours at most)")
    else:
        waiting.append(f"{slots[previous]} ways to open Telegram sessions (24 hours at most)")
    if rows.need(previous) or slots is None or slots[previous]:
        return ["PEPPER_PREVIOUS is still needed by " + ", ".join(waiting) + "."]
    return ["PEPPER_PREVIOUS may go: nothing needs it any more."]


async def _rows(settings: Settings) -> PeppersInUse:
    async with database_address(settings) as url, open_database(url) as database:
        try:
            return await count_peppers(database)
        except (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError):
            return PeppersInUse()  # not migrated yet


async def _slots(settings: Settings) -> Counter[int] | None:
    """None if Redis doesn't answer. One inside the app's process keeps nothing beyond it."""
    if settings.redis_url is None:
        return Counter()
    async with open_redis(settings.redis_url) as redis:
        try:
            return await count_slot_peppers(redis)
        except StorageUnavailable:
            return None
