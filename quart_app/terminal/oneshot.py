"""One line over HTTP: the frames of the socket as NDJSON, one a line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from functools import partial

from commands.errors import CommandError
from commands.events import Notice
from commands.phrases import Said, Translations, render, say
from quart_app.terminal import frames, running
from quart_app.terminal.downloads import Downloads
from quart_app.terminal.outbox import Outbox
from quart_app.terminal.output import Output
from quart_app.terminal.presence import Presence
from quart_app.terminal.question import Question
from quart_app.terminal.running import Dispatching, Running
from quart_app.terminal.wire import CloseCode


async def run_line(
    dispatcher: Dispatching,
    line: str,
    *,
    yes: bool,
    run_id: str,
    translations: Translations,
    downloads: Downloads,
    presence: Presence,
    grace_seconds: float = running.GRACE_SECONDS,
) -> AsyncGenerator[bytes, None]:
    """Frames with their line feeds, ``finished`` last. Close it early (``aclose``) and the run is cancelled; so it is
    with the end of ``presence``, which is said.

    ``yes`` answers every question; without it a question ends the run with the error ``confirmation_needed``.
    """
    outbox = Outbox()
    output = Output(run_id, outbox, say_it=partial(render, translations=translations), downloads=downloads)
    run = Running(dispatcher, line, output, _agree if yes else _refuse, grace_seconds=grace_seconds)
    presence.leads_to(_CutShort(run, output, outbox))
    ending = asyncio.create_task(_finish(run, outbox), name=f"end of run {run_id}")
    try:
        async for frame in outbox:
            yield frame + b"\n"
    finally:
        outbox.abandon()
        ending.cancel()
        await asyncio.wait({ending})
    ending.result()


class _CutShort:
    """Ends the run for whoever may not go on with it."""

    def __init__(self, run: Running, output: Output, outbox: Outbox) -> None:
        self._run, self._output, self._outbox = run, output, outbox

    def close(self, code: int, text: Said) -> None:
        word = "signed_out" if code == CloseCode.SIGNED_OUT else "restarting"
        frame = frames.notice(Notice("warning", word, text), self._output.say_it, self._output.run_id)
        self._outbox.put_now(frames.dumps(frame))
        self._run.cancel()


async def _finish(run: Running, outbox: Outbox) -> None:
    try:
        await run.finish()
    finally:
        outbox.close()


async def _agree(_question: Question) -> bool:
    return True


async def _refuse(question: Question) -> bool:
    hint = say('Send "yes": true with the line, or add --yes to it.')
    raise CommandError("confirmation_needed", question.whole, hint=hint)
