"""docs/PRIVACY.md names everything that is held, and nothing that is not."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import UUID

from quart_app.storage import keys
from quart_app.storage.keys import UserKeys
from quart_app.storage.tables import metadata

PAGE = (Path(__file__).parents[2] / "docs" / "PRIVACY.md").read_text()
CHANNEL = "events"
"""Passes through Redis and is kept nowhere."""


def named(section: str) -> set[str]:
    """What stands in the first column of the section's table."""
    text = PAGE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]+`) \|", text, re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([a-z_]+)`", row)}


def kinds_of_keys() -> set[str]:
    """Up to the first colon of every key that the module can spell."""
    user = UserKeys(UUID(int=0))
    spelt = [getattr(user, name) for name, each in vars(UserKeys).items() if isinstance(each, property)]
    made_here = [each for each in vars(keys).values() if getattr(each, "__module__", "") == keys.__name__]
    makers = [each for each in made_here if callable(each) and each is not UserKeys]
    spelt += [maker(*["x:y"] * len(maker.__annotations__.keys() - {"return"})) for maker in makers]
    spelt += [value for name, value in vars(keys).items() if name.isupper() and isinstance(value, str)]
    return {text.partition(":")[0].rstrip("*") for text in spelt if isinstance(text, str)} - {CHANNEL}


def test_every_table_is_named() -> None:
    assert named("In PostgreSQL") == set(metadata.tables)


def test_every_key_is_named() -> None:
    assert named("In Redis") == kinds_of_keys()


def test_what_is_read_from_the_source_is_something() -> None:
    """The control."""
    assert {"tg_session", "session", "limit", "worker"} <= kinds_of_keys()
    assert named("Elsewhere") == set()
