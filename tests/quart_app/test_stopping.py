"""A stop ends every task, also one that has missed its cancellation."""

from __future__ import annotations

import asyncio

from quart_app.stopping import stop


async def deaf(times: int) -> int:
    """Misses that many cancellations, as a call can that swallows them."""
    missed = 0
    while True:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            missed += 1
            if missed > times:
                raise


async def failing() -> None:
    raise RuntimeError("ended before")


async def test_tasks_are_cancelled_until_they_are_done() -> None:
    tasks = [asyncio.create_task(deaf(0)), asyncio.create_task(deaf(2)), asyncio.create_task(failing())]
    await asyncio.sleep(0)
    await stop(tasks)
    assert [task.done() for task in tasks] == [True, True, True]
    assert [task.cancelled() for task in tasks] == [True, True, False]


async def test_control_one_cancellation_would_not_do() -> None:
    task = asyncio.create_task(deaf(1))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)
    assert not task.done()
    await stop([task])


async def test_nothing_to_stop() -> None:
    await stop([])
    assert asyncio.current_task() in asyncio.all_tasks()
