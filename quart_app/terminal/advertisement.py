"""Telegram's official sponsored messages, shown by the terminal below the posts that a line has read."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from commands.errors import CommandError
from commands.events import Notice
from commands.phrases import say
from quart_app.telegram.advertising import Sponsored
from quart_app.terminal.caller import Advertising
from quart_app.terminal.surroundings import Emit

SECONDS: Final = 5.0
logger = logging.getLogger(__name__)


async def advertise(advertising: Advertising | None, emit: Emit) -> None:
    """A line that went well doesn't fail for want of these."""
    if advertising is None:
        return
    try:
        async with asyncio.timeout(SECONDS):
            messages = await advertising.sponsored()
    except (CommandError, TimeoutError) as error:
        logger.info("no sponsored message could be had", extra={"error": type(error).__name__})
        return
    for message in messages:
        await emit(_notice(message))


def _notice(message: Sponsored) -> Notice:
    values = {"title": message.title, "text": message.text}
    said = (
        say("Recommended: {title}. {text}", **values)
        if message.label == "recommended"
        else say("Sponsored: {title}. {text}", **values)
    )
    return Notice("info", "sponsored", said, hint=f"{message.button}: {message.url}")
