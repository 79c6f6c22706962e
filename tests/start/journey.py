"""What a newcomer does: register, log in, start a session, list their chats. All of it over the API."""

from __future__ import annotations

import asyncio

from tests.product.caller import Program
from tests.product.person import Person

NEWCOMER = Person("+9996617001", "127.0.0.1")


def use(url: str, *, known: bool = False) -> None:
    """``known``: the account must be there from before. (Otherwise it may: registering answers the same.)"""
    asyncio.run(_use(url, known))


async def _use(url: str, known: bool) -> None:
    program = Program(url, NEWCOMER)
    try:
        if not known:
            await program.register()
        await program.log_in()
        await program.open_session()
        answer = await program.run("list 5")
        assert answer.status == "ok", answer.frames
        assert len(answer.rows) == 5
        assert (await program.end())["logged_out_at_telegram"] is True
    finally:
        await program.close()
