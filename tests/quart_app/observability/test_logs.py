"""One JSON line a record, and nothing in it that should not be there."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from quart_app.observability.context import bound
from quart_app.observability.logs import QUIET, configure_logging

LOGGER = logging.getLogger("quart_app.sample")


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level, raising = root.handlers[:], root.level, logging.raiseExceptions
    levels = {name: logging.getLogger(name).level for name in QUIET}
    output = io.StringIO()
    configure_logging(stream=output)
    yield output
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    logging.raiseExceptions = raising
    for name, was in levels.items():
        logging.getLogger(name).setLevel(was)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_record_is_one_line_with_known_fields(stream: io.StringIO) -> None:
    LOGGER.warning("heartbeat failed", extra={"seconds_left": 3.2, "phone": "+39333", "anything": object()})
    (line,) = lines(stream)
    assert set(line) == {"time", "level", "logger", "message", "seconds_left"}
    assert (line["level"], line["message"], line["seconds_left"]) == ("warning", "heartbeat failed", 3.2)


def test_a_line_break_starts_no_second_record(stream: io.StringIO) -> None:
    LOGGER.info('x\r\n{"level": "error", "message": "forged"}\u2028', extra={"reason": "a\nb"})
    assert len(stream.getvalue().splitlines()) == 1
    assert lines(stream)[0]["level"] == "info"


@pytest.mark.parametrize(
    "secret",
    [
        "+9996620001",
        "+39 333 123 4567",
        "tcm_0a1b2c3d_c2VjcmV0",
        "postgresql://user:hunter2@host/db",
        "redis://:hunter2@host:6379/0",
        "tg://login?token=AQIDBA",
        "c2VjcmV0" * 8,
    ],
)
def test_what_must_not_be_logged_is_taken_out(stream: io.StringIO, secret: str) -> None:
    LOGGER.info("look: %s.", secret, extra={"reason": secret})
    for word in (secret, "hunter2", "333 123", "AQIDBA", "c2VjcmV0"):
        assert word not in stream.getvalue()
    assert stream.getvalue().count("redacted") == 2


def test_what_may_be_logged_stays(stream: io.StringIO) -> None:
    LOGGER.info("took 1234567890 ms, +5 and 2026-11-22", extra={"code": 1008, "reference": "0a1b2c3d"})
    (line,) = lines(stream)
    assert line["message"] == "took 1234567890 ms, +5 and 2026-11-22"
    assert (line["code"], line["reference"]) == (1008, "0a1b2c3d")


def test_a_login_code_does_not_pass_as_an_error_code(stream: io.StringIO) -> None:
    LOGGER.info("refused", extra={"code": "22222"})
    assert "22222" not in stream.getvalue()


def test_an_exception_is_shown_by_class_and_place_only(stream: io.StringIO) -> None:
    def fail(password: str) -> None:
        raise ValueError(f"bad password {password}")

    try:
        try:
            fail("hunter2")
        except ValueError as error:
            raise RuntimeError("hunter2 again") from error
    except RuntimeError as error:
        LOGGER.error("failed", exc_info=error)
    (line,) = lines(stream)
    assert [each["class"] for each in line["exception"]] == ["builtins.RuntimeError", "builtins.ValueError"]
    assert line["exception"][1]["frames"][-1].endswith(" fail")
    assert "hunter2" not in stream.getvalue()


async def test_a_lost_tasks_exception_shows_no_message(stream: io.StringIO) -> None:
    context = {
        "message": "Task exception was never retrieved",
        "exception": ValueError("hunter2"),
        "task": "x",
    }
    asyncio.get_running_loop().default_exception_handler(context)
    assert lines(stream)[0]["message"] == "Task exception was never retrieved"
    assert "hunter2" not in stream.getvalue()


async def test_ids_follow_the_tasks_that_a_request_starts(stream: io.StringIO) -> None:
    async def work() -> None:
        with bound(run="r1"):
            LOGGER.info("inside")

    with bound(request="q1"):
        await asyncio.create_task(work())
        LOGGER.info("after")
    LOGGER.info("outside")
    assert [(line.get("request"), line.get("run")) for line in lines(stream)] == [
        ("q1", "r1"),
        ("q1", None),
        (None, None),
    ]


@pytest.mark.parametrize("name", ["databases", "telethon.network", "asyncio"])
def test_talkative_libraries_are_heard_from_a_warning_up(stream: io.StringIO, name: str) -> None:
    logging.getLogger(name).info("Query: %s", "values")
    assert lines(stream) == []
    logging.getLogger(name).warning("trouble\nwith details")
    assert [line["message"] for line in lines(stream)] == ["trouble"]
