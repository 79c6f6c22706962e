"""What keeps a plugin out, in sentences for the operator.

PluginError
└── BrokenBuiltin     one of our own can't be loaded: a fault of this installation
"""

from __future__ import annotations


class PluginError(Exception):
    """Its text names no secret and may be shown."""


class BrokenBuiltin(PluginError):
    pass
