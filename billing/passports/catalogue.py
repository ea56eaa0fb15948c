"""The passports on offer that an empty installation begins with."""

from datetime import date
from decimal import Decimal
from typing import Any

SINCE = date(2020, 1, 1)
# Months, discount, monthly fees to pay.
OFFERS = (
    (12, Decimal("0.20"), Decimal("1.2")),
    (24, Decimal("0.35"), Decimal("4.8")),
    (36, Decimal("0.50"), Decimal("10.8")),
)


def seed(offer: Any) -> None:
    """Add the offers to an empty table; the argument is the model."""
    if not offer.objects.exists():
        offer.objects.bulk_create(offer(months=m, rate=r, factor=f, valid=(SINCE, None)) for m, r, f in OFFERS)
