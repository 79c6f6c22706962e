"""Clients of an older layer of the API: two constructors have another number for them, and one request of theirs."""

from __future__ import annotations

from telethon import functions as fn
from telethon import types as t

from quart_app.demo import DemoDataCentre
from quart_app.demo.older_layers import LAST_OLD, incoming, outgoing
from tests.quart_app.demo.raw_client import Wire

OLD_USER, OLD_CHANNEL, OLD_SEARCH = 0x31774388, 0x1C32B11C, 0x4BC6589A


def number(value: int) -> bytes:
    return value.to_bytes(4, "little")


def test_numbers_are_exchanged_where_they_stand() -> None:
    user = bytes(t.User(1, first_name="a"))
    channel = bytes(t.Channel(1, "a", t.ChatPhotoEmpty(), None))
    old = outgoing(user + channel, LAST_OLD)
    assert (old[:4], old[len(user) : len(user) + 4]) == (number(OLD_USER), number(OLD_CHANNEL))
    assert old[4 : len(user)] == user[4:]
    assert outgoing(user, 229) == user
    assert outgoing(user, 0) == user, "who has not said its layer is told the newest"
    shifted = b"x" + user[:4] + b"xxx"
    assert outgoing(shifted, LAST_OLD) == shifted, "only where a word begins"


def test_requests_are_read_in_the_newest_layer() -> None:
    peer, kind = t.InputPeerEmpty(), t.InputMessagesFilterEmpty()
    new = bytes(fn.messages.SearchGlobalRequest("a", kind, None, None, 0, peer, 0, 5))
    assert incoming(number(OLD_SEARCH) + new[4:]) == new
    part = number(OLD_SEARCH) * 1000
    assert incoming(part) == part, "parts of files are left alone"


async def test_a_client_of_an_older_layer(demo: DemoDataCentre, wire: Wire) -> None:
    account = demo.world.account_for("9996620001")
    wire.key.log_in(account.id, demo.world.clock())
    query = fn.users.GetUsersRequest([t.InputUserSelf()])
    init = fn.InitConnectionRequest(12345, "Raw", "1", "1", "en", "", "en", query)
    wire.send(fn.InvokeWithLayerRequest(LAST_OLD, init))
    assert number(OLD_USER) in (await wire.one()).body
    wire.call(query)
    assert number(t.User.CONSTRUCTOR_ID) in (await wire.one()).body
