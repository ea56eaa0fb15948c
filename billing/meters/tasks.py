"""The sweep that gives coming months their tables."""

from datetime import datetime

from billing.meters import partitions
from core.calendar import Month
from core.schedule import Daily, each, sweep


def next_table(at: datetime) -> datetime | None:
    return at if partitions.lacking(at) else Month.of(at).end


@sweep(Daily(0, 5), next_due=next_table)
def make_tables(at: datetime) -> None:
    """Make the tables of the months ahead; a missed night costs nothing, since other months have a table too."""
    each(partitions.lacking(at), partitions.make)


SWEEPS = (make_tables,)
