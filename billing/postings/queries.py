"""Reading the books: what is open of an invoice, what an organisation owes, whether everything sums to zero."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Case, F, OuterRef, Q, QuerySet, Subquery, Sum, TextChoices, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.organisations.models import Organisation
from billing.invoices.models import Invoice
from billing.postings.models import Account, Posting

# These move credit between invoices, not the balance.
WITHIN = (Posting.Kind.APPLICATION, Posting.Kind.MATCH)


class Paid(TextChoices):
    """How far an invoice is paid. Never a column: it follows from the postings and the day."""

    PAID = "PAID", _("Paid")
    PARTLY = "PARTLY", _("Partly paid")
    OPEN = "OPEN", _("Payable")
    OVERDUE = "OVERDUE", _("Overdue")


def with_open(invoices: QuerySet[Invoice], today: date) -> QuerySet[Any]:
    """Invoices with `open` (yen still to pay) and `paid` (a `Paid`); overdue from the day after `due_on` (4-1)."""
    own = Posting.objects.filter(invoice=OuterRef("pk"), account=Account.RECEIVABLE).order_by()
    balance = own.values("invoice").annotate(sum=Sum("amount", output_field=BigIntegerField())).values("sum")
    state = Case(
        When(open__lte=0, then=Value(Paid.PAID)),
        When(due_on__lt=today, then=Value(Paid.OVERDUE)),
        When(open__lt=F("total"), then=Value(Paid.PARTLY)),
        default=Value(Paid.OPEN),
    )
    return invoices.annotate(open=Coalesce(Subquery(balance), 0)).annotate(paid=state)


def open_of(invoice_pk: int) -> int:
    """Yen still to pay of an invoice; below zero it was paid too much. One query."""
    return balance_of(Posting.objects.filter(invoice=invoice_pk, account=Account.RECEIVABLE))


def owed_by(organisation: Organisation) -> int:
    """Yen an organisation owes over all; below zero it is its credit. One query."""
    return balance_of(Posting.objects.filter(organisation=organisation, account=Account.RECEIVABLE))


def balance_of(postings: QuerySet[Posting]) -> int:
    return postings.aggregate(sum=Coalesce(Sum("amount", output_field=BigIntegerField()), 0))["sum"]  # type: ignore[no-any-return]


def movements(organisation: Organisation | int) -> QuerySet[Posting]:
    """All that changed what the organisation owes; credit put against an invoice moves nothing."""
    rows = Posting.objects.filter(organisation=organisation, account=Account.RECEIVABLE)
    return rows.exclude(kind__in=WITHIN).select_related("invoice")


def balance(rows: Sequence[Posting]) -> None:
    """Give movements that follow one another, in either direction, the `balance` of yen owed after each. One query."""
    if not rows:
        return
    oldest_first = sorted(rows, key=lambda row: (row.at, row.pk))
    first = oldest_first[0]
    earlier = Q(at__lt=first.at) | Q(at=first.at, pk__lt=first.pk)
    owed = balance_of(movements(first.organisation_id).filter(earlier))
    for row in oldest_first:
        owed += row.amount
        row.balance = owed  # type: ignore[attr-defined]


def trial_balance() -> list[tuple[str, int]]:
    """Each account with its balance; together they are zero. One query."""
    rows = Posting.objects.order_by().values("account").annotate(sum=Sum("amount", output_field=BigIntegerField()))
    sums = {row["account"]: row["sum"] for row in rows}
    return [(str(account.label), sums.get(account.value, 0)) for account in Account]
