"""Frames that go down to the page, one function a kind: the only place that writes JSON for the socket."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

import orjson

from commands import Chart, Description, Notice, Progress
from commands.events import Table
from commands.phrases import Said
from commands.rows import Columns
from quart_app.telegram.alerts import Alert
from quart_app.telegram.state import SessionState
from quart_app.terminal.offers import Completion
from quart_app.terminal.question import Question
from quart_app.terminal.requests import UP_KINDS as UP_KINDS
from quart_app.terminal.run import Status
from quart_app.terminal.values import Json, encode_row, file_name, iso_time, number, visible

Frame: TypeAlias = dict[str, Json]
SayIt: TypeAlias = Callable[[Said], str]
"""Renders a phrase in the reader's language."""

DOWN_KINDS: Final = (
    "hello",
    "resumed",
    "session",
    "started",
    "text",
    "table",
    "rows",
    "notice",
    "progress",
    "chart",
    "download",
    "ask",
    "clear",
    "completions",
    "event",
    "finished",
    "pong",
    "goodbye",
)


def dumps(frame: Frame) -> bytes:
    """One frame as JSON on one line. TypeError for what is not JSON."""
    return orjson.dumps(frame)


def hello(
    version: str, commands: Iterable[Description], session: SessionState, resume: Frame | None = None
) -> Frame:
    """``resume``: for a page that may come back to this conversation, as whom and for how long."""
    greeting: Frame = {
        "type": "hello",
        "version": version,
        "commands": [describe_command(command) for command in commands],
        "session": describe_session(session),
    }
    return greeting if resume is None else {**greeting, "resume": resume}


def resumed(heard: int) -> Frame:
    """The conversation goes on; ``heard``: so many frames of the page have arrived so far."""
    return {"type": "resumed", "heard": heard}


def describe_command(command: Description) -> Frame:
    """A command for hello and for the catalogue of the API, with every field of its description."""
    return {field.name: _plain(getattr(command, field.name)) for field in fields(command)}


def describe_session(session: SessionState) -> Frame:
    """``state``, ``expires_at`` (ISO 8601 UTC or null), and ``scope``, ``keep`` and ``hint`` where they apply."""
    expires = session.expires_at
    frame: Frame = {
        "state": session.state.value,
        "expires_at": None if expires is None else iso_time(datetime.fromtimestamp(expires, UTC)),
    }
    if session.scope is not None:
        frame["scope"] = session.scope
    if session.keep is not None:
        frame["keep"] = session.keep
    if session.hint is not None:
        frame["hint"] = visible(session.hint)
    return frame


def session_changed(session: SessionState) -> Frame:
    return {"type": "session", **describe_session(session)}


def started(run_id: str, commands: Sequence[str]) -> Frame:
    return {"type": "started", "id": run_id, "commands": list(commands)}


def text(run_id: str, words: str) -> Frame:
    return {"type": "text", "id": run_id, "text": visible(words)}


def table(run_id: str, opened: Table, say_it: SayIt) -> Frame:
    return {"type": "table", "id": run_id, "table": opened.id, "columns": _columns(opened.columns, say_it)}


def rows(run_id: str, table_id: str, encoded: Sequence[bytes]) -> Frame:
    """Rows that are JSON already (``encode_row``, then ``dump_row``)."""
    return {
        "type": "rows",
        "id": run_id,
        "table": table_id,
        "rows": [orjson.Fragment(row) for row in encoded],
    }


def dump_row(cells: list[Json]) -> bytes:
    return orjson.dumps(cells)


def notice(event: Notice, say_it: SayIt, run_id: str | None = None) -> Frame:
    frame: Frame = {
        "type": "notice",
        "level": event.level,
        "code": event.code,
        "text": visible(say_it(event.text)),
    }
    if run_id is not None:
        frame["id"] = run_id
    if event.reason:
        frame["reason"] = event.reason
    if event.at is not None:
        frame["at"] = list(event.at)
    if hint := say_it(event.hint):
        frame["hint"] = visible(hint)
    if event.retry_after is not None and math.isfinite(event.retry_after):
        frame["retry_after"] = math.ceil(event.retry_after * 10) / 10
    return frame


def progress(run_id: str, event: Progress, say_it: SayIt) -> Frame:
    frame: Frame = {"type": "progress", "id": run_id, "done": number(event.done)}
    if event.total is not None:
        frame["total"] = number(event.total)
    if words := say_it(event.text):
        frame["text"] = visible(words)
    return frame


def chart(run_id: str, event: Chart, say_it: SayIt) -> Frame:
    drawing = {
        "form": event.form,
        "title": visible(say_it(event.title)),
        "columns": _columns(event.columns, say_it),
        "rows": [encode_row(cells) for cells in event.rows],
    }
    return {"type": "chart", "id": run_id, "chart": drawing}


def download(run_id: str, url: str, name: str, size: int) -> Frame:
    return {"type": "download", "id": run_id, "url": url, "name": file_name(name), "size": size}


def ask(run_id: str, ask_id: str, question: Question, say_it: SayIt) -> Frame:
    """``detail`` and ``cost`` are sentences, ``table`` is of this run: its rows are what is asked about."""
    frame: Frame = {"type": "ask", "id": run_id, "ask": ask_id, "text": visible(say_it(question.title))}
    if detail := [visible(say_it(sentence)) for sentence in question.detail]:
        frame["detail"] = detail
    if cost := say_it(question.cost):
        frame["cost"] = visible(cost)
    if question.table:
        frame["table"] = question.table
    yes: Frame = {"value": "yes", "text": visible(say_it(question.yes))}
    if question.danger:
        yes["danger"] = True
    frame["choices"] = [yes, {"value": "no", "text": visible(say_it(question.no))}]
    return frame


def clear(run_id: str) -> Frame:
    return {"type": "clear", "id": run_id}


def completions(request_id: str, offers: Iterable[Completion]) -> Frame:
    items = [{"text": visible(offer.text), "help": visible(offer.help)} for offer in offers]
    return {"type": "completions", "id": request_id, "items": items}


def alert(happened: Alert, say_it: SayIt) -> Frame:
    """Of the account's safety: ``text``, and for a new login ``device``, ``location`` and ``time``."""
    frame = event(happened.event, {"text": visible(say_it(happened.said))})
    for name in ("device", "location"):
        if words := getattr(happened, name):
            frame[name] = visible(words)
    if happened.time is not None:
        frame["time"] = iso_time(happened.time)
    return frame


def event(name: str, details: Mapping[str, Any]) -> Frame:
    """Something that happened by itself; ``details`` are JSON already."""
    return {**details, "type": "event", "event": name}


def finished(run_id: str, status: Status, *, seconds: float = 0.0, rows: int = 0) -> Frame:
    return {"type": "finished", "id": run_id, "status": status, "ms": round(seconds * 1000), "rows": rows}


def pong(ping_id: str) -> Frame:
    return {"type": "pong", "id": ping_id}


def goodbye(code: int, words: str) -> Frame:
    return {"type": "goodbye", "code": code, "text": visible(words)}


def _columns(columns: Columns, say_it: SayIt) -> list[Frame]:
    return [
        {"name": c.name, "kind": c.kind.value, "title": visible(say_it(c.title)) or c.name} for c in columns
    ]


def _plain(value: Any) -> Json:
    """A declared value as orjson takes it: it knows dicts and lists, no other mapping."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, tuple) else value
