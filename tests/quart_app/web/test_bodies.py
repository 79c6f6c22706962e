"""JSON bodies: one object of the declared fields, whatever is sent."""

from __future__ import annotations

from typing import Any

import pytest
from quart import Quart

from quart_app.web.bodies import Body, check_body
from quart_app.web.problems import Problem

JSON = {"Content-Type": "application/json"}


class Sample(Body):
    name: str
    count: int = 1


def test_what_fits_is_handed_over() -> None:
    assert check_body(Sample, {"name": "x"}) == Sample(name="x", count=1)


@pytest.mark.parametrize(
    ("document", "word"),
    [
        ([], "object"),
        (None, "object"),
        ("x", "object"),
        ({}, "“name” is missing"),
        ({"name": 1}, "“name” has a value of the wrong kind"),
        ({"name": "x", "count": "1"}, "“count” has a value of the wrong kind"),
        ({"name": "x", "count": True}, "“count” has a value of the wrong kind"),
        ({"name": "x", "<script>": 1}, "a field that is not known"),
    ],
)
def test_what_does_not_is_named_without_its_value(document: Any, word: str) -> None:
    with pytest.raises(Problem) as refused:
        check_body(Sample, document)
    assert refused.value.code == "invalid_body"
    assert word in refused.value.sentence
    assert "script" not in refused.value.sentence


@pytest.mark.parametrize(
    "raw",
    [
        b"{",
        b"[" * 60_000,
        b'{"a":' * 10_000,
        b"\xff",
        b'{"phone": NaN}',
        b'{"phone": "\\ud800"}',
        b"1e999",
        b"{} {}",
    ],
)
async def test_no_bytes_break_it(app: Quart, raw: bytes) -> None:
    response = await app.test_client().post("/api/v1/accounts", data=raw, headers=JSON)
    assert (response.status_code, (await response.get_json())["code"]) == (400, "invalid_body")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""]
)
async def test_a_form_of_another_site_is_no_json(app: Quart, kind: str) -> None:
    raw = b'{"phone": "+9996610001", "password": "a long enough phrase"}'
    response = await app.test_client().post("/api/v1/accounts", data=raw, headers={"Content-Type": kind})
    assert (response.status_code, (await response.get_json())["code"]) == (415, "unsupported_media_type")
    response = await app.test_client().post("/api/v1/accounts", data=raw, headers=JSON)
    assert response.status_code == 201  # the control


async def test_64_kib_are_the_most(app: Quart) -> None:
    client = app.test_client()
    body = {"phone": "+9996610001", "password": "x" * 65_000}
    assert (await client.post("/api/v1/tokens", json=body)).status_code == 401
    body["password"] += "x" * 600
    response = await client.post("/api/v1/tokens", json=body)
    assert (response.status_code, (await response.get_json())["code"]) == (413, "too_large")
