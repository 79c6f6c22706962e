"""Who may do what in a channel or supergroup: names of rights as in the API, and what a restriction takes away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from telethon.tl import types as t

from quart_app.demo.errors import RpcError

if TYPE_CHECKING:
    from quart_app.demo.chats import Channel

RightsNames = frozenset[str]
ADMIN_RIGHTS: RightsNames = frozenset(
    (
        "change_info",
        "post_messages",
        "edit_messages",
        "delete_messages",
        "ban_users",
        "invite_users",
        "pin_messages",
        "add_admins",
        "anonymous",
        "manage_call",
        "other",
        "manage_topics",
        "post_stories",
        "edit_stories",
        "delete_stories",
    )
)
BANNED_RIGHTS: RightsNames = frozenset(
    (
        "view_messages",
        "send_messages",
        "send_media",
        "send_stickers",
        "send_gifs",
        "send_games",
        "send_inline",
        "embed_links",
        "send_polls",
        "change_info",
        "invite_users",
        "pin_messages",
        "manage_topics",
        "send_photos",
        "send_videos",
        "send_roundvideos",
        "send_audios",
        "send_voices",
        "send_docs",
        "send_plain",
        "send_reactions",
    )
)
USUAL_ADMIN: RightsNames = ADMIN_RIGHTS - {"anonymous", "add_admins"}
FOREVER = 2_147_483_647


@dataclass(frozen=True, slots=True)
class Restriction:
    """``taken`` away until a Unix time; without view_messages somebody is banned, else only restricted."""

    taken: RightsNames
    until: int
    by: int
    date: int
    left: bool = False

    @property
    def banned(self) -> bool:
        return "view_messages" in self.taken

    def to_tl(self) -> Any:
        return banned_rights(self.taken, self.until)


def named(flags: Any, names: RightsNames) -> RightsNames:
    """Those of ``names`` that are set in a ChatAdminRights or ChatBannedRights."""
    return frozenset(name for name in names if getattr(flags, name, None))


def admin_rights(names: RightsNames) -> Any:
    return t.ChatAdminRights(**dict.fromkeys(names, True))


def banned_rights(names: RightsNames, until: int = FOREVER) -> Any:
    return t.ChatBannedRights(until_date=until, **dict.fromkeys(names, True))


def rights_of(channel: Channel, user_id: int) -> RightsNames:
    """What an admin may do beyond others; everything for the creator."""
    return ADMIN_RIGHTS if user_id == channel.creator else channel.admins.get(user_id, frozenset())


def is_admin(channel: Channel, user_id: int) -> bool:
    return user_id == channel.creator or user_id in channel.admins


def need_right(channel: Channel, user_id: int, right: str) -> None:
    """RpcError CHAT_ADMIN_REQUIRED unless this admin has the right."""
    if right not in rights_of(channel, user_id):
        raise RpcError(400, "CHAT_ADMIN_REQUIRED")


def slow_mode_ends(channel: Channel, user_id: int) -> int:
    """When a member may write again (Unix seconds); 0 if there is nothing to wait for."""
    said = channel.said_at.get(user_id)
    if not channel.slow_mode or said is None or is_admin(channel, user_id):
        return 0
    return int(said) + channel.slow_mode


def taken_from(channel: Channel, user_id: int, now: float) -> RightsNames:
    """What a member may not do: by default and by a restriction that still runs."""
    if is_admin(channel, user_id):
        return frozenset()
    restriction = channel.restricted.get(user_id)
    runs = restriction is not None and (restriction.until in (0, FOREVER) or restriction.until > now)
    return channel.muted_by_default | (restriction.taken if restriction and runs else frozenset())
