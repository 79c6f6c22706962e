"""Load all dialogs of an account, page by page, so that a flood wait half-way loses nothing."""

from __future__ import annotations

import contextlib
import time
from typing import Any, Final

from telethon import functions, types, utils

from quart_app.telegram.chats import MOST_RECORDED, ChatBook, ChatRow
from quart_app.telegram.gate import GatedClient
from quart_app.telegram.mapping import muted_until, named
from quart_app.telegram.marks import mark_of, mark_of_peer
from quart_app.telegram.updates import apply_update

PAGE: Final = 100
_RESUME_SECONDS: Final = 300.0


class DialogLoader:
    """One client's loader. Called again after a failure it goes on where it stopped, if that was not long ago."""

    def __init__(self, client: GatedClient, book: ChatBook) -> None:
        self._client, self._book = client, book
        self._begin()

    def _begin(self) -> None:
        self._rows: dict[int, ChatRow] = {}
        self._paged = False
        self._asked: set[int] = set()
        self._began = time.monotonic()
        self._pins = {False: 0, True: 0}
        self._request = functions.messages.GetDialogsRequest(
            offset_date=None, offset_id=0, offset_peer=types.InputPeerEmpty(), limit=PAGE, hash=0
        )

    async def load(self) -> None:
        """Fill the book. Raises what the gate raises. What is pushed meanwhile is applied once more at the end."""
        if time.monotonic() - self._began > _RESUME_SECONDS:
            self._begin()
            self._book.recorded()
        self._book.record()
        while not self._paged:
            self._paged = self._take(await self._client(self._request))
        while marks := self._overtaken():
            if peers := self._peers(marks):
                self._take(await self._client(functions.messages.GetPeerDialogsRequest(peers)))
            self._asked |= marks
        self._book.replace(self._rows)
        pushed = self._book.recorded()
        for update in pushed:
            apply_update(self._book, update)
        self._book.stale |= len(pushed) > MOST_RECORDED
        self._begin()

    def _overtaken(self) -> set[int]:
        """Chats that were written in while they stood on a page yet to come: they have moved up past the pages."""
        kinds = types.UpdateNewMessage, types.UpdateNewChannelMessage
        written = (update.message.peer_id for update in self._book.recording if isinstance(update, kinds))
        marks = {mark_of_peer(peer) for peer in written if peer is not None}
        return set(sorted(marks - self._rows.keys() - self._asked)[:PAGE])

    def _peers(self, marks: set[int]) -> list[Any]:
        found = []
        for mark in marks:
            with contextlib.suppress(ValueError):  # the update itself brought what is known of the chat
                found.append(types.InputDialogPeer(self._client.session.get_input_entity(mark)))
        return found

    def _take(self, page: Any) -> bool:
        """Keep one page; True if it was the last. An answer that is no slice is all there is."""
        entities = {mark_of(entity): entity for entity in (*page.users, *page.chats)}
        newest = {(mark_of_peer(m.peer_id), m.id): m for m in page.messages if m.peer_id is not None}
        fresh = last_known = None
        for dialog in page.dialogs:
            if not isinstance(
                dialog, types.Dialog
            ):  # a folder stands for its dialogs, which come by themselves
                continue
            marked = mark_of_peer(dialog.peer)
            message = newest.get((marked, dialog.top_message))
            if marked in entities and message is not None:
                last_known = entities[marked], message
            if marked not in self._rows and self._keep(dialog, entities.get(marked), message):
                fresh = True
        if fresh is None or len(page.dialogs) < PAGE or not isinstance(page, types.messages.DialogsSlice):
            return True
        if last_known is None:
            return True
        entity, message = last_known
        self._request.exclude_pinned = True
        self._request.offset_id, self._request.offset_date = message.id, message.date
        self._request.offset_peer = utils.get_input_peer(entity)
        return False

    def _keep(self, dialog: Any, entity: Any, message: Any) -> bool:
        found = named(entity)
        if found is None or getattr(entity, "migrated_to", None) is not None:
            return False
        archived = dialog.folder_id == 1
        if dialog.pinned:
            self._pins[archived] += 1
        self._rows[found.id] = ChatRow(
            found,
            unread=dialog.unread_count,
            marked=bool(dialog.unread_mark),
            last=int(message.date.timestamp()) if message is not None and message.date else 0,
            muted_until=muted_until(dialog.notify_settings),
            pinned=self._pins[archived] if dialog.pinned else 0,
            archived=archived,
            top=dialog.top_message,
            mentioned=dialog.unread_mentions_count > 0,
        )
        return True
