"""Who is not signed in gets at nothing but what is meant for everybody: a new route has to say that it is."""

from __future__ import annotations

import re
from uuid import uuid4

from quart import Quart

from quart_app.web.auth import GUARD_ATTRIBUTE

FOR_EVERYBODY = {
    "/",
    "/login",
    "/register",
    "/login/code",
    "/recover",
    "/recover/code",
    "/recover/resend",
    "/recover/two-step",
    "/recover/password",
    "/recover/again",
    "/language",
    "/manifest.webmanifest",
    "/offline",
    "/service-worker.js",
    "/static/<path:name>",
    "/health",
    "/health/live",
    "/health/ready",
    "/metrics",
    "/api/docs",
    "/api/v1/openapi.json",
    "/api/v1/accounts",
    "/api/v1/tokens",
    "/ws",
}
"""Of these, /metrics and the socket have guards of their own."""


def guarded(app: Quart, endpoint: str) -> bool:
    return bool(getattr(app.view_functions[endpoint], GUARD_ATTRIBUTE, False))


def test_every_route_is_behind_the_guard_or_for_everybody(app: Quart) -> None:
    behind = {rule.rule for rule in app.url_map.iter_rules() if guarded(app, rule.endpoint)}
    before = {rule.rule for rule in app.url_map.iter_rules()} - behind
    assert before - FOR_EVERYBODY == set()
    assert not behind & FOR_EVERYBODY
    assert {"/terminal", "/logout", "/api/v1/commands", "/downloads/<ticket>"} <= behind


def filled(rule: str) -> str:
    return re.sub(r"<\w+>", "x", re.sub(r"<uuid:\w+>", str(uuid4()), rule))


async def test_the_guard_does_guard(app: Quart) -> None:
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        if not guarded(app, rule.endpoint):
            continue
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = await getattr(client, method.lower())(filled(rule.rule))
            expected = 401 if rule.rule.startswith("/api/") else 303
            assert answer.status_code == expected, (method, rule.rule)
