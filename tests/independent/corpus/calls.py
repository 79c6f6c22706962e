"""Calls of clients, right ones and wrong ones, each with the answer that Telegram's documentation gives for it.

By hand: ``python -m tests.independent.corpus.calls HOST PORT KEY.pem``. Plain Telethon; nothing of the app is imported.
"""

from __future__ import annotations

import asyncio
import re
import sys
from typing import Any

from telethon.errors import RPCError
from telethon.errors.common import MultiError

from tests.independent.corpus import calls_chats, calls_login, calls_messages
from tests.independent.corpus.scene import Case, Scene, opened

CASES: tuple[Case, ...] = (*calls_login.CASES, *calls_messages.CASES, *calls_chats.CASES)
NUMBER = re.compile(r"(?<=_)\d+$")
API = (calls_login.API, calls_login.HASH)


async def answer(scene: Scene, case: Case) -> str:
    """What the data centre said, in the words of ``Case.expected``."""
    client: Any = getattr(scene, case.by)
    heard: list[Any] = []
    sender = client._sender
    # The number and the name as they came: Telethon's own classes do not keep both.
    original = sender._handle_rpc_result

    async def listen(message: Any) -> None:
        heard.append(message.obj)
        await original(message)

    sender._handlers[HANDLED] = listen
    try:
        result = await client(case.request(scene))
    except (RPCError, MultiError):
        error = next(each.error for each in reversed(heard) if each.error)
        return f"{error.error_code} {NUMBER.sub('%d', error.error_message)}"
    finally:
        sender._handlers[HANDLED] = original
    return type(result).__name__


HANDLED = 0xF35C6D01


async def main(host: str, port: str, pem: str) -> int:
    scene = await opened(host, port, pem, API)
    wrong = 0
    for case in CASES:
        said = await answer(scene, case)
        if said != case.expected:
            wrong += 1
            sys.stdout.write(f"NOT SO: {case.words}: {said}, not {case.expected}\n")
        else:
            sys.stdout.write(f"{case.words}: {said}\n")
    await scene.strike()
    sys.stdout.write(f"{wrong} not so\n" if wrong else "no complaints\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main(*sys.argv[1:4])))
