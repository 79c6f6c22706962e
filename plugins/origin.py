"""Who brought a command."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Origin:
    """A distribution in the spelling of ``canonical``, and its version."""

    distribution: str
    version: str = ""
    builtin: bool = False

    def __str__(self) -> str:
        return f"{self.distribution} {self.version}".rstrip()


def canonical(name: str) -> str:
    """The one spelling of a distribution's name: ``My_Plugin`` is ``my-plugin``."""
    return re.sub(r"[-_.]+", "-", name).lower()
