"""docs/ACCESSIBILITY.md goes through all of WCAG 2.2, A and AA, and names tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "ACCESSIBILITY.md").read_text("utf-8")
NAME = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
CRITERIA = {"A": 31, "AA": 24}
"""As many as the standard has since 4.1.1 was taken out."""


def exists(path: str, test: str) -> bool:
    file = ROOT / "tests" / path
    return file.is_file() and re.search(rf"^async def {test}\(", file.read_text(), re.MULTILINE) is not None


def test_every_criterion_is_there_once_with_what_sees_to_it() -> None:
    rows = re.findall(r"^\| (\d\.\d\.\d+) [^|]+ \| (A+) \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)
    assert len({number for number, *_ in rows}) == len(rows)
    assert {level: sum(row[1] == level for row in rows) for level in CRITERIA} == CRITERIA
    for number, _, _, seen_to in rows:
        assert NAME.search(seen_to) or seen_to in ("outlines", "by hand"), number


def test_every_test_that_is_named_exists() -> None:
    named = NAME.findall(PAGE)
    assert len(named) > 30
    assert [f"{path}::{test}" for path, test in named if not exists(path, test)] == []
