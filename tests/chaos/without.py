"""Takes out one protection, by patching this process: for the controls, which must then find violations.

Nothing of this is in the product: there is no switch in it that could be left off.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from quart_app.telegram import client, fence, gate, lease, lease_scripts

Patch: TypeAlias = Callable[[Any, str, Any], None]
"""``setattr``, or pytest's monkeypatch.setattr where it must be undone."""


class _AlwaysAlive:
    alive = True


def _fence(patch: Patch) -> None:
    """A connection that goes on sending, whatever has become of the lease."""
    fenced = fence.fenced_connection
    patch(client, "fenced_connection", lambda _hold: fenced(_AlwaysAlive()))


def _quarantine(patch: Patch) -> None:
    """Whoever takes a lease over doesn't wait for the former holder to be gone."""
    begin = lease.Leases.__init__

    def hasty(self: lease.Leases, *arguments: Any, **named: Any) -> None:
        begin(self, *arguments, **{**named, "quarantine_seconds": 0.0})

    patch(lease.Leases, "__init__", hasty)


def _ownership(patch: Patch) -> None:
    """A lease is given to whoever asks, though another live worker has it."""
    refusal = "redis.call('EXISTS', prefix .. owner) == 1"
    assert refusal in lease_scripts.ACQUIRE

    async def nobody(_self: lease.Leases, _user_id: Any) -> None:
        return None

    patch(lease_scripts, "ACQUIRE", lease_scripts.ACQUIRE.replace(refusal, "false"))
    patch(lease.Leases, "owner", nobody)


def _flood_memory(patch: Patch) -> None:
    """Telegram is asked again though it has said how long to wait."""
    patch(gate.Gate, "wait", lambda _self, _method: 0)


def _no_retry(patch: Patch) -> None:
    """Telethon reconnects by itself and sends again what was not answered."""
    create = client.ClientFactory.create

    def eager(self: client.ClientFactory, *arguments: Any, **named: Any) -> Any:
        made = create(self, *arguments, **named)
        made._sender._auto_reconnect = True
        return made

    patch(client.ClientFactory, "create", eager)
    patch(gate.GatedClient, "never_send_late", lambda _self: None)


PROTECTIONS: Final[dict[str, Callable[[Patch], None]]] = {
    "fence": _fence,
    "quarantine": _quarantine,
    "ownership": _ownership,
    "flood memory": _flood_memory,
    "no retry": _no_retry,
}


def take_out(name: str, patch: Patch = setattr) -> None:
    PROTECTIONS[name](patch)
