"""docs/SECURITY.md names tests that exist, and limits as they are."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from quart_app.terminal.open_sessions import MOST_RUNS, MOST_SOCKETS
from quart_app.web import limits
from quart_app.web.code_limits import CODES_A_DAY

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "SECURITY.md").read_text()
NAME = re.compile(r"`([\w/]+\.py)::(test_\w+)`")


def exists(path: str, test: str) -> bool:
    file = ROOT / "tests" / path
    return (
        file.is_file() and re.search(rf"^(?:async )?def {test}\(", file.read_text(), re.MULTILINE) is not None
    )


def rows(section: str) -> list[list[str]]:
    text = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    lines = [line.strip("|").split(" | ") for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line] for line in lines[2:]]


def test_every_test_that_is_named_exists() -> None:
    named = NAME.findall(PAGE)
    assert len(named) > 90
    assert [f"{path}::{test}" for path, test in named if not exists(path, test)] == []


def test_every_requirement_has_a_test_or_a_reason() -> None:
    table = rows("OWASP ASVS 5.0")
    assert len(table) > 80
    for identifier, level, asked, answer in table:
        assert re.fullmatch(r"\d+\.\d+\.\d+", identifier)
        assert level in "123"
        assert asked
        assert NAME.search(answer) or len(answer) > 20, identifier
    assert len({row[0] for row in table}) == len(table)


def test_the_limits_are_those_of_the_source() -> None:
    told = {what: often.split()[0] for what, often in rows("Limits")}
    counts = dict(
        re.findall(
            r'scope="([a-z-]+)", key=[^\n]*?limit=(\d+), seconds=60', inspect.getsource(limits.limit_log_in)
        )
    )
    assert counts["login"] == told["log-ins to one account from one address"]
    assert counts["login-address"] == told["log-ins from one address"]
    assert counts["login-account"] == told["log-ins to one account"]
    assert counts["login-device"] == told["log-ins to one account from a browser that has logged in before"]
    assert f"limit={told['new accounts from one address']}, seconds=3600" in inspect.getsource(
        limits.limit_registration
    )
    assert told["login codes to one phone"] == str(CODES_A_DAY)
    assert told["terminals that one user opens"] == str(limits.HANDSHAKES_OF_USER)
    assert told["terminals of one user that are open in one worker"] == str(MOST_SOCKETS)
    assert told["runs over HTTP of one user at work in one worker"] == str(MOST_RUNS)


def test_a_name_without_a_test_would_be_noticed() -> None:
    """The control."""
    assert exists("contracts/test_security_page.py", "test_every_test_that_is_named_exists")
    assert not exists("contracts/test_security_page.py", "test_that_is_not_there")
    assert not exists("contracts/nowhere.py", "test_every_test_that_is_named_exists")
