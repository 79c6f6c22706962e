"""The API for people: every call on one page, with no script."""

from __future__ import annotations

import re
from typing import Any

from quart import Quart

from quart_app.web.docs_page import operations

DOCUMENT: dict[str, Any] = {
    "components": {"schemas": {"Part": {"type": "object"}, "Mood": {"enum": ["good", "bad"]}}},
    "paths": {
        "/x": {
            "post": {
                "operationId": "post_x",
                "summary": "Do it.",
                "security": [{"token": []}],
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "required": ["a"],
                                "properties": {
                                    "a": {"type": "string", "description": "The first."},
                                    "b": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
                                    "c": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}},
                                    "d": {"$ref": "#/components/schemas/Mood"},
                                },
                            }
                        }
                    }
                },
                "responses": {"204": {"description": "Done."}, "default": {}},
            }
        }
    },
}


def test_an_operation_is_told_in_words() -> None:
    (operation,) = operations(DOCUMENT)
    assert (operation.method, operation.path, operation.signed_in) == ("POST", "/x", True)
    assert [(field.name, field.kind, field.required) for field in operation.body] == [
        ("a", "string", True),
        ("b", "integer or null", False),
        ("c", "list of object", False),
        ("d", "good, bad", False),
    ]
    assert operation.body[0].text == "The first."
    assert operation.answers == (("204", ()),)


async def test_the_page_shows_every_call_and_nothing_inline(app: Quart) -> None:
    client = app.test_client()
    document = await (await client.get("/api/v1/openapi.json")).get_json()
    response = await client.get("/api/docs")
    page = await response.get_data(as_text=True)
    assert response.content_type == "text/html; charset=utf-8"
    for path in document["paths"]:
        assert path in page
    assert not re.search(r"<script(?![^>]*\ssrc=\"/static/)", page)
    assert " style=" not in page
    assert not re.search(r"\son[a-z]+=", page)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", page)
