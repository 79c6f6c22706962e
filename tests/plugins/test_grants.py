"""What the operator lets each plugin use."""

from __future__ import annotations

import pytest

from commands import Capability
from plugins.grants import Grants

READ, RESOLVE = Capability.CHATS_READ, Capability.CHATS_RESOLVE


def test_grants_by_name() -> None:
    grants = Grants.parse(" My_Plugin = chats.read + profiles.read ; other=chats.resolve;")
    assert grants.missing("my-plugin", frozenset({READ, RESOLVE})) == [RESOLVE]
    assert grants.missing("other", frozenset({RESOLVE})) == []
    assert grants.missing("nobody", frozenset({READ})) == [READ]
    assert Grants.parse("").missing("nobody", frozenset()) == []


def test_two_entries_for_one_add_up() -> None:
    grants = Grants.parse("a=chats.read;A=chats.resolve")
    assert grants.missing("a", frozenset({READ, RESOLVE})) == []


@pytest.mark.parametrize("text", ["a=everything", "a=", "a", "=chats.read", "a=chats.read+", "a=chats.*"])
def test_what_is_no_grant(text: str) -> None:
    with pytest.raises(ValueError, match=r"there is no capability|expected distribution="):
        Grants.parse(text)
