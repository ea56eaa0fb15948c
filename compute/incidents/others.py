"""What other apps put on the status page beside incidents of zones (settings.STATUS_ROWS)."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from core.console import Disruption

Source = Callable[[datetime], list[Disruption]]


def since(start: datetime) -> list[Disruption]:
    """All that went on at or after an instant."""
    sources: list[Source] = [import_string(path) for path in settings.STATUS_ROWS]
    return [row for source in sources for row in source(start)]
