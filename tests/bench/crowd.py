"""A crowd of Telethon clients at one data centre process that has one core: ``python -m tests.bench.crowd``.

All of them log in, stay, and work at once. Any error ends it; what it cost the data centre is printed.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil
from telethon import TelegramClient, types
from telethon import functions as fn
from telethon.crypto import rsa
from telethon.sessions import StringSession

from tests.product.process import ROOT

SERVE: Final = "import sys; from pathlib import Path; from quart_app.command_line import demo; \
sys.exit(demo.run('127.0.0.1', 0, directory=Path(sys.argv[1])))"
AT_ONCE: Final = 20
"""Log-ins under way, as a crowd comes that does not press the button in the same millisecond."""


@dataclass(frozen=True, slots=True)
class Result:
    clients: int
    login_cpu: float
    """Milliseconds of the data centre for one log-in, key exchange included."""
    work_cpu: float
    """Milliseconds for one round of work."""
    seconds: float
    cores: int

    def __str__(self) -> str:
        return (
            f"{self.clients} clients logged in and worked without an error in {self.seconds:.1f} s; CPU of the data "
            f"centre, on {self.cores} core: {self.login_cpu:.1f} ms a log-in, {self.work_cpu:.1f} ms a round of work"
        )


class DataCentre:
    def __init__(self, settings: dict[str, str], process: psutil.Process) -> None:
        self._process = process
        self.id, _, place = settings["TELEGRAM_DC"].partition("@")
        self.host, _, self.port = place.rpartition(":")
        self.api = int(settings["TELEGRAM_API_ID"]), settings["TELEGRAM_API_HASH"]
        rsa.add_key(Path(settings["TELEGRAM_DC_KEY"]).read_text(), old=False)

    def cpu(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)

    @property
    def cores(self) -> int:
        return len(self._process.cpu_affinity())

    def client(self) -> Any:
        session = StringSession()
        session.set_dc(int(self.id), self.host, int(self.port))
        return TelegramClient(
            session, *self.api, flood_sleep_threshold=0, request_retries=0, connection_retries=4
        )


@asynccontextmanager
async def data_centre(folder: Path, core: int) -> AsyncIterator[DataCentre]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVE, str(folder),
        cwd=folder, env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    of_system = psutil.Process(process.pid)
    of_system.cpu_affinity([core])
    assert process.stdout is not None
    settings: dict[str, str] = {}
    while "TELEGRAM_API_HASH" not in settings:
        name, _, value = (await process.stdout.readline()).decode().strip().partition("=")
        settings[name] = value
    try:
        yield DataCentre(settings, of_system)
    finally:
        process.terminate()
        await process.communicate()


async def log_in(centre: DataCentre, number: int) -> Any:
    client, phone = centre.client(), f"+999661{1000 + number:04}"
    await client.connect()
    sent = await client(fn.auth.SendCodeRequest(phone, *centre.api, settings=types.CodeSettings()))
    await client.sign_in(phone, "11111", phone_code_hash=sent.phone_code_hash)
    return client


async def work(client: Any) -> None:
    """What one round at a prompt may ask for: lists, history, a search, a message, a mark."""
    dialogs = await client.get_dialogs(100)
    assert len(dialogs) > 50
    chat = next(dialog for dialog in dialogs if dialog.is_channel)
    assert await client.get_messages(chat.entity, 20)
    assert await client(fn.contacts.ResolveUsernameRequest("scontierrati"))
    await client(fn.messages.SearchRequest(
        chat.input_entity, "a", filter=types.InputMessagesFilterEmpty(), min_date=None, max_date=None,
        offset_id=0, add_offset=0, limit=20, max_id=0, min_id=0, hash=0,
    ))  # fmt: skip
    text = f"a note at {time.monotonic()}"
    sent = await client.send_message("me", text)
    (found,) = await client.get_messages("me", ids=[sent.id])
    assert found.message == text
    await client.send_read_acknowledge(chat.entity)


async def each(count: int, do: Callable[[int], Awaitable[Any]]) -> list[Any]:
    free = asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> Any:
        async with free:
            return await do(number)

    return list(await asyncio.gather(*(one(number) for number in range(count))))


async def crowd(count: int, rounds: int) -> Result:
    """Raises whatever any of the clients meets."""
    began = time.monotonic()
    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory(prefix="tcm-crowd-") as folder:
        async with data_centre(Path(folder), cores[0]) as centre:
            before = centre.cpu()
            clients = await each(count, lambda number: log_in(centre, number))
            login = centre.cpu() - before
            before = centre.cpu()
            for _ in range(rounds):
                await asyncio.gather(*map(work, clients))
            worked = centre.cpu() - before
            await asyncio.gather(*(client.disconnect() for client in clients))
            milliseconds = 1000 / count
            return Result(
                count,
                login * milliseconds,
                worked * milliseconds / rounds,
                time.monotonic() - began,
                centre.cores,
            )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.crowd", description=__doc__)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    print(asyncio.run(crowd(options.clients, options.rounds)))


if __name__ == "__main__":
    main()
