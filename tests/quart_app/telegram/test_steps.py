"""What has begun runs to its end: whoever goes away only stops listening, and a stop waits for it."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import pytest

from quart_app.telegram.steps import Steps


class Step:
    """Half done, until it is let go on."""

    def __init__(self, error: Exception | None = None) -> None:
        self.begun, self.go_on, self.done, self._error = asyncio.Event(), asyncio.Event(), False, error

    async def __call__(self) -> str:
        self.begun.set()
        await self.go_on.wait()
        self.done = True
        if self._error is not None:
            raise self._error
        return "an answer"


async def test_who_stays_gets_the_answer() -> None:
    steps, step = Steps(), Step()
    step.go_on.set()
    assert await steps.unbroken(step()) == "an answer"


async def test_who_goes_away_breaks_nothing_off() -> None:
    steps, step = Steps(), Step()
    caller = asyncio.create_task(steps.unbroken(step()))
    await step.begun.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    step.go_on.set()
    await steps.settle()
    assert step.done


async def test_what_fails_for_nobody_is_no_complaint() -> None:
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, about: complaints.append(about))
    steps, step = Steps(), Step(error=OSError("away"))
    steps.begin(step())
    step.go_on.set()
    await steps.settle()
    gc.collect()
    await asyncio.sleep(0)
    assert (step.done, complaints) == (True, [])
