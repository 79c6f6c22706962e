"""Which version this is: shown by /health, in ``hello`` and to Telegram."""

from __future__ import annotations

from typing import Final

VERSION: Final = "0.1.0"
