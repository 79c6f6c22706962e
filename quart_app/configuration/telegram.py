"""Which Telegram to talk to, and as which application."""

from __future__ import annotations

import re
from typing import Final

from quart_app.configuration import parsing
from quart_app.configuration.environment import Environment
from quart_app.configuration.known_applications import PUBLIC_API_IDS
from quart_app.configuration.values import DataCentre, Secret

TELEGRAM_HASH: Final = re.compile(r"[0-9a-fA-F]{32}")


def read_application(env: Environment, *, needed: bool) -> tuple[int, Secret] | None:
    """API id and hash. ``needed``: at another server, where the hash may look as it likes."""

    def api_id(value: str) -> int:
        if not (value.isascii() and value.isdigit() and 0 < int(value[:20]) < 2**31):
            raise ValueError("must be the number that my.telegram.org shows")
        if int(value) in PUBLIC_API_IDS:
            raise ValueError("belongs to a published app; get your own from my.telegram.org")
        return int(value)

    def api_hash(value: str) -> Secret:
        if not needed and not TELEGRAM_HASH.fullmatch(value):
            raise ValueError("must be the 32 hexadecimal digits that my.telegram.org shows")
        return Secret(value)

    given = {name: env.is_set(name) for name in ("TELEGRAM_API_ID", "TELEGRAM_API_HASH")}
    identity = env.parsed("TELEGRAM_API_ID", api_id, None)
    secret = env.parsed("TELEGRAM_API_HASH", api_hash, None)
    reason = "is needed with TELEGRAM_DC" if needed else "TELEGRAM_API_ID and TELEGRAM_API_HASH go together"
    for name, present in given.items():
        if not present and (needed or any(given.values())):
            env.refuse(name, reason)
    return None if identity is None or secret is None else (identity, secret)


def read_data_centre(env: Environment) -> DataCentre | None:
    given = {name: env.is_set(name) for name in ("TELEGRAM_DC", "TELEGRAM_DC_KEY")}
    address = env.parsed("TELEGRAM_DC", parsing.data_centre_address, None)
    key = env.parsed("TELEGRAM_DC_KEY", parsing.public_key, None)
    for name, present in given.items():
        if not present and any(given.values()):
            env.refuse(name, "TELEGRAM_DC and TELEGRAM_DC_KEY go together")
    return None if address is None or key is None else DataCentre(*address, key)
