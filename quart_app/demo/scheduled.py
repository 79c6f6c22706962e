"""Messages that are to be sent later: they wait in a list of their own, with ids of their own, seen by their author."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from telethon.tl import types as t

from quart_app.demo.account import Account
from quart_app.demo.authorization import AuthorizationKey
from quart_app.demo.errors import RpcError
from quart_app.demo.message import Content, Message
from quart_app.demo.peer import Peer
from quart_app.demo.view import View

if TYPE_CHECKING:
    from quart_app.demo.world import World

MOST_IN_A_CHAT, FARTHEST = 100, 365 * 86_400
"""Messages; seconds. https://core.telegram.org/api/scheduled-messages"""
AT_ONCE = 10
"""What is due in fewer seconds is sent at once."""
WHEN_ONLINE = 0x7FFFFFFE


class Scheduled:
    """By account and chat. ``skip`` is the key whose own request it was, if any."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._waiting: dict[tuple[int, Peer], dict[int, tuple[Message, Content]]] = {}
        self._last_id = 0

    def is_later(self, date: int) -> bool:
        """Whether a message with this schedule date (Unix seconds, 0: none) has to wait; RpcError if too far off."""
        now = self._world.clock()
        if date == WHEN_ONLINE:
            # Nobody here shows when exactly they were last seen.
            raise RpcError(400, "SCHEDULE_STATUS_PRIVATE")
        if date > now + FARTHEST:
            raise RpcError(400, "SCHEDULE_DATE_TOO_LATE")
        return date > now + AT_ONCE

    def add(
        self, account: Account, peer: Peer, content: Content, date: int, *, skip: AuthorizationKey | None
    ) -> tuple[Message, Any]:
        """RpcError SCHEDULE_TOO_MUCH beyond a hundred in a chat; the message and the update that shows it."""
        box = self._waiting.setdefault((account.id, peer), {})
        if len(box) >= MOST_IN_A_CHAT:
            raise RpcError(400, "SCHEDULE_TOO_MUCH")
        self._last_id += 1
        message = Message.of(content, id=self._last_id, sender=self._author(account, peer), date=date)
        box[message.id] = (message, content)
        self._remind(date)
        return message, self._tell(account, peer, message, skip)

    def _author(self, account: Account, peer: Peer) -> int:
        posts = peer.kind == "channel" and self._world.population.channels[peer.id].broadcast
        return 0 if posts else account.id

    def waiting(self, account: Account, peer: Peer) -> list[Message]:
        """The latest to be sent first."""
        box = self._waiting.get((account.id, peer), {})
        found = [message for message, _ in box.values()]
        return sorted(found, key=lambda message: (message.date, message.id), reverse=True)

    def edit(
        self,
        account: Account,
        peer: Peer,
        number: int,
        content: Content,
        date: int,
        *,
        skip: AuthorizationKey,
    ) -> Any:
        """Say it otherwise, or at another time; RpcError MESSAGE_ID_INVALID."""
        box = self._waiting.get((account.id, peer), {})
        if number not in box:
            raise RpcError(400, "MESSAGE_ID_INVALID")
        message = Message.of(content, id=number, sender=self._author(account, peer), date=date)
        box[number] = (message, content)
        self._remind(date)
        return self._tell(account, peer, message, skip)

    def content(self, account: Account, peer: Peer, number: int) -> Content:
        """RpcError MESSAGE_ID_INVALID if nothing of this id waits."""
        found = self._waiting.get((account.id, peer), {}).get(number)
        if found is None:
            raise RpcError(400, "MESSAGE_ID_INVALID")
        return found[1]

    def delete(
        self, account: Account, peer: Peer, numbers: list[int], *, skip: AuthorizationKey | None
    ) -> Any:
        """The update that tells of it; ids that are not there are passed over."""
        box = self._waiting.get((account.id, peer), {})
        gone = [number for number in numbers if box.pop(number, None) is not None]
        update = t.UpdateDeleteScheduledMessages(peer.to_tl(), gone)
        return self._world.changes.push(account, [update], peer, skip=skip)

    def send(
        self, account: Account, peer: Peer, numbers: list[int], *, skip: AuthorizationKey | None = None
    ) -> list[Any]:
        """Send these now, the one that was due first first; the updates that show them and that they no longer wait."""
        box = self._waiting.get((account.id, peer), {})
        chosen = sorted((box[number][0].date, number) for number in numbers if number in box)
        told, sent = [], []
        for _, number in chosen:
            _, content = box.pop(number)
            message, update = self._world.posting.deliver(
                account, peer, replace(content, from_scheduled=True), skip=skip
            )
            told.append(update)
            sent.append(message.id)
        update = t.UpdateDeleteScheduledMessages(
            peer.to_tl(), [number for _, number in chosen], sent_messages=sent
        )
        return [*told, self._world.changes.push(account, [update], peer, skip=skip)]

    def send_due(self) -> int:
        """Send what its time has come for; how many."""
        now, count = self._world.clock(), 0
        for (account_id, peer), box in list(self._waiting.items()):
            due = [number for number, (message, _) in box.items() if message.date <= now]
            if due:
                self.send(self._world.account(account_id), peer, due)
                count += len(due)
        return count

    def _remind(self, date: int) -> None:
        with suppress(RuntimeError):  # no loop: whoever drives the world by hand calls send_due
            asyncio.get_running_loop().call_later(date - self._world.clock() + 0.05, self.send_due)

    def _tell(self, account: Account, peer: Peer, message: Message, skip: AuthorizationKey | None) -> Any:
        shown = View(self._world, account).message(peer, message)
        return self._world.changes.push(account, [t.UpdateNewScheduledMessage(shown)], peer, skip=skip)
