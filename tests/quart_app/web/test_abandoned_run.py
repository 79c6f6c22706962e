"""A run over HTTP whose asker has gone before the first frame was taken: nothing of it stays open."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack

import pytest

from quart_app.web.commands_api import _begun, _closing


async def frames() -> AsyncGenerator[bytes, None]:
    yield b"{}"


@pytest.mark.parametrize("begun", [True, False])
async def test_what_nobody_reads_is_closed(begun: bool) -> None:
    closed = asyncio.Event()
    stack = AsyncExitStack()
    stack.callback(closed.set)
    body = await _begun(frames(), stack) if begun else _closing(frames(), stack)
    del body
    gc.collect()
    await asyncio.sleep(0.01)
    assert closed.is_set() is begun
