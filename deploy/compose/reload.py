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


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def stop(app: subprocess.Popen[bytes]) -> int:
    app.terminate()
    return app.wait()


def main(folders: list[Path]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    seen, app, ended = stamps(folders), start(), False
    try:
        while True:
            time.sleep(PAUSE)
            now = stamps(folders)
            if now != seen:
                say("A source file has changed: starting anew.")
                stop(app)
                seen, app, ended = now, start(), False
            elif not ended and app.poll() is not None:
                ended = True
                say("The app has ended by itself; it is started anew when a source file changes.")
    except KeyboardInterrupt:
        return 0
    finally:
        stop(app)


if __name__ == "__main__":
    sys.exit(main([Path(each) for each in sys.argv[1:]]))
