"""The cache while Valkey is well, and while it hangs."""

import socket
from collections.abc import Iterator
from time import monotonic

import pytest
from django.conf import settings
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.settings import CACHES
from core.cache import BREAKER, PatientCache


@pytest.fixture(autouse=True)
def closed_breaker() -> Iterator[None]:
    BREAKER.close()
    yield
    BREAKER.close()


def cache_at(url: str) -> PatientCache:
    """The cache as the settings make it, at another address."""
    return PatientCache(url, {"OPTIONS": dict(CACHES["default"]["OPTIONS"])})  # type: ignore[call-overload]


def test_it_is_an_ordinary_cache_while_valkey_is_well() -> None:
    cache = cache_at(settings.REDIS_URL)
    cache.delete("garden")

    assert (cache.add("garden", 1, 10), cache.add("garden", 2, 10), cache.get("garden")) == (True, False, 1)
    assert cache.incr("garden") == 2
    cache.delete("garden")


def test_a_hung_valkey_costs_one_short_wait_and_everything_has_expired() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        cache = cache_at(f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        start = monotonic()
        for _ in range(50):
            assert cache.get("garden", "default") == "default"
            assert cache.add("garden", 1)
            cache.set("garden", 1)
            assert cache.get_many(["garden"]) == {}
            assert cache.incr("garden") == 1
        took = monotonic() - start

    assert took < 1.5


def test_a_valkey_that_is_down_is_asked_again_after_the_pause() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    down = cache_at(f"redis://127.0.0.1:{port}/0")

    assert down.get("garden", "default") == "default"
    assert BREAKER.is_open
    BREAKER.close()
    cache = cache_at(settings.REDIS_URL)
    cache.set("garden", 1, 10)
    assert cache.get("garden") == 1


def test_the_settings_ask_once_and_do_not_retry() -> None:
    options = PatientCache("redis://127.0.0.1", CACHES["default"])._options  # type: ignore[attr-defined]

    assert CACHES["default"]["BACKEND"] == "core.cache.PatientCache"
    assert isinstance(options["retry"], Retry)
    assert isinstance(options["retry"]._backoff, NoBackoff)
