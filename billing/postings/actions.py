"""Booking: an entry is written once, whole, and sums to zero."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from billing.postings.models import Account, Posting
from core.errors import Refused

Side = tuple[Account, int] | tuple[Account, int, int | None]


@transaction.atomic
def book(
    kind: Posting.Kind, source_pk: int, organisation_pk: int, sides: Iterable[Side], *, at: datetime
) -> list[Posting]:
    """Write the entry of one event. sides: (account, yen[, invoice_pk]), debits positive; sides of 0 are left out.

    The database refuses an event that is booked twice. Raises Refused unless the sides sum to zero.
    """
    rows = [
        Posting(
            organisation_id=organisation_pk,
            kind=kind,
            source_pk=source_pk,
            account=account,
            amount=amount,
            invoice_id=invoice[0] if invoice else None,
            at=at,
        )
        for account, amount, *invoice in sides
        if amount
    ]
    if sum(row.amount for row in rows):
        raise Refused("The sides of an entry must sum to zero.")
    return Posting.objects.bulk_create(rows)
