"""Ten requests a second for each key, counted in Valkey; when Valkey doesn't answer, nobody is kept waiting."""

from datetime import datetime
from functools import cache

from django.conf import settings
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from accounts.api_keys.models import ApiKey
from core.cache import BREAKER

PER_SECOND = 10
PATIENCE_SECONDS = 0.5


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
        BREAKER.open(error)
        return False
    return bool(count > PER_SECOND)
