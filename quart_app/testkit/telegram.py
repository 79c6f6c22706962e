"""The fixture ``telegram``: a demo data centre in the author's hands, and the account that the commands run for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from functools import cache
from typing import Final, TypeVar

from commands import ChatState
from commands import Telegram as Gateway
from quart_app.demo import DemoDataCentre, RsaKey, open_demo
from quart_app.telegram.gateway import CallerTelegram
from quart_app.testkit.account import PHONE, signed_in
from quart_app.testkit.thread import LoopThread, until

Answer = TypeVar("Answer")

CHATS: Final = 60
SEED: Final = 1
_key = cache(RsaKey.generate)


class Telegram:
    """``phone`` is whose chats these are; ``gateway`` is what a command finds as ``context.telegram``."""

    phone: Final = PHONE

    def __init__(self, loop: LoopThread, demo: DemoDataCentre, gateway: CallerTelegram) -> None:
        self.loop, self._demo, self.gateway = loop, demo, gateway

    def ask(self, question: Callable[[DemoDataCentre], Answer]) -> Answer:
        """Look into the data centre (``world``, ``instrument``), or disturb it, on its own thread."""

        async def answer() -> Answer:
            return question(self._demo)

        return self.loop.run(answer())

    def chats(self) -> tuple[ChatState, ...]:
        """As the account's owner sees them: newest first, pinned on top."""
        return self.loop.run(_chats(self.gateway))

    def post(self, chat: str, text: str) -> None:
        """Somebody writes in the channel of this public name, given without @."""
        self.ask(lambda demo: demo.world.post(chat, text))

    def calls(self, method: str) -> int:
        """How often Telegram was asked for ``messages.GetDialogs``, say, as its documentation spells methods."""
        return self.ask(lambda demo: demo.instrument.counts[method])

    def flood(self, method: str, seconds: int) -> None:
        """Telegram answers the next call of ``method`` with FLOOD_WAIT."""
        self.ask(lambda demo: demo.instrument.flood(method, seconds))

    def fail(self, method: str, message: str, code: int = 400) -> None:
        """Telegram answers the next call of ``method`` with this error, such as CHANNEL_PRIVATE."""
        self.ask(lambda demo: demo.instrument.fault(method, code, message))

    def drop(self, method: str) -> None:
        """The connection dies with the next call of ``method``, after it has been applied and before it is answered."""
        self.ask(lambda demo: demo.instrument.drop(method, "after"))

    def delay(self, method: str, seconds: float) -> None:
        """Each call of ``method`` waits so long before it is applied."""
        self.ask(lambda demo: demo.instrument.delay(method, seconds))

    def until(self, condition: Callable[[], object], seconds: float = 10.0) -> None:
        """Wait for what Telegram pushes to arrive: AssertionError if ``condition`` isn't met within ``seconds``."""
        until(condition, seconds)


async def _chats(gateway: Gateway) -> tuple[ChatState, ...]:
    return await gateway.chats()


@contextmanager
def open_telegram(loop: LoopThread, *, chats: int = CHATS, seed: int = SEED) -> Iterator[Telegram]:
    stack = AsyncExitStack()

    async def enter() -> Telegram:
        demo = await stack.enter_async_context(open_demo(chats, seed, rsa_key=_key()))
        return Telegram(loop, demo, await stack.enter_async_context(signed_in(demo)))

    try:
        yield loop.run(enter())
    finally:
        loop.run(stack.aclose())
