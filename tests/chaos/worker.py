"""A worker as its operator starts it, but with shorter times, another loop, or one protection less.

``python -m tests.chaos.worker [--times FACTOR] [--loop asyncio] [--without PROTECTION]``
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from types import SimpleNamespace
from typing import Any, Final

from quart_app import server
from quart_app.__main__ import main
from quart_app.telegram import lease, tenure
from tests.chaos.without import PROTECTIONS, take_out

SCALED: Final = {
    lease: ("BEAT_SECONDS", "WORKER_SECONDS", "DEADLINE_SECONDS"),
    tenure: ("KEEP_SECONDS", "DEAF_SECONDS"),
}


def shorten(factor: float) -> None:
    """All of them, so that what matters, their proportions, stays."""
    for module, names in SCALED.items():
        for name in names:
            setattr(module, name, getattr(module, name) * factor)
    begin = lease.Leases.__init__

    def scaled(self: lease.Leases, *arguments: Any, **named: Any) -> None:
        named["quarantine_seconds"] = named.get("quarantine_seconds", lease.QUARANTINE_SECONDS) * factor
        begin(self, *arguments, **named)

    lease.Leases.__init__ = scaled  # type: ignore[method-assign]


def start() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.worker")
    parser.add_argument("--times", type=float, default=1.0)
    parser.add_argument("--loop", choices=("uvloop", "asyncio"), default="uvloop")
    parser.add_argument("--without", choices=PROTECTIONS)
    options = parser.parse_args()
    shorten(options.times)
    if options.without is not None:
        take_out(options.without)
    if options.loop == "asyncio":
        vars(server)["uvloop"] = SimpleNamespace(run=asyncio.run)
    return main(["run"])


if __name__ == "__main__":
    sys.exit(start())
