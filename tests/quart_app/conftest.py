"""Hypercorn as it comes, for tests of what we make of it."""

from __future__ import annotations

import hypercorn.asyncio.run
import hypercorn.protocol
import pytest
from hypercorn.config import Config
from hypercorn.protocol import h2, h11

from quart_app.connections import LIMITS


@pytest.fixture
def unpatched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hypercorn is put back as it was after the test."""
    for module, name in (
        (h11, "WSStream"),
        (h2, "WSStream"),
        (hypercorn.protocol, "H11Protocol"),
        (hypercorn.asyncio.run, "TCPServer"),
    ):
        monkeypatch.setattr(module, name, getattr(module, name))
    for name in LIMITS:
        monkeypatch.setattr(Config, name, getattr(Config, name))
