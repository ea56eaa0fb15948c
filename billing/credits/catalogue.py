"""The grades of the quality guarantee that an empty installation begins with."""

from datetime import date
from decimal import Decimal
from typing import Any

SINCE = date(2020, 1, 1)
# Uptime below, part of the fee.
GRADES = (
    (Decimal("0.9995"), Decimal("0.10")),
    (Decimal("0.99"), Decimal("0.30")),
    (Decimal("0.95"), Decimal("1.00")),
)


def seed(grade: Any) -> None:
    """Add the grades to an empty table; the argument is the model."""
    if not grade.objects.exists():
        grade.objects.bulk_create(grade(below=b, credit=c, valid=(SINCE, None)) for b, c in GRADES)
