"""What can go wrong with PostgreSQL and Redis, as the rest of the app sees it.

StorageUnavailable   the store is away, starting, full or too slow: try again later

The drivers are imported when one of them may have failed: who only asks for the error (the test kit) needs neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Final


class StorageUnavailable(Exception):
    """The database or Redis can't answer now. Whether a write took place is unknown."""


_REFUSALS: Final = ("MISCONF", "NOREPLICAS", "OOM", "READONLY")
"""How a Redis that takes no writes begins its answer, where redis-py has no class for it."""


@cache
def _causes() -> tuple[type[Exception], ...]:
    import asyncpg
    import redis.exceptions as redis_exceptions

    return (
        OSError,  # TimeoutError is one as well
        asyncpg.PostgresConnectionError,
        asyncpg.OperatorInterventionError,
        asyncpg.InsufficientResourcesError,
        asyncpg.InvalidAuthorizationSpecificationError,
        asyncpg.InvalidCatalogNameError,
        asyncpg.ReadOnlySQLTransactionError,
        asyncpg.InternalClientError,
        redis_exceptions.ConnectionError,
        redis_exceptions.TimeoutError,
        redis_exceptions.OutOfMemoryError,
        redis_exceptions.ReadOnlyError,
        redis_exceptions.MasterDownError,
    )


def is_unavailability(error: Exception) -> bool:
    """Whether the store is to blame, rather than the query."""
    import asyncpg
    import redis.exceptions as redis_exceptions

    if isinstance(error, redis_exceptions.ResponseError) and str(error).startswith(_REFUSALS):
        return True
    if isinstance(error, asyncpg.InterfaceError):
        # Those that are a ValueError as well complain about the arguments.
        return not isinstance(error, ValueError)
    return isinstance(error, _causes())


@contextmanager
def storage_errors() -> Iterator[None]:
    """Turns what both drivers raise when a store is away into StorageUnavailable."""
    try:
        yield
    except Exception as error:
        if is_unavailability(error):
            raise StorageUnavailable(type(error).__name__) from error
        raise
