"""How hard properties are tried."""

import os
from typing import Any

from hypothesis import HealthCheck, settings

TIMES_AS_MANY = 20 if os.environ.get("ENGAWA_FULL") else 1


def examples(number: int) -> Any:
    """So many examples of a property; twenty times as many in `manage.py test --full`. Fixtures are shared by all."""
    return settings(
        max_examples=number * TIMES_AS_MANY,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
