"""The OpenAPI document: made from the routes, whole, and of use to a program."""

from __future__ import annotations

import re
from typing import Any

import pytest
from quart import Quart

from quart_app.web.auth import GUARD_ATTRIBUTE


@pytest.fixture
async def document(app: Quart) -> dict[str, Any]:
    response = await app.test_client().get("/api/v1/openapi.json")
    assert response.content_type == "application/json"
    found: dict[str, Any] = await response.get_json()
    return found


def spelt(rule: str) -> str:
    """As the document writes its variables."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule)


def _operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(p, m, op) for p, methods in document["paths"].items() for m, op in methods.items()]


async def test_every_call_of_the_api_is_in_it_and_no_page(app: Quart, document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    routes = {
        (spelt(rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {(path, method) for path, method, _ in _operations(document)} == routes
    assert len(routes) >= 12


async def test_every_operation_says_what_it_is(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for *_, operation in _operations(document)]
    assert len(names) == len(set(names))
    for path, method, operation in _operations(document):
        assert operation["summary"], (method, path)
        assert any(status.startswith("2") for status in operation["responses"]), (method, path)
        assert "default" in operation["responses"]


async def test_what_needs_a_sign_in_is_what_the_guard_says(app: Quart, document: dict[str, Any]) -> None:
    guarded = {
        spelt(rule.rule)
        for rule in app.url_map.iter_rules()
        if getattr(app.view_functions[rule.endpoint], GUARD_ATTRIBUTE, False)
    }
    for path, method, operation in _operations(document):
        assert bool(operation["security"]) == (path in guarded), (method, path)
        for requirement in operation["security"]:
            assert set(requirement) <= set(document["components"]["securitySchemes"])


async def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    references = list(_references(document))
    assert "#/components/schemas/Problem" in references
    for reference in references:
        found: Any = document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
        assert found


def _references(value: Any) -> Any:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for one in value.values():
            yield from _references(one)
    elif isinstance(value, list):
        for one in value:
            yield from _references(one)


async def test_bodies_are_described(document: dict[str, Any]) -> None:
    body = document["paths"]["/api/v1/tokens"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert set(body["required"]) == {"phone", "password"}
    assert {"second_factor", "name"} <= set(body["properties"])
    assert body["additionalProperties"] is False


async def test_there_is_no_page_with_scripts_from_elsewhere(app: Quart) -> None:
    client = app.test_client()
    for path in ("/docs", "/redocs", "/scalar", "/openapi.json"):
        assert (await client.get(path)).status_code == 404
