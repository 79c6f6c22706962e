"""upload.*: files on their way up and down; and which file a request to send one means."""

from __future__ import annotations

import hashlib
from typing import Any

from telethon.tl import functions as fn
from telethon.tl import types as t

from quart_app.demo.caller import Caller
from quart_app.demo.errors import RpcError
from quart_app.demo.media import Media, MediaKind
from quart_app.demo.methods import answers
from quart_app.demo.view_message import media_of

_MEGABYTE, _PAGE, _PRECISE = 1 << 20, 4096, 1024
_LARGEST_PHOTO = 10 * _MEGABYTE
_IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"RIFF")


@answers(fn.upload.SaveFilePartRequest)
def save_file_part(caller: Caller, request: Any) -> Any:
    caller.world.media.save_part(caller.account.id, request.file_id, request.file_part, request.bytes)
    return True


@answers(fn.upload.SaveBigFilePartRequest)
def save_big_file_part(caller: Caller, request: Any) -> Any:
    if request.file_total_parts == 0 or request.file_part >= max(request.file_total_parts, 0) > 0:
        raise RpcError(400, "FILE_PARTS_INVALID")
    caller.world.media.save_part(caller.account.id, request.file_id, request.file_part, request.bytes)
    return True


@answers(fn.upload.GetFileRequest)
def get_file(caller: Caller, request: Any) -> Any:
    """Parts as Telegram allows them: aligned, at most a megabyte, none across the border of one."""
    location, store = request.location, caller.world.media
    files = caller.world.data_centres.files
    if files in caller.world.data_centres.addresses and files != caller.data_centre_id:
        raise RpcError(303, f"FILE_MIGRATE_{files}")
    kinds = t.InputPhotoFileLocation | t.InputDocumentFileLocation
    media = store.find(location.id) if isinstance(location, kinds) else None
    if media is None or location.access_hash != caller.world.token(caller.account.id, "file", media.id):
        raise RpcError(400, "LOCATION_INVALID")
    if (media.kind == "photo") != isinstance(location, t.InputPhotoFileLocation):
        raise RpcError(400, "LOCATION_INVALID")
    store.check_reference(caller.account.id, media, location.file_reference)
    _check_span(request)
    size = media.thumbnail_size if location.thumb_size == "m" else media.size
    kind = t.storage.FileJpeg() if media.kind == "photo" else t.storage.FileUnknown()
    return t.upload.File(kind, media.date, media.part(request.offset, request.limit, size=size))


def _check_span(request: Any) -> None:
    unit = _PRECISE if request.precise else _PAGE
    if request.offset < 0 or request.offset % unit:
        raise RpcError(400, "OFFSET_INVALID")
    if not 0 < request.limit <= _MEGABYTE or request.limit % unit:
        raise RpcError(400, "LIMIT_INVALID")
    if request.offset // _MEGABYTE != (request.offset + request.limit - 1) // _MEGABYTE:
        raise RpcError(400, "LIMIT_INVALID")


@answers(fn.messages.UploadMediaRequest)
def upload_media(caller: Caller, request: Any) -> Any:
    """Store it without sending it; albums are sent in this way."""
    caller.readable(request.peer)
    return media_of(caller.world, caller.account, media_from(caller, request.media))


def media_from(caller: Caller, given: Any) -> Media:
    """The photo or file that an InputMedia means: just uploaded, or known already."""
    if isinstance(given, t.InputMediaUploadedPhoto):
        content = _uploaded(caller, given.file)
        if not content.startswith(_IMAGES):
            raise RpcError(400, "IMAGE_PROCESS_FAILED")
        if len(content) > _LARGEST_PHOTO:
            raise RpcError(400, "PHOTO_SAVE_FILE_INVALID")
        return _stored(caller, "photo", content, "", "image/jpeg")
    if isinstance(given, t.InputMediaUploadedDocument):
        content = _uploaded(caller, given.file)
        kind, name = _described(given.attributes)
        return _stored(caller, kind, content, name or given.file.name, given.mime_type)
    if isinstance(given, t.InputMediaPhoto | t.InputMediaDocument):
        return _known(caller, given.id, photo=isinstance(given, t.InputMediaPhoto))
    raise RpcError(400, "MEDIA_EMPTY" if isinstance(given, t.InputMediaEmpty) else "MEDIA_INVALID")


def _uploaded(caller: Caller, file: Any) -> bytes:
    content = caller.world.media.take(caller.account.id, file.id, file.parts)
    checksum = getattr(file, "md5_checksum", "")
    if checksum and hashlib.md5(content, usedforsecurity=False).hexdigest() != checksum:
        raise RpcError(400, "MD5_CHECKSUM_INVALID")
    return content


def _stored(caller: Caller, kind: MediaKind, content: bytes, name: str, mime: str) -> Media:
    store, now = caller.world.media, int(caller.world.clock())
    media = Media(kind, store.next_id(), len(content), now, name, mime, content)
    store.show(media)
    return media


def _described(attributes: list[Any]) -> tuple[MediaKind, str]:
    kind: MediaKind = "document"
    name = ""
    for attribute in attributes:
        if isinstance(attribute, t.DocumentAttributeFilename):
            name = attribute.file_name
        elif isinstance(attribute, t.DocumentAttributeAnimated):
            kind = "animation"
        elif isinstance(attribute, t.DocumentAttributeVideo) and kind == "document":
            kind = "video"
        elif isinstance(attribute, t.DocumentAttributeAudio):
            kind = "voice" if attribute.voice else "music"
    return kind, name


def _known(caller: Caller, given: Any, *, photo: bool) -> Media:
    media = caller.world.media.find(getattr(given, "id", 0))
    if media is None or (media.kind == "photo") != photo:
        raise RpcError(400, "MEDIA_EMPTY")
    if given.access_hash != caller.world.token(caller.account.id, "file", media.id):
        raise RpcError(400, "MEDIA_EMPTY")
    caller.world.media.check_reference(caller.account.id, media, given.file_reference)
    return media
