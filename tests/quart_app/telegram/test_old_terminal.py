"""A terminal of a session that is being replaced: whatever it asks for, the new login is none the worse."""

from __future__ import annotations

import pytest

from commands import CommandError
from quart_app.telegram.live import Terms
from tests.quart_app.telegram.worker import Person, Worker


async def test_an_old_terminal_does_not_let_go_of_the_lease_of_a_new_login(
    worker: Worker, person: Person
) -> None:
    old, new = await worker.log_in(person), person.other_device()
    await worker.sessions.start(
        new.user_id, new.phone, new.secret, Terms(), old_secret=person.secret, replace=True
    )
    with pytest.raises(CommandError) as refused:
        await old.telegram.chats()
    assert refused.value.code == "session_needed"
    await worker.code(new)
    live = worker.pool.get(new.user_id)
    assert live is not None
    assert await worker.leases.holds(live.lease)
