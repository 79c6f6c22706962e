"""The process ends with its work, whatever threads are still at."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
START = "import threading, time, asyncio\nfrom concurrent.futures import ThreadPoolExecutor\n"
END = "\nprint('done', end='')\nfrom quart_app.command_line.leaving import leave\nleave(7)"
THREADS = {
    "none": "",
    "one that is no daemon": "threading.Thread(target=time.sleep, args=(600,)).start()",
    "a daemon": "threading.Thread(target=time.sleep, args=(600,), daemon=True).start()",
    "a pool": "ThreadPoolExecutor().submit(time.sleep, 600)",
    "a pool of a daemon": """
pool = ThreadPoolExecutor()
starter = threading.Thread(target=lambda: pool.submit(time.sleep, 600), daemon=True)
starter.start(); starter.join()""",
}


@pytest.mark.parametrize("threads", THREADS)
def test_the_process_ends(threads: str) -> None:
    program = subprocess.run(
        [sys.executable, "-c", START + THREADS[threads] + END],
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (program.returncode, program.stdout) == (7, "done"), program.stderr
