"""The control interface: driving a data centre from another process, and who may not."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from telethon import TelegramClient, errors
from telethon import functions as fn
from telethon.crypto import rsa as telethon_rsa
from telethon.sessions import StringSession

from quart_app.demo import DemoDataCentre
from quart_app.demo.control import Control, ControlClient
from quart_app.demo.errors import ControlError

TOKEN = "for the tests only"


@pytest.fixture
async def control(demo: DemoDataCentre) -> AsyncIterator[Control]:
    control = Control(demo, TOKEN)
    await control.start()
    yield control
    await control.close()


@pytest.fixture
async def ask(control: Control) -> AsyncIterator[Any]:
    """Asks on a thread, as the client blocks."""
    client = ControlClient(*control.address, TOKEN)

    async def run(question: str, **details: Any) -> Any:
        return await asyncio.to_thread(partial(client, question, **details))

    yield run
    client.close()


async def test_what_is_seen_and_done_from_outside(ask: Any, log_in: Any) -> None:
    client = await log_in()
    account_id = (await client.get_me()).id
    assert (await ask("counts"))["auth.SignIn"] == 1
    assert [call["method"] for call in await ask("calls", method="auth.SignIn")] == ["auth.SignIn"]
    assert (await ask("overlaps"), await ask("held_together")) == ([], [])
    assert len(await ask("connections")) == len(await ask("devices", user_id=account_id)) == 1
    assert (await ask("state", account="+9996620001"))["user_id"] == account_id
    await ask("flood", method="updates.GetState", seconds=7)
    with pytest.raises(errors.FloodWaitError):
        await client(fn.updates.GetStateRequest())
    assert await ask("post", chat="scontierrati", text="from outside") > 0
    assert await ask("revoke", account="+9996620001", reason="SESSION_REVOKED") == 1
    with pytest.raises(errors.SessionRevokedError):
        await client(fn.help.GetTermsOfServiceUpdateRequest())
    await ask("refuse_connections", refuse=True)
    await ask("refuse_connections", refuse=False)


@pytest.mark.parametrize(
    ("question", "details"),
    [("exec", {}), ("flood", {"nonsense": 1}), ("move", {"phone": "+1", "data_centre_id": 9})],
)
async def test_what_it_will_not_do(ask: Any, question: str, details: dict[str, Any]) -> None:
    with pytest.raises(ControlError):
        await ask(question, **details)
    assert await ask("overlaps") == [], "the connection lives on"


@pytest.mark.parametrize(
    "line",
    [
        b"GET / HTTP/1.1\r\n",
        b"[]\n",
        b'"token"\n',
        json.dumps({"do": "counts"}).encode() + b"\n",
        json.dumps({"token": "for the tests onlz", "do": "counts"}).encode() + b"\n",
    ],
)
async def test_strangers_are_shown_out(control: Control, line: bytes) -> None:
    reader, writer = await asyncio.open_connection(*control.address)
    writer.write(line * 2)
    said = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    assert said.count(b"\n") == 1
    assert b"error" in said


async def test_it_stays_on_this_machine(demo: DemoDataCentre) -> None:
    with pytest.raises(ValueError, match="loopback"):
        await Control(demo, TOKEN).start("0.0.0.0")
    with pytest.raises(ValueError, match="16 characters"):
        Control(demo, "short")


@asynccontextmanager
async def own_process(directory: Path, more: str = "") -> AsyncIterator[tuple[ControlClient, str]]:
    """``demo --control`` in a process of its own: a control client, and everything that it printed."""
    program = (
        "import sys; from pathlib import Path; from quart_app.command_line import demo;"
        f"demo.run('127.0.0.1', 0, directory=Path(sys.argv[1]), control=0{more})"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        program,
        str(directory),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "DEMO_CHATS": "10"},
    )
    printed = ""
    try:
        assert process.stdout is not None
        while "Control: " not in printed:
            line = await asyncio.wait_for(process.stdout.readline(), 60)
            assert line, "it ended"
            printed += line.decode()
        port = int(printed.rpartition("Control: 127.0.0.1:")[2].split()[0])
        token = (directory / "demo-control.token").read_text()
        with await asyncio.to_thread(ControlClient, "127.0.0.1", port, token) as client:
            yield client, printed
    finally:
        process.terminate()
        await process.wait()


async def test_a_data_centre_of_its_own_process(tmp_path: Path) -> None:
    """It says where it listens and keeps the token in a file that only its owner may read."""
    async with own_process(tmp_path) as (client, _):
        kept = tmp_path / "demo-control.token"
        assert kept.stat().st_mode & 0o777 == 0o600
        assert await asyncio.to_thread(client, "overlaps") == []


async def test_several_strict_ones_in_a_process_of_their_own(tmp_path: Path) -> None:
    async with own_process(tmp_path, ", data_centres=2, strict=True") as (ask, printed):
        assert "Data centre 4: 127.0.0.1:" in printed
        key = (tmp_path / "demo-public.pem").read_text()
        telethon_rsa.add_key(key, old=False)
        where = printed.partition("TELEGRAM_DC=2@127.0.0.1:")[2].split()[0]
        session = StringSession()
        session.set_dc(2, "127.0.0.1", int(where))
        client = OwnConfiguration(session, 12345, "0123456789abcdef0123456789abcdef", flood_sleep_threshold=0)
        ask("move", phone="+9996630001", data_centre_id=4)
        await client.connect()
        await client.send_code_request("+9996630001")
        await client.sign_in("+9996630001", "33333")
        assert client.session.dc_id == 4
        before = ask("state", account="+9996630001")
        resolve = fn.contacts.ResolveUsernameRequest("scontierrati")
        for _ in range(10):
            await client(resolve)
        with pytest.raises(errors.FloodWaitError):
            await client(resolve)
        client._flood_waited_requests.clear()
        assert ask("advance", seconds=86_400) == 86_400
        assert await client(resolve)
        assert await client(fn.auth.ResetAuthorizationsRequest())
        ask("post", chat="scontierrati", text="nuovo")
        [changed] = [
            row
            for row in ask("compare", before=before, after=ask("state", account="+9996630001"))
            if row.endswith(".messages: 400 -> 401")
        ]
        assert changed.startswith("chats.channel:")
        quiet = ask("state", account="+9996630001")
        ask("traffic", rate=200)
        while ask("compare", before=quiet, after=ask("state", account="+9996630001")) == []:
            await asyncio.sleep(0.01)
        ask("traffic", rate=0)
        ask("limit", table="GENEROUS")
        for _ in range(20):
            await client(resolve)
        await client.disconnect()


class OwnConfiguration(TelegramClient):  # type: ignore[misc, unused-ignore]
    """Telethon keeps what help.getConfig said on the class: each world of data centres needs one of its own."""

    _config = None
