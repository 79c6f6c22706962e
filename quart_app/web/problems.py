"""A refusal: raised anywhere in the edge, answered as application/problem+json or as a page."""

from __future__ import annotations

import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import orjson
from quart import Response

from commands.phrases import Said
from quart_app.web.languages import worded

CONTENT_TYPE: Final = "application/problem+json"


class Problem(Exception):
    """``code`` is the stable word, ``detail`` a sentence for a person, ``retry_after`` seconds.

    ``extra`` members join the document (RFC 9457, 3.2); none may hold what the client didn't send or may not know.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: Said,
        *,
        retry_after: float | None = None,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail
        self.retry_after = None if retry_after is None else max(1, math.ceil(retry_after))
        self.headers = dict(headers or {})
        self.extra = dict(extra or {})
        if self.retry_after is not None:
            self.headers["Retry-After"] = str(self.retry_after)

    @property
    def title(self) -> str:
        return HTTPStatus(self.status).phrase

    @property
    def sentence(self) -> str:
        """``detail`` in the language of whoever asks."""
        return worded(self.detail)

    def document(self) -> dict[str, Any]:
        """The members of every problem, and the extra ones."""
        members = {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": self.sentence,
        }
        if self.retry_after is not None:
            members["retry_after"] = self.retry_after
        return {**members, **self.extra}

    def response(self) -> Response:
        """The answer to a program."""
        body = orjson.dumps(self.document())
        return Response(body, self.status, self.headers, content_type=CONTENT_TYPE)
