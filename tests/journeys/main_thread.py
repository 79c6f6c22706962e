"""How long a page keeps its main thread at a time, in time of the processor: a busy machine adds nothing to it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

from playwright.async_api import Browser, Page

CATEGORIES: Final = ["toplevel", "__metadata"]
SETTLED: Final = "new Promise((done) => requestAnimationFrame(() => setTimeout(done, 200)))"
TASKS: Final = {"RunTask", "ThreadControllerImpl::RunTask"}


def _tasks(trace: bytes) -> list[float]:
    """Milliseconds of each task of the pages' main threads."""
    events: list[dict[str, Any]] = json.loads(trace)["traceEvents"]
    threads = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    return [
        event.get("tdur", 0) / 1000
        for event in events
        if event["name"] in TASKS and event["ph"] == "X" and (event["pid"], event["tid"]) in threads
    ]


async def longest_task(browser: Browser, page: Page, act: Callable[[], Awaitable[Any]]) -> float:
    """Milliseconds of the longest task of what ``act`` brings about, all that is drawn for it included."""
    await browser.start_tracing(page=page, categories=CATEGORIES)
    await act()
    await page.evaluate(SETTLED)
    tasks = _tasks(await browser.stop_tracing())
    assert tasks, "nothing was seen"
    return max(tasks)
