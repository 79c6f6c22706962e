"""Rules of our own over the whole source, by semgrep: no finding that is not explained; and each rule can see."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

pytestmark = pytest.mark.security

ROOT: Final = Path(__file__).parents[2]
HERE: Final = Path(__file__).parent
RULES: Final = HERE / "rules"
EXAMPLES: Final = sorted((HERE / "examples").iterdir())
SOURCE: Final = ("quart_app", "commands", "plugins", "migrations")
SEMGREP: Final = os.environ.get("SEMGREP", str(ROOT / "var" / "semgrep" / "bin" / "semgrep"))
EXPLAINED: Final = {
    ("predictable-random", "quart_app/demo/generate/dice.py"): "the demo world is generated from a seed",
    ("predictable-random", "quart_app/housekeeping.py"): "a pause, so that workers don't do it all at once",
    ("weak-cipher", "quart_app/demo/api/upload.py"): "the checksum of a file, as the protocol has it",
    (
        "secret-in-browser-storage",
        "quart_app/static/js/history.js",
    ): "lines typed in this tab go with the tab",
}
Finding = tuple[str, str, int]


def scan(folder: Path, *places: str) -> list[Finding]:
    """Rule, path and line of each; nothing is asked of any server."""
    done = subprocess.run(
        [
            *(SEMGREP, "scan", "--metrics=off", "--disable-version-check", "--no-git-ignore", "--quiet"),
            *("--json", "--config", str(RULES), *places),
        ],
        cwd=folder,
        env={**os.environ, "SEMGREP_ENABLE_VERSION_CHECK": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    document = json.loads(done.stdout)
    assert document["errors"] == []
    return [
        (found["check_id"].rpartition(".")[2], str(Path(found["path"])), found["start"]["line"])
        for found in document["results"]
    ]


def rules() -> set[str]:
    texts = (path.read_text() for path in RULES.glob("*.yaml"))
    return {name for text in texts for name in re.findall(r"^  - id: (\S+)$", text, re.MULTILINE)}


def test_the_source_has_no_finding_that_is_not_explained() -> None:
    found = scan(ROOT, *SOURCE)
    unexplained = [each for each in found if each[:2] not in EXPLAINED]
    assert unexplained == []
    assert {each[:2] for each in found} == set(EXPLAINED), "an explanation without a finding"


def test_each_rule_sees_its_mistakes(tmp_path: Path) -> None:
    """The control: every statement of the examples is found, by the rule that stands above it.

    Elsewhere than below tests/, which semgrep passes over.
    """
    expected: set[Finding] = set()
    for path in EXAMPLES:
        shutil.copy(path, tmp_path)
        rule = ""
        for number, line in enumerate(path.read_text().splitlines(), 1):
            named = re.fullmatch(r"(?:#|//) ([a-z-]+)", line)
            if named and named[1] in rules():
                rule = named[1]
            elif rule and line.strip():
                expected.add((rule, path.name, number))
    assert set(scan(tmp_path, ".")) == expected
    assert {rule for rule, _, _ in expected} == rules()
    assert len(rules()) >= 15
