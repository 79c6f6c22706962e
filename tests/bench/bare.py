"""The bare Telethon script: what somebody would write in ten minutes. Imports nothing of ours.

Reads tasks from standard input, one JSON line each ({"task", "times"}), and answers each with the CPU seconds of one.
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
from typing import Any

from telethon import TelegramClient
from telethon.crypto import rsa
from telethon.sessions import StringSession

HOST, PORT, DATA_CENTRE, API_ID, API_HASH, PHONE, CODE, KEY = sys.argv[1:9]


def cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def new_client() -> Any:
    session = StringSession()
    session.set_dc(int(DATA_CENTRE), HOST, int(PORT))
    return TelegramClient(session, int(API_ID), API_HASH)


async def sign_in() -> Any:
    client = new_client()
    await client.connect()
    sent = await client.send_code_request(PHONE)
    await client.sign_in(PHONE, CODE, phone_code_hash=sent.phone_code_hash)
    return client


async def first_list() -> None:
    client = await sign_in()
    [dialog.name async for dialog in client.iter_dialogs(limit=50)]
    await client.log_out()


async def main() -> None:
    with open(KEY) as key:  # noqa: PTH123 (a bare script)
        rsa.add_key(key.read(), old=False)
    client = await sign_in()

    async def list_50() -> None:
        [(dialog.name, dialog.unread_count) async for dialog in client.iter_dialogs(limit=50)]

    async def list_all() -> None:
        [(dialog.name, dialog.unread_count) async for dialog in client.iter_dialogs()]

    async def search() -> None:
        [dialog.name async for dialog in client.iter_dialogs() if "offerte" in dialog.name.lower()]

    tasks = {"list 50": list_50, "list --fresh": list_all, "search offerte": search, "first list": first_list}
    await list_all()
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        before = cpu()
        for _ in range(asked["times"]):
            await tasks[asked["task"]]()
        print(json.dumps({"seconds": (cpu() - before) / asked["times"]}), flush=True)
    await client.log_out()


asyncio.run(main())
