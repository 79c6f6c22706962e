"""Telegram's official sponsored messages: due wherever posts of a channel were read, by the terms of its API.

The app shows them, not the command that has read the posts, so that no plugin can leave them out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from telethon import functions, types, utils

from quart_app.telegram.gate import GatedClient
from quart_app.telegram.marks import mark_of

KEPT_SECONDS: Final = 300.0
"""As long as Telegram wants them kept before they are asked for again."""
MOST_CHANNELS: Final = 3
"""Whose sponsored messages are shown after one line."""
_KEPT: Final = 200


@dataclass(frozen=True, slots=True)
class Sponsored:
    """``label`` is what Telegram wants it called: sponsored or recommended."""

    label: str
    title: str
    text: str
    button: str
    url: str


class Advertisers:
    """Of one live client: the channels whose posts were read since somebody last asked."""

    def __init__(self, client: GatedClient, clock: Callable[[], float]) -> None:
        self._client, self._clock = client, clock
        self._due: dict[int, Any] = {}
        self._kept: dict[int, tuple[float, Any]] = {}

    def read(self, entity: Any) -> None:
        """Posts of this channel were read; other chats carry no sponsored messages."""
        if isinstance(entity, types.Channel) and entity.broadcast and len(self._due) < MOST_CHANNELS:
            self._due[mark_of(entity)] = utils.get_input_peer(entity)

    async def show(self) -> list[Sponsored]:
        """What has to be shown now; Telegram is told that it was. Raises what the gate raises."""
        due, self._due = self._due, {}
        shown = []
        for mark, peer in due.items():
            message = await self._of(mark, peer)
            if message is not None:
                await self._client(functions.messages.ViewSponsoredMessageRequest(message.random_id))
                shown.append(_plain(message))
        return shown

    async def _of(self, mark: int, peer: Any) -> Any:
        asked_at, known = self._kept.get(mark, (float("-inf"), None))
        if self._clock() - asked_at < KEPT_SECONDS:
            return known
        answer = await self._client(functions.messages.GetSponsoredMessagesRequest(peer))
        found = next(iter(getattr(answer, "messages", ())), None)
        if len(self._kept) >= _KEPT:
            self._kept.pop(next(iter(self._kept)))
        self._kept[mark] = self._clock(), found
        return found


def _plain(message: Any) -> Sponsored:
    label = "recommended" if message.recommended else "sponsored"
    return Sponsored(label, message.title, message.message, message.button_text, message.url)
