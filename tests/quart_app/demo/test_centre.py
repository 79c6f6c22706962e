"""Starting and stopping a data centre, its key, and its register of methods."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from telethon import TelegramClient
from telethon import functions as fn
from telethon.crypto import rsa as telethon_rsa
from telethon.sessions import StringSession

from quart_app.demo import DemoDataCentre, RsaKey, open_demo, serve_forever
from quart_app.demo.api import MODULES
from quart_app.demo.methods import Methods, answers


async def test_two_at_once_are_two_worlds(rsa_key: RsaKey, log_in: Any) -> None:
    async with open_demo(10, 1, rsa_key=rsa_key) as first, open_demo(10, 2, rsa_key=rsa_key) as second:
        assert first.data_centre.port != second.data_centre.port
        await log_in(at=first)
        assert (first.instrument.counts["auth.SignIn"], second.instrument.counts["auth.SignIn"]) == (1, 0)


async def test_port_is_free_afterwards(rsa_key: RsaKey, new_client: Any) -> None:
    async with open_demo(10, 1, rsa_key=rsa_key) as demo:
        where = demo.data_centre
        client = new_client(at=demo, auto_reconnect=False)
        await client.connect()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(where.host, where.port)
    async with open_demo(10, 1, rsa_key=rsa_key, port=where.port) as again:
        assert again.data_centre == where


async def test_taken_port(rsa_key: RsaKey) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        pytest.raises(OSError, match="address already in use"),
    ):
        async with open_demo(10, 1, rsa_key=rsa_key, port=taken.getsockname()[1]):
            pass


async def test_data_centre_and_api(demo: DemoDataCentre) -> None:
    where = demo.data_centre
    assert (where.id, where.host) == (2, "127.0.0.1")
    assert where.public_key.startswith("-----BEGIN RSA PUBLIC KEY-----")
    assert demo.api[0] > 0


async def test_it_can_run_alone(tmp_path: Path) -> None:
    running: asyncio.Future[DemoDataCentre] = asyncio.get_running_loop().create_future()
    key_path = tmp_path / "var" / "key.pem"
    task = asyncio.ensure_future(serve_forever("127.0.0.1", 0, key_path, chats=10, ready=running.set_result))
    demo = await asyncio.wait_for(running, 20)
    telethon_rsa.add_key(demo.data_centre.public_key, old=False)
    session = StringSession()
    session.set_dc(demo.data_centre.id, demo.data_centre.host, demo.data_centre.port)
    client = TelegramClient(session, *demo.api)
    await client.connect()
    assert (await client(fn.help.GetNearestDcRequest())).this_dc == 2
    await client.disconnect()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert key_path.stat().st_mode & 0o777 == 0o600
    assert RsaKey.load_or_create(key_path).public_pem == demo.data_centre.public_key


def test_key_file_with_something_else(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("nothing")
    with pytest.raises(ValueError, match=r"."):
        RsaKey.load_or_create(tmp_path / "key.pem")


def test_fingerprint_is_what_telethon_computes(rsa_key: RsaKey) -> None:
    assert telethon_rsa.encrypt(rsa_key.fingerprint, b"x") is not None
    assert telethon_rsa.encrypt(rsa_key.fingerprint + 1, b"x") is None


def test_register_of_methods() -> None:
    methods = Methods(MODULES)
    names = list(methods)
    assert {"auth.SendCode", "messages.GetDialogs", "updates.GetDifference"} <= set(names)
    assert len(names) == len(set(names))
    assert methods.find(fn.help.GetConfigRequest()) is not None
    assert methods.find(fn.help.GetInviteTextRequest()) is None


def test_two_answers_to_one_request_are_a_mistake() -> None:
    module = ModuleType("double")

    def answer(_caller: Any, _request: Any) -> bool:
        return True

    answer.__module__ = "double"
    module.__dict__["answer"] = answers(fn.help.GetConfigRequest, fn.help.GetConfigRequest)(answer)
    with pytest.raises(ValueError, match=r"help\.GetConfig is answered twice"):
        Methods([module])
