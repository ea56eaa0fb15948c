"""What a card would have to pay if everything ended now: accrued and not yet invoiced, and invoiced and not yet paid.

What is paid by bank transfer or with the bill of another service is left out (4-2, 13-2).
"""

from collections.abc import Collection
from datetime import datetime

from django.db import connection
from django.db.models import BigIntegerField, Sum

from billing.invoices import closing
from billing.invoices.models import BillingRun, Stream
from billing.means import streams
from billing.means.streams import Agreed
from billing.postings.models import Account, Posting
from core.calendar import Month


def of(organisations: Collection[int], *, at: datetime) -> dict[int, int]:
    """Yen with tax, never below zero, by organisation (primary key). Five queries, six before a month is closed."""
    sums, agreed = dict.fromkeys(organisations, 0), streams.agreed_with(organisations)
    owed = Posting.objects.filter(organisation__in=sums, account=Account.RECEIVABLE).order_by()
    balances = owed.values_list("organisation", "invoice__stream")
    for pk, stream, balance in balances.annotate(sum=Sum("amount", output_field=BigIntegerField())):
        _add(sums, agreed, pk, stream or Stream.CLOUD, balance)
    for month in unclosed(at):
        for pk, stream, yen in _accrued(sums, month, at):
            _add(sums, agreed, pk, stream, yen)
    return {pk: max(0, sum) for pk, sum in sums.items()}


def unclosed(at: datetime) -> list[Month]:
    """This month, and the one before it until it is closed."""
    this = Month.of(at)
    is_closed = BillingRun.objects.filter(month=this.previous.first_day, finished_at__isnull=False).exists()
    return [this] if is_closed else [this.previous, this]


def _add(sums: dict[int, int], agreed: dict[int, Agreed], pk: int, stream: str, yen: int) -> None:
    if agreed[pk].of(stream) == streams.Kind.CARD:
        sums[pk] += yen


def _accrued(organisations: Collection[int], month: Month, at: datetime) -> list[tuple[int, str, int]]:
    values = {**closing.parameters(month, until=min(at, month.end)), "organisations": list(organisations)}
    with connection.cursor() as cursor:
        cursor.execute(closing.TOTALS, values)
        return [(pk, stream, subtotal + tax) for pk, stream, subtotal, tax in cursor.fetchall()]
