"""In development, saving a command's file loads all commands anew; sessions and the demo world stay as they are."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Final

from commands import say
from commands.phrases import Said
from plugins.errors import PluginError
from plugins.loading import problems
from plugins.manager import PluginManager
from plugins.reloading import Sources, reload
from quart_app.stopping import stop
from quart_app.terminal.open_sessions import OpenSessions

SECONDS: Final = 0.5
log = logging.getLogger(__name__)


@asynccontextmanager
async def reloading(
    manager: PluginManager, load: Callable[[], PluginManager], sources: Sources, open_sessions: OpenSessions
) -> AsyncIterator[None]:
    """While it lasts, ``manager`` has what ``load`` makes of the files as they are. Pages come back to see it."""

    async def watch() -> None:
        known = await asyncio.to_thread(sources.state)
        while True:
            await asyncio.sleep(SECONDS)
            state = await asyncio.to_thread(sources.state)
            if state == known:
                continue
            known = state
            open_sessions.restart(await _again(manager, load, sources))

    task = asyncio.create_task(watch(), name="files of commands")
    try:
        yield
    finally:
        await stop([task])


async def _again(manager: PluginManager, load: Callable[[], PluginManager], sources: Sources) -> Said:
    """What came of it. If one of ours is broken, what was there before goes on."""
    try:
        fresh = await asyncio.to_thread(partial(reload, sources, load))
    except (PluginError, SyntaxError) as error:
        log.error("the commands stay as they were: %s", error)
        return say("The commands stay as they were: {error}", error=str(error))
    retired = manager.become(fresh)
    log.info("the commands were loaded anew")
    left_out = problems(manager)
    for problem in left_out:
        log.warning("left out: %s", problem)
    for host in retired:
        await asyncio.to_thread(host.close)
    if left_out:
        return say("The commands were loaded anew. Left out: {problems}", problems=tuple(left_out))
    return say("The commands were loaded anew.")
