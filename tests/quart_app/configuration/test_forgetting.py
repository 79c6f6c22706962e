"""Once read, no setting is found in the environment: not by Python, not in what the system tells of the process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
SECRET = "a secret that must be gone, " * 2
PROBE = """
import os, sys
from quart_app.configuration.forgetting import forget
if sys.argv[1] == "forget":
    forget(["SECRET_KEY", "NEVER_SET"])
try:
    first = open("/proc/self/environ").read()
except OSError:
    first = ""
print(os.environ.get("SECRET_KEY"), os.environ.get("SECRET_KEY_FILE"), os.environ["KEPT"], "gone," in first)
"""


def probe(act: str) -> str:
    environment = {"SECRET_KEY": SECRET, "SECRET_KEY_FILE": SECRET, "KEPT": "yes", "PYTHONPATH": str(ROOT)}
    line = [sys.executable, "-c", PROBE, act]
    return subprocess.run(line, env=environment, capture_output=True, text=True, check=True).stdout.strip()


def test_what_was_read_is_gone() -> None:
    assert probe("forget") == "None None yes False"


def test_and_would_be_there() -> None:
    assert probe("look") == f"{SECRET} {SECRET} yes {Path('/proc/self/environ').exists()}"
