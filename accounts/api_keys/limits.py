"""Ten requests a second for each key, counted in Valkey; when Valkey doesn't answer, nobody is kept waiting."""

import time
from datetime import datetime
from functools import cache

import structlog
from django.conf import settings
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from accounts.api_keys.models import ApiKey

PER_SECOND = 10
PATIENCE_SECONDS = 0.5
PAUSE_SECONDS = 5.0
log = structlog.get_logger(__name__)


class Breaker:
    """After a failure requests pass uncounted for a while, before Valkey is asked again."""

    def __init__(self) -> None:
        self.opened_until = 0.0

    @property
    def is_open(self) -> bool:
        return time.monotonic() < self.opened_until

    def open(self) -> None:
        self.opened_until = time.monotonic() + PAUSE_SECONDS

    def close(self) -> None:
        self.opened_until = 0.0


BREAKER = Breaker()


@cache
def client() -> Redis:
    """The connections of this process."""
    return Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=PATIENCE_SECONDS,
        socket_connect_timeout=PATIENCE_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


def exceeded(key: ApiKey, at: datetime) -> bool:
    """Whether the key has used up this second. Counts the request; waits half a second at most, then lets it pass."""
    if BREAKER.is_open:
        return False
    name = f"rate:key:{key.pk}:{int(at.timestamp())}"
    try:
        pipeline = client().pipeline(transaction=False)
        pipeline.incr(name)
        pipeline.expire(name, 2)
        count, _set = pipeline.execute()
    except (RedisError, OSError) as error:
        BREAKER.open()
        log.warning("rate_limit_open", error=type(error).__name__)
        return False
    return bool(count > PER_SECOND)
