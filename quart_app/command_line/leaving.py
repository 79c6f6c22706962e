"""The end of the process: it does not wait for threads that plugins have started and never end."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from typing import Final, NoReturn

SECONDS: Final = 1.0


def leave(code: int) -> NoReturn:
    """Exit with ``code``. Everything of ours has been closed by now.

    Python alone would wait for every thread that is no daemon, and for all that work in pools, daemons or not.
    """
    deadline = time.monotonic() + SECONDS
    others = [thread for thread in threading.enumerate() if thread is not threading.current_thread()]
    for thread in others:
        if not thread.daemon:
            thread.join(max(0.0, deadline - time.monotonic()))
    if any(thread.is_alive() for thread in others):
        _leave_at_once(code)
    sys.exit(code)


def _leave_at_once(code: int) -> NoReturn:
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
