"""The sweep over the hypervisor's measurements."""

from datetime import datetime

from compute.drivers import hypervisor
from core.schedule import Every, sweep


@sweep(Every(minutes=1), next_due=lambda at: None)
def collect_measurements(at: datetime) -> None:
    """Let a hypervisor that only counts write its counters down."""
    hypervisor().collect(at=at)
