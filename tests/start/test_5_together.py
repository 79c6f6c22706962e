"""Two clones on one machine at once know nothing of each other."""

from __future__ import annotations

from collections.abc import Callable

from tests.start import pythons
from tests.start.clone import Clone, MakeClone
from tests.start.journey import use
from tests.start.running import Running


def test_two_clones_at_once(clones_by_version: Callable[[str], Clone], make_clone: MakeClone) -> None:
    versions = [each for each in pythons.WANTED if each in pythons.found()]
    first = clones_by_version(versions[0])
    second = clones_by_version(versions[1]) if len(versions) > 1 else make_clone()
    pair = [Running(first), Running(second)]
    try:
        for each in pair:
            each.start(wait=False)
        for each in pair:
            each.wait_until_healthy()
        use(pair[0].url)
        use(pair[1].url)
        pair[0].interrupt()
        use(pair[1].url, known=True)
        pair[1].interrupt()
    finally:
        for each in pair:
            each.clear_up()
