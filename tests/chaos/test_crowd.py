"""The bed itself under load: it may not be what breaks."""

from __future__ import annotations

from collections.abc import Callable

from tests.bench.crowd import crowd


async def test_two_hundred_clients_at_one_data_centre_on_one_core(say: Callable[[str], None]) -> None:
    result = await crowd(200, rounds=2)
    say(str(result))
    assert result.cores == 1
