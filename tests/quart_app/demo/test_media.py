"""Photos and files: sent, shown, fetched, in albums; and what is refused."""

from __future__ import annotations

import io
import os
from typing import Any

import pytest
from telethon import errors
from telethon import functions as fn
from telethon import types as t

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40


def named(content: bytes, name: str) -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file


async def test_a_file_comes_back_as_it_went(log_in: Any) -> None:
    first, second = await log_in("20001"), await log_in("20003")
    content = os.urandom(700_000)
    sent = await first.send_file("demo_20003", named(content, "notes.bin"), caption="**here**")
    assert (sent.file.name, sent.file.size, sent.raw_text) == ("notes.bin", len(content), "here")
    received = (await second.get_messages("demo_20001", limit=1))[0]
    assert await received.download_media(bytes) == content
    hit = (await second.get_messages("demo_20001", filter=t.InputMessagesFilterDocument, limit=5))[0]
    assert hit.id == received.id


async def test_large_files_and_photos(log_in: Any) -> None:
    client = await log_in()
    content = os.urandom(11 << 20)
    sent = await client.send_file("me", named(content, "film.bin"))
    assert await sent.download_media(bytes) == content
    photo = await client.send_file("me", named(PNG, "picture.png"))
    assert photo.photo
    assert await photo.download_media(bytes) == PNG
    with pytest.raises(errors.ImageProcessFailedError):
        await client.send_file("me", named(b"no picture", "picture.png"))


async def test_generated_media_are_the_same_each_time(log_in: Any) -> None:
    first, second = await log_in("20001"), await log_in("20003")
    contents = []
    for client in (first, second):
        message = (await client.get_messages("piazzademo", filter=t.InputMessagesFilterDocument, limit=1))[0]
        content = await message.download_media(bytes)
        assert len(content) == message.file.size > 0
        contents.append(content)
    assert contents[0] == contents[1]


async def test_albums_and_known_files(log_in: Any) -> None:
    client = await log_in()
    album = await client.send_file("me", [named(PNG, "a.png"), named(PNG + b"x", "b.png")])
    assert len({message.grouped_id for message in album}) == 1
    again = await client.send_file("me", album[0].photo)
    assert again.photo.id == album[0].photo.id


async def test_another_accounts_reference_is_useless_and_one_grows_old(clock: Any, log_in: Any) -> None:
    first, second = await log_in("20001"), await log_in("20003")
    message = (await first.get_messages("piazzademo", filter=t.InputMessagesFilterDocument, limit=1))[0]
    document = message.document

    def request(**options: Any) -> Any:
        settings = {
            "id": document.id,
            "access_hash": document.access_hash,
            "file_reference": document.file_reference,
            "thumb_size": "",
            **options,
        }
        return fn.upload.GetFileRequest(t.InputDocumentFileLocation(**settings), offset=0, limit=4096)

    assert len((await first(request())).bytes) == 4096
    with pytest.raises(errors.LocationInvalidError):
        await second(request())
    with pytest.raises(errors.FileReferenceEmptyError):
        await first(request(file_reference=b""))
    clock.ahead += 86_401
    with pytest.raises(errors.FileReferenceExpiredError):
        await first(request())


@pytest.mark.parametrize(
    ("offset", "limit", "refusal"),
    [
        (1, 4096, errors.OffsetInvalidError),
        (0, 5000, errors.LimitInvalidError),
        (0, 2 << 20, errors.LimitInvalidError),
        ((1 << 20) - 4096, 8192, errors.LimitInvalidError),
    ],
)
async def test_parts_are_aligned(log_in: Any, offset: int, limit: int, refusal: Any) -> None:
    client = await log_in()
    message = (await client.get_messages("piazzademo", filter=t.InputMessagesFilterDocument, limit=1))[0]
    document = message.document
    location = t.InputDocumentFileLocation(document.id, document.access_hash, document.file_reference, "")
    with pytest.raises(refusal):
        await client(fn.upload.GetFileRequest(location, offset=offset, limit=limit))


async def test_parts_that_cannot_be_put_together(log_in: Any) -> None:
    client = await log_in()
    save = fn.upload.SaveFilePartRequest
    with pytest.raises(errors.FilePartEmptyError):
        await client(save(1, 0, b""))
    with pytest.raises(errors.FilePartTooBigError):
        await client(save(1, 0, bytes((512 << 10) + 1)))
    with pytest.raises(errors.FilePartInvalidError):
        await client(save(1, 4000, b"x"))
    await client(save(2, 0, bytes(1024)))
    missing = t.InputMediaUploadedDocument(t.InputFile(2, 2, "x", ""), "text/plain", [])
    with pytest.raises(errors.FilePartMissingError):
        await client(fn.messages.SendMediaRequest("me", missing, ""))
    wrong = t.InputMediaUploadedDocument(t.InputFile(2, 1, "x", "0" * 32), "text/plain", [])
    with pytest.raises(errors.Md5ChecksumInvalidError):
        await client(fn.messages.SendMediaRequest("me", wrong, ""))
    with pytest.raises(errors.MediaCaptionTooLongError):
        await client(fn.messages.SendMediaRequest("me", wrong, "x" * 1025))
