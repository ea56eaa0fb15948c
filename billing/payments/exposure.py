"""What organisations would owe if everything ended now: accrued and not yet invoiced, and invoiced and not yet paid."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection
from django.db.models import BigIntegerField, Sum

from billing.invoices import closing
from billing.invoices.models import BillingRun
from billing.postings.models import Account, Posting
from core.calendar import Month


def of(organisations: Collection[int], *, at: datetime) -> dict[int, int]:
    """Yen with tax, never below zero, by organisation (primary key). Three queries, four before a month is closed."""
    sums = dict.fromkeys(organisations, 0)
    owed = Posting.objects.filter(organisation__in=sums, account=Account.RECEIVABLE).order_by()
    for pk, balance in owed.values_list("organisation").annotate(sum=Sum("amount", output_field=BigIntegerField())):
        sums[pk] += balance
    for month in unclosed(at):
        _add_accrued(sums, month, at)
    return {pk: max(0, sum) for pk, sum in sums.items()}


def unclosed(at: datetime) -> list[Month]:
    """This month, and the one before it until it is closed."""
    this = Month.of(at)
    is_closed = BillingRun.objects.filter(month=this.previous.first_day, finished_at__isnull=False).exists()
    return [this] if is_closed else [this.previous, this]


def _add_accrued(sums: dict[int, int], month: Month, at: datetime) -> None:
    values = {**closing.parameters(month, until=min(at, month.end)), "organisations": list(sums)}
    with connection.cursor() as cursor:
        cursor.execute(closing.TOTALS, values)
        for pk, _stream, subtotal, tax in cursor.fetchall():
            sums[pk] += subtotal + tax
