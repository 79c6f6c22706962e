"""Requests made from the OpenAPI document by the hundred, signed in and out: each answer is one that it promises."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from redis import Redis
from schemathesis import Case, Response
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from quart_app.accounts.routing import Routing
from quart_app.accounts.sign_in import SignIns
from quart_app.storage.redis import open_redis
from quart_app.web.headers import ALWAYS
from tests.product.caller import Program
from tests.product.person import Crowd
from tests.product.process import PROXY, SECRETS, Product
from tests.servers.postgres import Databases, in_own_loop
from tests.servers.redis import own_redis

pytestmark = pytest.mark.security

EXAMPLES: Final = 25
"""Of each operation, signed in and out."""
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
PROBLEM: Final = {"type", "title", "status", "code", "detail"}
_addresses = itertools.count(1)


class Target:
    """The real product, and a way to be signed in anew for each request: many end what they are asked with."""

    def __init__(self, product: Product, redis_url: str) -> None:
        self.product, self._redis_url = product, redis_url
        self._crowd = Crowd()
        self._person = self._crowd.person()
        self._user: Any = None

    def headers(self, *, signed_in: bool) -> dict[str, str]:
        number = next(_addresses)
        headers = {"X-Forwarded-For": f"10.2.{number // 250 % 250}.{number % 250}"}
        return headers | ({"Authorization": f"Bearer {self._token()}"} if signed_in else {})

    def _token(self) -> str:
        """Made as the product makes them, but without its limits."""

        async def make() -> str:
            async with open_redis(self._redis_url) as redis:
                sign_ins = SignIns(redis, Routing(SECRETS["SECRET_KEY"].encode()))
                if self._user is None or not await redis.exists(f"sign_ins:{self._user}"):
                    self._person = self._crowd.person()
                    program = Program(self.product.url, self._person)
                    await program.register()
                    await program.log_in()
                    signed_in = await sign_ins.token(program.token)
                    await program.close()
                    assert signed_in is not None
                    self._user = signed_in.user_id
                return (await sign_ins.issue_token(self._user)).text

        return in_own_loop(make)

    def forget_limits(self) -> None:
        with Redis.from_url(self._redis_url) as redis:
            for key in redis.scan_iter("limit:*", count=1000):
                redis.delete(key)


@pytest.fixture(scope="module")
def target(
    tmp_path_factory: pytest.TempPathFactory, databases: Databases, migrated_template: str
) -> Iterator[Target]:
    with own_redis() as redis:
        stores = {"DATABASE_URL": databases.make(template=migrated_template), "REDIS_URL": redis.url}
        product = Product(tmp_path_factory.mktemp("generated") / "demo", {**stores, **SECRETS, **PROXY})
        product.start()
        try:
            yield Target(product, redis.url)
            assert product.stop() == 0
        finally:
            product.clear_up()


def check(response: Response) -> None:
    """Beside what the document says: each refusal is a problem, and each answer has its headers."""
    for name, value in ALWAYS.items():
        assert response.headers[name.lower()] == [value], name
    if response.status_code >= 400:
        assert response.headers["content-type"] == ["application/problem+json"]
        document = response.json()
        assert set(document) >= PROBLEM
        assert document["status"] == response.status_code
        assert "Traceback" not in response.text


@pytest.mark.parametrize("signed_in", [True, False])
def test_every_answer_is_one_that_was_promised(target: Target, signed_in: bool) -> None:
    schema = schemathesis.openapi.from_url(f"{target.product.url}/api/v1/openapi.json")
    operations = [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) > 15
    faults: list[str] = []
    seen: Counter[int] = Counter()

    def attack(case: Case[Any]) -> None:
        target.forget_limits()
        response = case.call(headers=target.headers(signed_in=signed_in))
        case.validate_response(response, checks=CHECKS)
        check(response)
        seen[response.status_code] += 1

    for operation in operations:
        attempt = settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.generate, Phase.shrink],
        )(given(case=operation.as_strategy())(attack))
        try:
            attempt()
        except BaseException as fault:  # all operations are to be heard of
            if isinstance(fault, KeyboardInterrupt):
                raise
            faults.append(f"{operation.label}: {fault}")
    assert faults == []
    assert not [status for status in seen if status >= 500]
    if signed_in:
        assert seen[200] + seen[201] > 10, "the control: some requests are served"
    else:
        assert {400, 401} <= set(seen), seen
