"""The API for people to read: one page from the OpenAPI document, with no script and nothing from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from quart import Blueprint, render_template
from quart.typing import ResponseReturnValue

from quart_app.web.auth import find_sign_in
from quart_app.web.limits import PAGES, per_minute
from quart_app.web.openapi import description

blueprint: Final = Blueprint("docs_page", __name__)


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    kind: str
    required: bool
    text: str


@dataclass(frozen=True, slots=True)
class Operation:
    id: str
    method: str
    path: str
    summary: str
    text: str
    signed_in: bool
    body: tuple[Field, ...]
    answers: tuple[tuple[str, tuple[Field, ...]], ...]
    """Status and fields."""


@blueprint.get("/api/docs")
@per_minute(PAGES)
async def page() -> ResponseReturnValue:
    """Every operation with what it takes and answers."""
    await find_sign_in()
    return await render_template("api_docs.html", operations=operations(description()))


def operations(document: dict[str, Any]) -> list[Operation]:
    """In the order of the document."""
    return [
        _operation(document, path, method, described)
        for path, methods in document["paths"].items()
        for method, described in methods.items()
    ]


def _operation(document: dict[str, Any], path: str, method: str, described: dict[str, Any]) -> Operation:
    answers = described["responses"].items()
    return Operation(
        id=described["operationId"],
        method=method.upper(),
        path=path,
        summary=described.get("summary", ""),
        text=described.get("description", ""),
        signed_in=bool(described["security"]),
        body=_fields(document, described.get("requestBody", {})),
        answers=tuple(
            (status, _fields(document, answer)) for status, answer in answers if status != "default"
        ),
    )


def _fields(document: dict[str, Any], message: dict[str, Any]) -> tuple[Field, ...]:
    content: dict[str, Any] = next(iter(message.get("content", {}).values()), {})
    schema = _resolved(document, content.get("schema", {}))
    required = schema.get("required", [])
    return tuple(
        Field(name, _kind(document, one), name in required, one.get("description", ""))
        for name, one in schema.get("properties", {}).items()
    )


def _kind(document: dict[str, Any], schema: dict[str, Any]) -> str:
    """``string``, ``string or null``, ``list of string``, or the values that a field may have."""
    resolved = _resolved(document, schema)
    if "anyOf" in resolved:
        return " or ".join(_kind(document, one) for one in resolved["anyOf"])
    if "enum" in resolved:
        return ", ".join(str(value) for value in resolved["enum"])
    if resolved.get("type") == "array":
        return f"list of {_kind(document, resolved.get('items', {}))}"
    return str(resolved.get("const", resolved.get("type", "any")))


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: dict[str, Any] = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found
