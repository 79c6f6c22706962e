"""Live traffic: people write, channels post, at a chosen rate, for as long as somebody wants it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from quart_app.demo.account import Account, Dialog
from quart_app.demo.generate import phrases
from quart_app.demo.generate.dice import Dice

if TYPE_CHECKING:
    from quart_app.demo.world import World

_FASTEST = 1000.0


@dataclass(slots=True)
class Running:
    """``sent`` counts the messages so far."""

    sent: int = 0


@asynccontextmanager
async def traffic(world: World, rate: float, seed: int) -> AsyncIterator[Running]:
    """``rate`` messages a second into chats of the accounts there are. ValueError for a rate out of bounds."""
    if not 0 < rate <= _FASTEST:
        raise ValueError(f"a rate is more than 0 and at most {_FASTEST:.0f} messages a second")
    running = Running()
    task = asyncio.create_task(_write(world, rate, Dice(f"{seed}:traffic"), running))
    try:
        yield running
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _write(world: World, rate: float, dice: Dice, running: Running) -> None:
    loop = asyncio.get_running_loop()
    started = loop.time()
    while True:
        # Counted from the start, so that a late turn is made up for and the rate holds.
        due = int((loop.time() - started) * rate)
        while running.sent < due:
            say_something(world, dice)
            running.sent += 1
        await asyncio.sleep(max(1 / rate, 0.005))


def say_something(world: World, dice: Dice) -> None:
    """One message of somebody else in a chat of some account."""
    accounts = [account for account in world.accounts.values() if account.dialogs]
    if not accounts:
        return
    account = dice.pick(accounts)
    dialog = dice.pick(list(account.dialogs.values()))
    if dialog.membership != "member" or dialog.peer.id in (account.id, 777_000) or _silent(world, dialog):
        return
    _write_in(world, account, dialog, dice)


def _silent(world: World, dialog: Dialog) -> bool:
    """Deleted people do not write, nor does anybody in a group that has moved."""
    peer, population = dialog.peer, world.population
    if peer.kind == "user":
        return population.people[peer.id].deleted
    return peer.kind == "group" and bool(population.groups[peer.id].migrated_to)


def _write_in(world: World, account: Account, dialog: Dialog, dice: Dice) -> None:
    past, peer = dialog.history.past, dialog.peer
    number = dice.below(1 << 30)
    if peer.kind == "channel":
        broadcast = world.population.channels[peer.id].broadcast
        text = phrases.post(past.tongue, number) if broadcast else phrases.talk(past.tongue, number)
        sender = dice.pick(past.speakers) if past.speakers and not broadcast else None
        world.post(peer, text, sender=sender)
    elif peer.kind == "group":
        others = [who for who in world.population.groups[peer.id].members if who not in world.accounts]
        if others:
            text = phrases.talk(past.tongue, number)
            world.post(peer, text, sender=dice.pick(others), to=account.id)
    elif peer.id not in world.accounts:
        world.post(peer, phrases.talk(past.tongue, number), to=account.id)
