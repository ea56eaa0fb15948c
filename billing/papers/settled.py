"""What has been put against an invoice: credit, coupons, payments."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import BigIntegerField, Max, Sum

from billing.invoices.models import Invoice
from billing.postings.models import Account, Posting


@dataclass(frozen=True)
class Settled:
    """Yen, negative, of one kind of event."""

    label: str
    amount: int


def settled(invoice: Invoice, *, until: datetime) -> list[Settled]:
    """What was booked against the invoice until an instant, by kind, the earliest kind first. One query."""
    rows = Posting.objects.filter(invoice=invoice, account=Account.RECEIVABLE, at__lte=until)
    sums = rows.exclude(kind=Posting.Kind.INVOICE).order_by().values("kind")
    found = sums.annotate(sum=Sum("amount", output_field=BigIntegerField()), last=Max("at")).order_by("last", "kind")
    return [Settled(str(Posting.Kind(row["kind"]).label), row["sum"]) for row in found if row["sum"]]


def to_pay(invoice: Invoice, rows: list[Settled]) -> int:
    """Yen left of the total; what was paid too much is credit elsewhere."""
    return max(invoice.total + sum(row.amount for row in rows), 0)
