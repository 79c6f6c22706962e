"""One account's world as plain data, and what differs between two such snapshots."""

from __future__ import annotations

from typing import Any

from quart_app.demo.account import Account, Dialog
from quart_app.demo.world import World

_NEWEST = 100
"""Message ids that a snapshot lists of each chat; of older ones it has the number."""
State = dict[str, Any]
"""JSON values only, so that it may travel and be kept."""


def state_of(world: World, account: Account) -> State:
    """``chats`` by "kind:id": unread counts, flags, marks, and the ids of the newest messages, newest first."""
    return {
        "user_id": account.id,
        "chats": {
            f"{dialog.peer.kind}:{dialog.peer.id}": _chat(account, dialog)
            for dialog in sorted(account.dialogs.values(), key=lambda dialog: dialog.peer)
        },
        "pinned": {
            str(folder): [f"{peer.kind}:{peer.id}" for peer in peers]
            for folder, peers in sorted(account.pinned.items())
        },
        "unread": sum(dialog.unread_count for dialog in account.dialogs.values()),
        "devices": len(world.keys.of_user(account.id)),
    }


def _chat(account: Account, dialog: Dialog) -> State:
    history = dialog.history
    count = len(history)
    newest = [history[place] for place in range(count - 1, max(count - 1 - _NEWEST, -1), -1)]
    return {
        "unread": dialog.unread_count,
        "unread_mark": dialog.unread_mark,
        "mentions": len(dialog.unread_mentions),
        "read_inbox": dialog.read_inbox_max_id,
        "read_outbox": dialog.read_outbox_max_id,
        "folder": dialog.folder,
        "pinned": account.is_pinned(dialog),
        "mute_until": dialog.mute_until,
        "membership": dialog.membership,
        "messages": count,
        "newest": [message.id for message in newest],
    }


def compare(before: Any, after: Any) -> list[str]:
    """The differences as "chats.user:5.unread: 3 -> 0"; what is only in one of the two is "absent" in the other."""
    return list(_differences("", before, after))


def _differences(path: str, before: Any, after: Any) -> list[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        found: list[str] = []
        for name in sorted(before.keys() | after.keys()):
            inner = f"{path}.{name}" if path else str(name)
            found += _differences(inner, before.get(name, "absent"), after.get(name, "absent"))
        return found
    return [] if before == after else [f"{path}: {before} -> {after}"]
