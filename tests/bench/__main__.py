"""``make bench``: runs both sides by turns and prints what one of each costs, and the ratio."""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final

from quart_app.demo import DemoDataCentre, open_demo
from tests.bench.app import App, running_app

OURS: Final = "+9996610001"
THEIRS: Final = "+9996610002"
CODE: Final = "11111"
# What is compared: the line here, the task of the bare script, and what the two do.
COMPARED: Final = (
    ("list 50", "list 50", "warm: we answer from memory, the script asks again"),
    ("search offerte", "search offerte", "warm: the same"),
    ("list 50 --fresh", "list --fresh", "both load every chat anew"),
)


class Bare:
    """The script in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls, demo: DemoDataCentre, key: Path) -> Bare:
        place = demo.data_centre
        script = Path(__file__).with_name("bare.py")
        words = [place.host, place.port, place.id, demo.api[0], demo.api[1], THEIRS, CODE, key]
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(script), *map(str, words),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        bare = cls(process)
        await bare._answer()
        return bare

    async def cost(self, task: str, times: int) -> float:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"task": task, "times": times}).encode() + b"\n")
        return float((await self._answer())["seconds"])

    async def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError("the bare script has ended")
        return dict(json.loads(line))

    async def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()


async def first_list(app: App, token: str) -> float:
    """CPU seconds of signing in at Telegram and showing 50 chats: the key exchange is nearly all of it."""
    before = app.cpu()
    await app.start_session(token, CODE)
    await app.run(token, "list 50")
    await app.end_session(token)
    return app.cpu() - before


async def compare(app: App, bare: Bare, rounds: int, times: int) -> None:
    print(f"{'':18} {'ours':>9} {'bare':>9} {'ratio':>7}   CPU ms of one, median of {rounds} rounds")
    token = await app.token(OURS)
    ours = [await first_list(app, token) for _ in range(2)]
    theirs = [await bare.cost("first list", 1) for _ in range(2)]
    show("cold first list", ours, theirs, "sign in at Telegram, show 50 chats")
    await app.start_session(token, CODE)
    async with app.socket(token) as socket:
        await app.cost(socket, "list 50", 3)
        for line, task, about in COMPARED:
            count = times if "--fresh" not in line else max(times // 5, 3)
            pairs = [
                (await app.cost(socket, line, count), await bare.cost(task, count)) for _ in range(rounds)
            ]
            show(line, [pair[0] for pair in pairs], [pair[1] for pair in pairs], about)
    await app.end_session(token)


def show(name: str, ours: list[float], theirs: list[float], about: str) -> None:
    mine, other = statistics.median(ours), statistics.median(theirs)
    print(f"{name:18} {mine * 1000:9.2f} {other * 1000:9.2f} {mine / other:7.2f}   {about}", flush=True)


async def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description="CPU cost beside a bare Telethon script")
    parser.add_argument("--chats", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--port", type=int, default=8093)
    options = parser.parse_args()
    async with AsyncExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        demo = await stack.enter_async_context(open_demo(options.chats, codes_a_day=100))
        app = await stack.enter_async_context(running_app(demo, options.port, directory))
        bare = await Bare.start(demo, directory / "data-centre.pem")
        stack.push_async_callback(bare.stop)
        await compare(app, bare, options.rounds, options.times)


asyncio.run(main())
