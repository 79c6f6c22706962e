"""Why the embedded PostgreSQL can't be had.

EmbeddedError       a sentence for whoever types the command
└── AlreadyRunning  another process has it
"""

from __future__ import annotations


class EmbeddedError(Exception):
    """The message is a whole sentence and says what to do."""


class AlreadyRunning(EmbeddedError):
    def __init__(self) -> None:
        super().__init__(
            "Another process already runs the embedded PostgreSQL of this folder. "
            "Stop it first, or set DATABASE_URL."
        )
