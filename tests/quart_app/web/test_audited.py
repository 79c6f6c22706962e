"""Who comes, goes and fails leaves a row each: with no phone of somebody unknown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from quart import Quart

from quart_app.storage.database import Database
from tests.quart_app.web.conftest import PHONE, Browser

UNKNOWN = "+9996610777"


async def acts(app: Quart) -> list[tuple[str, bool]]:
    """Act and whether it stands under an account, the oldest first."""
    entries = await app.extensions["services"].audit.entries(most=100)
    return [(entry.act, entry.user_id is not None) for entry in reversed(entries)]


async def test_a_browsers_way_is_noted(app: Quart, browser: Browser) -> None:
    await browser.register()
    await browser.log_in(password="not the right one")
    await browser.log_in()
    await browser.log_out()
    await browser.log_in(UNKNOWN)
    assert await acts(app) == [
        ("registered", True),
        ("sign_in_failed", True),
        ("signed_in", True),
        ("signed_out", True),
        ("sign_in_failed", False),
    ]


async def test_a_programs_way_is_noted(app: Quart, bearer: dict[str, str]) -> None:
    await app.test_client().delete("/api/v1/tokens/current", headers=bearer)
    assert [act for act, _ in await acts(app)] == ["registered", "token_made", "token_revoked"]


async def test_who_registers_anothers_phone_leaves_a_row_with_its_owner(
    app: Quart, browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    await browser.register()
    await new_browser().register(password="another long phrase")
    first, second = reversed(await app.extensions["services"].audit.entries(most=9))
    assert first.user_id == second.user_id
    assert (first.detail, second.detail) == ({"kind": "new"}, {"kind": "known phone"})


async def test_no_row_has_a_phone_or_password(app: Quart, browser: Browser, database: Database) -> None:
    await browser.register()
    await browser.log_in(password=f"wrong {PHONE}")
    await browser.log_in(UNKNOWN)
    rows: list[Any] = await database.fetch_all("SELECT audit::text AS all FROM audit")
    text = " ".join(row["all"] for row in rows)
    assert len(rows) == 3
    assert PHONE[1:] not in text
    assert UNKNOWN[1:] not in text
    assert "wrong" not in text
