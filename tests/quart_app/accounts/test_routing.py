"""The routing tag: steady for one user, and no way to guess it without the key."""

from __future__ import annotations

import re
from uuid import uuid4

from quart_app.accounts.routing import Routing


def test_a_user_keeps_the_tag_and_users_differ() -> None:
    routing, user = Routing(b"k" * 32), uuid4()
    assert routing.tag(user) == Routing(b"k" * 32).tag(user)
    assert re.fullmatch(r"[0-9a-f]{8}", routing.tag(user))
    assert len({routing.tag(uuid4()) for _ in range(200)}) > 190


def test_another_key_gives_another_tag() -> None:
    user = uuid4()
    assert Routing(b"k" * 32).tag(user) != Routing(b"j" * 32).tag(user)
