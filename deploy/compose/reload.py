"""Runs the app and starts it anew when a source file changes: ``python reload.py FOLDER...`` Standard library only."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

PAUSE = 1.0
SUFFIXES = {".py", ".html", ".mako", ".mo"}
"""What the app reads at its start; style sheets and scripts are read at each request."""


def stamps(folders: list[Path]) -> dict[Path, int]:
    """When each source file was changed last, in nanoseconds; one that goes away meanwhile is left out."""
    found = {}
    for folder in folders:
        for path in folder.rglob("*"):
            if path.suffix in SUFFIXES:
                try:
                    found[path] = path.stat().st_mtime_ns
                except FileNotFoundError:
                    continue
    return found


def start() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "quart_app", "run"])


def stop(app: subprocess.Popen[bytes]) -> int:
    app.terminate()
    return app.wait()


def main(folders: list[Path]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    seen, app = stamps(folders), start()
    try:
        while True:
            time.sleep(PAUSE)
            now = stamps(folders)
            if now != seen:
                seen = now
                sys.stdout.write("A source file has changed: starting anew.\n")
                sys.stdout.flush()
                stop(app)
                app = start()
    except KeyboardInterrupt:
        return 0
    finally:
        stop(app)


if __name__ == "__main__":
    sys.exit(main([Path(each) for each in sys.argv[1:]]))
