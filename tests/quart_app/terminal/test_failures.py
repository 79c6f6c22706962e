"""An error is logged by its place; what people wrote is in none of it."""

from __future__ import annotations

import logging

import pytest

from commands.phrases import render
from quart_app.terminal.failures import report, trace
from tests.doubles.line_terminal import PLAIN

SECRET = "what somebody wrote"


def _fail(words: str) -> None:
    try:
        raise KeyError(words)
    except KeyError as error:
        raise ValueError(f"no {words}") from error


def _caught() -> ValueError:
    with pytest.raises(ValueError, match=SECRET) as caught:
        _fail(SECRET)
    return caught.value


def test_classes_and_places_only() -> None:
    lines = list(trace(_caught()))
    assert [line for line in lines if not line.startswith(" ")] == [
        "builtins.ValueError",
        "builtins.KeyError",
    ]
    assert any(line.endswith(" _fail") and __file__ in line for line in lines)
    assert SECRET not in "\n".join(lines)


def test_control_the_usual_trace_would_tell(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger(__name__).error("failed", exc_info=_caught())
    assert SECRET in caplog.text


def test_the_caller_gets_a_reference(caplog: pytest.LogCaptureFixture) -> None:
    notice = report(logging.getLogger(__name__), _caught(), run_id="r1", command="list", plugin="sample")
    (record,) = caplog.records
    assert (notice.level, notice.code) == ("error", "internal")
    assert record.__dict__["reference"] in render(notice.text, PLAIN)
    assert (record.__dict__["run"], record.__dict__["command"]) == ("r1", "list")
    assert SECRET not in caplog.text


def test_a_ring_of_causes_ends() -> None:
    first, second = ValueError("a"), KeyError("b")
    first.__cause__, second.__cause__ = second, first
    assert list(trace(first)) == ["builtins.ValueError", "builtins.KeyError"]
