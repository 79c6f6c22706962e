"""Commands that a test makes up."""

from __future__ import annotations

from datetime import timedelta

from commands import Column, Command, Kind, Source, Word, say

TEXT = (Column("text", Kind.TEXT),)


def source(name: str, run: object, *, timeout: timedelta | None = timedelta(seconds=20)) -> Command:
    return Command(
        trigger=Word(name),
        summary=say("A sample."),
        does=Source(run=run, columns=TEXT),  # type: ignore[arg-type]  # some samples are wrong on purpose
        timeout=timeout,
    )
