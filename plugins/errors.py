"""What keeps a plugin out, in sentences for the operator, and what keeps its code from being run.

PluginError
├── BrokenBuiltin     one of our own can't be loaded: a fault of this installation
└── ThreadEnded       the thread of a plugin has ended
"""

from __future__ import annotations


class PluginError(Exception):
    """Its text names no secret and may be shown."""


class BrokenBuiltin(PluginError):
    pass


class ThreadEnded(PluginError):
    pass
