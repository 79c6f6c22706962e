"""The OpenAPI document, made from the routes themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field
from quart import Blueprint, Quart, Response, current_app
from quart_schema import QuartSchema
from quart_schema.openapi import APIKeySecurityScheme, HttpSecurityScheme, Info, OpenAPIProvider
from werkzeug.routing import Rule

from quart_app.settings import Settings
from quart_app.version import VERSION
from quart_app.web.auth import GUARD_ATTRIBUTE
from quart_app.web.cookies import cookie_names
from quart_app.web.json_answers import json_answer
from quart_app.web.limits import PAGES, per_minute
from quart_app.web.problems import CONTENT_TYPE

blueprint: Final = Blueprint("openapi", __name__)
TITLE: Final = "Unofficial Telegram Chat Manager"
PREFIX: Final = "/api/v1/"
DESCRIPTION: Final = (
    "Send `Authorization: Bearer TOKEN`, with a token of `POST /api/v1/tokens`. The pages of this server use the "
    "same API with their cookie, an allowed Origin and `X-CSRF-Token`. "
    "Not made, checked or supported by Telegram."
)


class ProblemDocument(BaseModel):
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    code: Annotated[str, Field(description="A stable word.")]
    detail: Annotated[str, Field(description="A sentence for a person.")]
    retry_after: Annotated[int | None, Field(description="Seconds.")] = None


class ApiDescription(OpenAPIProvider):
    """Only the API, each operation with its security and with the problems that any of them may answer."""

    def generate_rules(self) -> Iterable[Rule]:
        rules = (rule for rule in super().generate_rules() if rule.rule.startswith(PREFIX))
        return sorted(rules, key=lambda rule: (rule.rule, sorted(rule.methods or ())))

    def build_paths(self, rule: Rule) -> tuple[dict[str, Any], dict[str, Any]]:
        paths, components = super().build_paths(rule)
        view = self._app.view_functions[rule.endpoint]
        signed_in = getattr(view, GUARD_ATTRIBUTE, False)
        for path in paths.values():
            for operation in path.values():
                operation["description"] = operation.get("description", "").strip()
                operation["security"] = [{"token": []}, {"cookie": [], "csrf": []}] if signed_in else []
                responses = {str(status): answer for status, answer in operation["responses"].items()}
                operation["responses"] = responses
                responses.update(_OTHER_ANSWERS.get(rule.endpoint, {}))
                responses["default"] = {"$ref": "#/components/responses/Problem"}
        return paths, components

    def schema(self) -> dict[str, Any]:
        document = super().schema()
        problem = ProblemDocument.model_json_schema()
        content = {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        document["components"]["schemas"]["Problem"] = problem
        document["components"]["responses"] = {
            "Problem": {"description": "What went wrong (RFC 9457).", "content": content}
        }
        return document


_OTHER_ANSWERS: Final[dict[str, dict[str, Any]]] = {
    "accounts_api.end_token": {"204": {"description": "Done."}},
    "account_api.end_one": {"204": {"description": "Done."}},
    "openapi.document": {"200": {"description": "An OpenAPI 3.1 document."}},
    "commands_api.run": {
        "200": {
            "description": "The frames of the socket, one a line.",
            "content": {"application/x-ndjson": {"schema": {"type": "object"}}},
        }
    },
}
"""Of views whose answers no model describes."""


@blueprint.get(f"{PREFIX}openapi.json")
@per_minute(PAGES)
async def document() -> Response:
    """This document."""
    return json_answer(description())


def description() -> dict[str, Any]:
    """Of the application being served."""
    extension: QuartSchema = current_app.extensions["QUART_SCHEMA"]
    return extension.openapi_provider.schema()


def install(app: Quart, settings: Settings) -> None:
    """quart-schema without its pages, whose scripts come from elsewhere."""
    cookie = cookie_names(secure=settings.secure_cookies).sign_in
    QuartSchema(
        app,
        openapi_path=None,
        redoc_ui_path=None,
        scalar_ui_path=None,
        swagger_ui_path=None,
        info=Info(title=TITLE, version=VERSION, description=DESCRIPTION),
        security_schemes={
            "token": HttpSecurityScheme(scheme="bearer", bearer_format="tcm_ROUTE_SECRET"),
            "cookie": APIKeySecurityScheme(name=cookie, in_="cookie"),
            "csrf": APIKeySecurityScheme(name="X-CSRF-Token", in_="header"),
        },
        conversion_preference="pydantic",
        openapi_provider_class=ApiDescription,
    )
