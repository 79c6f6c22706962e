"""Takes settings out of the environment once they are read: what runs in this process later finds no secret there."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable


def forget(names: Iterable[str]) -> None:
    """``names`` and their ``NAME_FILE``. What the system keeps of the process' first environment is overwritten too."""
    for name in names:
        for each in (name, f"{name}_FILE"):
            if each in os.environ:
                _overwrite(each)
                del os.environ[each]


def _overwrite(name: str) -> None:
    """``/proc/self/environ`` shows the memory that the process was started with, whatever was unset since."""
    if os.name != "posix":
        return
    getenv = ctypes.CDLL(None).getenv
    getenv.restype = ctypes.c_void_p
    place = getenv(os.fsencode(name))
    if place:
        ctypes.memset(place, 0, len(ctypes.string_at(place)))
