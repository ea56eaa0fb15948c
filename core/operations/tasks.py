"""The Celery task that the relay wakes."""

import time
from datetime import UTC, datetime

from celery import shared_task

from core.operations.performing import perform_due

# A task ends well below half the broker's visibility timeout; the relay sends another when work is left.
SLICE_SECONDS = 25.0


@shared_task(name="operations.perform", ignore_result=True)  # type: ignore[untyped-decorator]
def perform() -> int:
    """Perform what is due until nothing is or the slice is over; returns how many operations were claimed."""
    end = time.monotonic() + SLICE_SECONDS
    total = 0
    while time.monotonic() < end:
        claimed = perform_due(at=datetime.now(UTC))
        total += claimed
        if not claimed:
            break
    return total
