"""A gateway that only does what the command has declared.

It stops mistakes and keeps a review short; a plugin shares the process, so that it is no wall against malice.
"""

from __future__ import annotations

from typing import Any, cast

from commands.capabilities import Capability
from commands.errors import Refused
from commands.gateway import REQUIRED, Telegram
from commands.phrases import say


class _Guard:
    __slots__ = ("_allowed", "_telegram")

    def __init__(self, telegram: Telegram, allowed: frozenset[Capability]) -> None:
        self._telegram, self._allowed = telegram, allowed

    def __getattr__(self, name: str) -> Any:
        needed = REQUIRED.get(name)
        if needed is None:
            raise AttributeError(name)
        if needed not in self._allowed:
            raise Refused(
                "not_declared", say("This command has not declared {capability}.", capability=needed)
            )
        return getattr(self._telegram, name)


def guarded(telegram: Telegram, allowed: frozenset[Capability]) -> Telegram:
    """``telegram``, each of whose methods is Refused unless what it needs is ``allowed``."""
    return cast(Telegram, _Guard(telegram, allowed))
