"""A Telegram data centre in the hands of the test: it runs on a thread of its own, apart from every test's loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

from quart_app.demo import DemoDataCentre, open_demo
from quart_app.demo.account import Account
from quart_app.demo.instrument import LiveDevice
from quart_app.demo.parallel_use import Overlap
from quart_app.demo.srp import SecondFactor

Answer = TypeVar("Answer")
SECONDS = 30.0


class Telegram:
    """What the test sees of it and does to it. Phones are as people write them, with +."""

    def __init__(self, loop: asyncio.AbstractEventLoop, demo: DemoDataCentre, folder: Path) -> None:
        self._loop, self._demo = loop, demo
        self._key = folder / "telegram.pem"
        self._key.write_text(demo.data_centre.public_key)

    @property
    def environment(self) -> dict[str, str]:
        """What points the product here."""
        place = self._demo.data_centre
        return {
            "TELEGRAM_DC": f"{place.id}@{place.host}:{place.port}",
            "TELEGRAM_DC_KEY": str(self._key),
            "TELEGRAM_API_ID": str(self._demo.api[0]),
            "TELEGRAM_API_HASH": self._demo.api[1],
        }

    def ask(self, question: Callable[[DemoDataCentre], Answer]) -> Answer:
        """The answer, found on the data centre's own thread."""

        async def answer() -> Answer:
            return question(self._demo)

        return asyncio.run_coroutine_threadsafe(answer(), self._loop).result(SECONDS)

    def count(self, method: str) -> int:
        """How often it was called so far, by anybody."""
        return self.ask(lambda demo: demo.instrument.counts[method])

    def calls(self, method: str, phone: str) -> int:
        """How often it was called in this account's name."""
        return self.ask(lambda demo: len(demo.instrument.calls(method, user_id=_account(demo, phone).id)))

    def devices(self, phone: str) -> list[LiveDevice]:
        return self.ask(lambda demo: demo.instrument.devices(_account(demo, phone).id))

    def revoke(self, phone: str) -> int:
        return self.ask(lambda demo: demo.instrument.revoke(_account(demo, phone).id))

    def flood(self, method: str, seconds: int) -> None:
        self.ask(lambda demo: demo.instrument.flood(method, seconds))

    def silence(self, silent: bool) -> None:
        self.ask(lambda demo: demo.instrument.silence(silent))

    def drop_connections(self) -> int:
        return self.ask(lambda demo: demo.instrument.drop_connections())

    def refuse_connections(self, refuse: bool) -> None:
        work = self._demo.instrument.refuse_connections(refuse)
        asyncio.run_coroutine_threadsafe(work, self._loop).result(SECONDS)

    def overlaps(self) -> list[Overlap]:
        return self.ask(lambda demo: list(demo.instrument.overlaps))

    def keys(self, phone: str) -> list[bytes]:
        """The authorization keys that are logged in to this account: what must never leak."""
        return self.ask(lambda demo: [key.key for key in demo.world.keys.of_user(_account(demo, phone).id)])

    def connections(self, phone: str) -> list[tuple[float, float]]:
        """From when to when each connection of the keys that are logged in to this account was open, oldest first."""

        def spans(demo: DemoDataCentre) -> list[tuple[float, float]]:
            keys = demo.world.keys.of_user(_account(demo, phone).id)
            records = [record for key in keys for record in demo.instrument.connections_of(key.id)]
            return sorted((record.opened_at, record.closed_at or float("inf")) for record in records)

        return self.ask(spans)

    def marker(self, phone: str) -> str:
        """The title of a chat that nobody else is in."""
        return self.ask(lambda demo: _account(demo, phone).marker)

    def send_codes_to(self, phone: str, code: str) -> None:
        """This account gets this code, not the one that all phones of its kind get."""

        def change(demo: DemoDataCentre) -> None:
            world, usual = demo.world, demo.world.code_for
            changed = {
                "code_for": lambda digits: code if digits == phone.removeprefix("+") else usual(digits)
            }
            vars(world).update(changed)

        self.ask(change)

    def protect(self, phone: str, password: str, hint: str) -> None:
        """Give the account a two-step password."""

        def change(demo: DemoDataCentre) -> None:
            _account(demo, phone).second_factor = SecondFactor(password, hint)

        self.ask(change)


def _account(demo: DemoDataCentre, phone: str) -> Account:
    return demo.world.account_for(phone.removeprefix("+"))


@contextmanager
def telegram_in_thread(folder: Path, *, chats: int = 60, host: str = "127.0.0.1") -> Iterator[Telegram]:
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="data centre")
    thread.start()

    def wait_for(work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, loop).result(SECONDS)

    stack = AsyncExitStack()
    try:
        demo = wait_for(stack.enter_async_context(open_demo(chats, seed=7, host=host)))
        yield Telegram(loop, demo, folder)
    finally:
        wait_for(stack.aclose())
        loop.call_soon_threadsafe(loop.stop)
        thread.join(SECONDS)
        loop.close()
