"""FLOOD_WAIT by a rate model: how many calls of a method an account may make, and how soon again.

Telegram publishes no numbers for users' clients. Those of STRICT are estimates, rounded down, from what it says
of bots and codes and from what clients report; docs/TESTING.md has each row with where it comes from. They are
there to be met, so that a caller that does not space its calls is found out, and say nothing about any one account.

Each method has a bucket of ``burst`` calls that refills evenly within ``seconds``; a call that finds it empty gets
FLOOD_WAIT_X with X the whole seconds until there is one again. Only a call that was let in empties the bucket.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import NamedTuple

from quart_app.demo.errors import RpcError

_MOST_BUCKETS = 100_000
ANY = "*"
"""In a table: every method that has no row of its own, each with a bucket to itself."""


class Rate(NamedTuple):
    burst: int
    seconds: float


RateTable = Mapping[str, Rate]

STRICT: RateTable = {
    ANY: Rate(120, 60),
    "contacts.ResolveUsername": Rate(10, 300),
    "contacts.Search": Rate(10, 60),
    "messages.CheckChatInvite": Rate(5, 300),
    "messages.ImportChatInvite": Rate(5, 300),
    "channels.JoinChannel": Rate(5, 300),
    "messages.SearchGlobal": Rate(20, 60),
    "messages.Search": Rate(30, 60),
    "messages.GetDialogs": Rate(30, 60),
    "messages.GetHistory": Rate(30, 30),
    "messages.SendMessage": Rate(20, 60),
    "messages.SendMedia": Rate(20, 60),
    "messages.ForwardMessages": Rate(20, 60),
    "messages.EditMessage": Rate(20, 60),
    "messages.SendReaction": Rate(20, 60),
    "users.GetFullUser": Rate(20, 60),
    "channels.GetFullChannel": Rate(20, 60),
    "channels.GetParticipants": Rate(20, 60),
    "upload.GetFile": Rate(300, 60),
    "auth.SendCode": Rate(5, 86_400),
    "auth.SignIn": Rate(10, 600),
    "auth.CheckPassword": Rate(10, 600),
    "auth.ExportLoginToken": Rate(30, 60),
}
"""As tight as it may get."""

GENEROUS: RateTable = {
    ANY: Rate(6000, 60),
    "contacts.ResolveUsername": Rate(1000, 60),
    "auth.SendCode": Rate(200, 60),
}
"""For trying things out: only a loop that has gone wrong meets these."""


class Rates:
    """``who`` is whoever calls: the account, or the key of a stranger."""

    def __init__(self, table: RateTable, clock: Callable[[], float]) -> None:
        self.table = table
        self._clock = clock
        self._due: dict[tuple[str, int], float] = {}

    def take(self, method: str, who: int) -> None:
        """Let a call in, or raise RpcError 420 FLOOD_WAIT_X."""
        rate = self.table.get(method) or self.table.get(ANY)
        if rate is None:
            return
        now, step = self._clock(), rate.seconds / rate.burst
        # When the bucket will be full again; each call puts that off by one step.
        full_at = max(self._due.get((method, who), now), now) + step
        if full_at - now > rate.seconds + 1e-6:
            raise RpcError(420, f"FLOOD_WAIT_{max(1, math.ceil(full_at - now - rate.seconds))}")
        self._due[method, who] = full_at
        if len(self._due) > _MOST_BUCKETS:
            self._due = {bucket: due for bucket, due in self._due.items() if due > now}
