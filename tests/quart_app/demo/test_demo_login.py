"""Logging in and out, as a plain Telethon client does it."""

from __future__ import annotations

from typing import Any

import pytest
from telethon import errors

from quart_app.demo import DemoDataCentre


async def test_code_logs_in(demo: DemoDataCentre, log_in: Any) -> None:
    client = await log_in("20001")
    me = await client.get_me()
    assert (me.phone, me.is_self) == ("9996620001", True)
    dialogs = await client.get_dialogs()
    assert len(dialogs) == 60
    assert len({dialog.id for dialog in dialogs}) == 60
