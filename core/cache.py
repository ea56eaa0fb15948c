"""A cache that never holds up a page: when Valkey hangs or is down, it is as if everything had expired.

What it holds is counters of rate limits and the like; while it is away, limits are open.
"""

import time
from collections.abc import Callable
from typing import Any

import structlog
from django.core.cache.backends.redis import RedisCache
from redis import RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

PAUSE_SECONDS = 5.0
log = structlog.get_logger(__name__)


class Breaker:
    """After a failure nobody asks again for a while."""

    def __init__(self) -> None:
        self.opened_until = 0.0

    @property
    def is_open(self) -> bool:
        return time.monotonic() < self.opened_until

    def open(self, error: Exception) -> None:
        self.opened_until = time.monotonic() + PAUSE_SECONDS
        log.warning("cache_away", error=type(error).__name__)

    def close(self) -> None:
        self.opened_until = 0.0


BREAKER = Breaker()


def patient(name: str, otherwise: Callable[..., Any]) -> Any:
    """The method of that name; `otherwise` gives its result while Valkey is away."""

    def method(self: Any, *args: Any, **options: Any) -> Any:
        if not BREAKER.is_open:
            try:
                return getattr(RedisCache, name)(self, *args, **options)
            except (RedisError, OSError) as error:
                BREAKER.open(error)
        return otherwise(*args, **options)

    method.__name__ = name
    return method


def nothing(*_args: Any, **_options: Any) -> None:
    """No result."""


class PatientCache(RedisCache):
    """Django's Redis cache behind a breaker: at most one short wait every five seconds for each process."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        # Here and not in the settings, which every command reads: most never need the client of Valkey.
        options = {**params.get("OPTIONS", {}), "retry": Retry(NoBackoff(), 0)}
        super().__init__(server, {**params, "OPTIONS": options})

    add = patient("add", lambda *_args, **_options: True)
    get = patient("get", lambda key, default=None, version=None: default)
    set = patient("set", nothing)
    touch = patient("touch", lambda *_args, **_options: False)
    delete = patient("delete", lambda *_args, **_options: False)
    get_many = patient("get_many", lambda *_args, **_options: {})
    has_key = patient("has_key", lambda *_args, **_options: False)
    incr = patient("incr", lambda key, delta=1, version=None: delta)
    set_many = patient("set_many", lambda *_args, **_options: [])
    delete_many = patient("delete_many", nothing)
    clear = patient("clear", lambda *_args, **_options: False)
