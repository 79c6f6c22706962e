"""Questions of one run, and the answers that the page gives to them."""

from __future__ import annotations

import asyncio
from typing import Final

from quart_app.terminal.output import Output
from quart_app.terminal.question import Question
from quart_app.terminal.requests import BadFrame

YES: Final = "yes"
NO: Final = "no"


class Asks:
    def __init__(self, output: Output) -> None:
        self._output = output
        self._open: dict[str, asyncio.Future[bool]] = {}
        self._asked = 0

    @property
    def is_waiting(self) -> bool:
        """Whether a question is open."""
        return bool(self._open)

    async def ask(self, question: Question) -> bool:
        """Show ``question`` and wait for its answer, as long as it takes."""
        self._asked += 1
        ask_id = f"a{self._asked}"
        answered: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._open[ask_id] = answered
        try:
            await self._output.ask(ask_id, question)
            return await answered
        finally:
            del self._open[ask_id]

    def answer(self, ask_id: str, value: str) -> None:
        """The page's answer: BadFrame if it is none of the choices; too late or twice, it changes nothing."""
        if value not in (YES, NO):
            raise BadFrame("bad_value")
        answered = self._open.get(ask_id)
        if answered is not None and not answered.done():
            answered.set_result(value == YES)
