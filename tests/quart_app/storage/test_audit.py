"""The audit log: closed words, no content, gone with its account or its time, and never in anybody's way."""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from uuid import UUID, uuid4

import pytest

from quart_app.storage.audit import AuditLog
from quart_app.storage.audit_acts import ACTS
from quart_app.storage.database import Database


class Meter:
    lost = 0

    def audit_lost(self) -> None:
        self.lost += 1


@pytest.fixture
def meter() -> Meter:
    return Meter()


@pytest.fixture
def log(database: Database, meter: Meter) -> AuditLog:
    return AuditLog(database, meter, days=30)


async def somebody(database: Database, tail: str = "01") -> UUID:
    user_id = uuid4()
    await database.execute(
        "INSERT INTO users (id, phone_sealed, phone_tail, pepper_id, password_hash)"
        " VALUES (:id, '', :tail, 1, '')",
        {"id": user_id, "tail": tail},
    )
    return user_id


async def test_an_act_is_kept_with_its_details(log: AuditLog, database: Database) -> None:
    user = await somebody(database, "42")
    await log.record("session_started", user, scope="view", keep="24h", count=2)
    await log.record("invite_made", None)
    newest, first = await log.entries(most=10)
    assert (newest.act, newest.user_id, newest.phone_tail, newest.detail) == ("invite_made", None, "", {})
    assert (first.act, first.user_id, first.phone_tail) == ("session_started", user, "42")
    assert first.detail == {"scope": "view", "keep": "24h", "count": 2}
    assert [entry.act for entry in await log.entries(user, most=10)] == ["session_started"]


@pytest.mark.parametrize(
    ("act", "detail"),
    [("danced", {}), ("signed_in", {"message": "a secret of mine"}), ("signed_in", {"phone": "+9996610001"})],
)
async def test_what_is_not_foreseen_is_not_written_and_is_complained_of(
    act: Any, detail: dict[str, Any], log: AuditLog, meter: Meter, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        await log.record(act, None, **detail)
    assert await log.entries(most=10) == []
    assert meter.lost == 1
    assert "missing from the audit log" in caplog.text
    assert not any(value in caplog.text for value in detail.values())


async def test_a_phone_that_slips_into_a_detail_is_taken_out(log: AuditLog) -> None:
    await log.record("session_ended", None, why="of +9996610001, tcm_abcdefgh_secret " + "x" * 300)
    ((entry),) = await log.entries(most=1)
    assert "9996610001" not in entry.detail["why"]
    assert "secret" not in entry.detail["why"]
    assert len(entry.detail["why"]) <= 100


async def test_the_rows_go_with_the_account(log: AuditLog, database: Database, meter: Meter) -> None:
    gone, stays = await somebody(database), await somebody(database, "02")
    for user in (gone, stays):
        await log.record("signed_in", user)
    await database.execute("DELETE FROM users WHERE id = :id", {"id": gone})
    assert [entry.user_id for entry in await log.entries(most=10)] == [stays]
    await log.record("session_ended", gone, why="ended")  # what was still under way then
    newest = (await log.entries(most=1))[0]
    assert (newest.act, newest.user_id, meter.lost) == ("session_ended", None, 0)


async def test_rows_are_kept_for_so_many_days(database: Database, meter: Meter) -> None:
    log = AuditLog(database, meter, days=30)
    await log.record("signed_in", None, why="old")
    await database.execute("UPDATE audit SET at = now() - interval '31 days'")
    await log.record("signed_in", None, why="new")
    assert len(await log.entries(most=9)) == 2
    assert len(await log.entries(most=9, days=2)) == 1
    assert await AuditLog(database, meter, days=0).purge() == 0, "0 keeps them"
    assert await log.purge() == 1
    assert [entry.detail["why"] for entry in await log.entries(most=9)] == ["new"]
    assert await log.purge() == 0


async def test_a_store_that_is_away_stops_no_act(
    meter: Meter, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = AuditLog(Database("postgresql://127.0.0.1:1/none"), meter, days=1)
    await log.record("signed_in", uuid4())
    assert meter.lost == 1

    class Silent:
        async def execute(self, *_: object) -> None:
            await asyncio.sleep(60)

    monkeypatch.setattr("quart_app.storage.audit.RECORD_SECONDS", 0.05)
    await AuditLog(Silent(), meter, days=1).record("signed_in", None)  # type: ignore[arg-type]
    assert meter.lost == 2
    assert "TimeoutError" in str([vars(record) for record in caplog.records])


async def test_what_is_noted_in_passing_is_there_after_settling(log: AuditLog) -> None:
    for _ in range(20):
        log.note("session_ended", None, why="expired")
    await log.settle()
    assert len(await log.entries(most=50)) == 20


def test_acts_are_words() -> None:
    assert all(act.replace("_", "").isalpha() and act.islower() for act in ACTS)
