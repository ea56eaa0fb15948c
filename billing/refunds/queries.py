"""What can be given back, and from which payments."""

from django.db.models import BigIntegerField, F, Q, Sum
from django.db.models.functions import Coalesce

from accounts.organisations.models import Organisation
from billing.credit_notes.applying import waiting
from billing.credit_notes.models import CreditNote
from billing.payments.models import PaymentAttempt
from billing.postings.models import Account, Posting
from billing.refunds.models import Refund

MONEY = (Posting.Kind.PAYMENT, Posting.Kind.MATCH, Posting.Kind.APPLICATION)


def refundable(organisation: Organisation) -> int:
    """Yen of waiting credit that can go back as money: all but what only a coupon had paid. Five queries at most."""
    free = waiting(organisation)
    return max(0, free - of_coupons(organisation)) if free else 0


def of_coupons(organisation: Organisation) -> int:
    """Yen of credit given on invoices beyond the money that paid them: coupons did, and those never become money."""
    notes = Posting.objects.filter(
        organisation=organisation, kind=Posting.Kind.CREDIT_NOTE, account=Account.RECEIVABLE, invoice=None
    )
    waited = dict(notes.order_by().values("source_pk").annotate(sum=total()).values_list("source_pk", "sum"))
    credited: dict[int, int] = {}
    for pk, invoice in CreditNote.objects.filter(pk__in=waited).values_list("pk", "invoice"):
        credited[invoice] = credited.get(invoice, 0) - waited[pk]
    booked = Posting.objects.filter(invoice__in=credited, kind__in=MONEY).order_by().values("invoice")
    paid = dict(booked.annotate(sum=total()).values_list("invoice", "sum"))
    return sum(max(0, yen + paid.get(invoice, 0)) for invoice, yen in credited.items())


def total() -> Sum:
    return Sum("amount", output_field=BigIntegerField())


def payments(organisation: Organisation) -> list[tuple[PaymentAttempt, int]]:
    """Payments of invoices by card with the yen that can still go back to each, the newest first. One query."""
    taken = PaymentAttempt.objects.filter(organisation=organisation, purpose=PaymentAttempt.Purpose.INVOICE)
    given = Coalesce(Sum("refunds__amount", filter=~Q(refunds__state=Refund.State.FAILED)), 0)
    rows = taken.filter(state=PaymentAttempt.State.SUCCEEDED).annotate(left=F("amount") - given).filter(left__gt=0)
    return [(row, row.left) for row in rows.select_related("card").order_by("-pk")]
