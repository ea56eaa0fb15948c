"""Credit that waits, and putting it against what is to be paid: the oldest invoice first."""

from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from accounts.organisations.models import Organisation
from billing.credit_notes.models import CreditApplication
from billing.invoices.models import Invoice
from billing.payments.models import PaymentAttempt
from billing.postings.actions import book
from billing.postings.models import Account, Posting
from billing.refunds.models import Refund


def open_of(invoice: Invoice) -> int:
    """Yen of the invoice that are neither paid, given back nor being taken from the card right now. Two queries."""
    booked = Posting.objects.filter(invoice=invoice).aggregate(sum=Sum("amount"))["sum"] or 0
    return booked - under_way([invoice.pk]).get(invoice.pk, 0)


def under_way(invoices: list[int]) -> dict[int, int]:
    """Yen that open attempts are taking, by invoice."""
    attempts = PaymentAttempt.objects.filter(purpose="INVOICE", state="OPEN", subject_pk__in=invoices)
    return dict(attempts.values_list("subject_pk", "amount"))


def waiting(organisation: Organisation) -> int:
    """Yen of credit that no invoice has used yet and that isn't being given back. Two queries."""
    free = Posting.objects.filter(organisation=organisation, account=Account.RECEIVABLE, invoice=None)
    leaving = Refund.objects.filter(organisation=organisation, state=Refund.State.ASKED)
    reserved = leaving.aggregate(sum=Sum("amount"))["sum"] or 0
    return max(-(free.aggregate(sum=Sum("amount"))["sum"] or 0) - reserved, 0)


@transaction.atomic
def apply(organisation: Organisation, *, at: datetime) -> list[CreditApplication]:
    """Put waiting credit against the organisation's open invoices, the oldest first. Safe to repeat."""
    organisation.lock()
    credit = waiting(organisation)
    if not credit:
        return []
    applied = []
    for invoice, to_pay in open_invoices(organisation):
        amount = min(credit, to_pay)
        if amount > 0:
            applied.append(put(invoice, amount, at=at))
            credit -= amount
    return applied


def open_invoices(organisation: Organisation) -> list[tuple[Invoice, int]]:
    """Invoices with what is still to pay of them, the oldest first."""
    booked = Posting.objects.filter(organisation=organisation, invoice__isnull=False)
    sums = dict(booked.values("invoice").annotate(sum=Sum("amount")).filter(sum__gt=0).values_list("invoice", "sum"))
    taken = under_way(list(sums))
    found = Invoice.objects.filter(pk__in=list(sums)).order_by("number")
    return [(invoice, sums[invoice.pk] - taken.get(invoice.pk, 0)) for invoice in found]


def put(invoice: Invoice, amount: int, *, at: datetime) -> CreditApplication:
    """Book so many yen of waiting credit against an invoice."""
    application = CreditApplication.objects.create(invoice=invoice, amount=amount, applied_at=at)
    sides = [(Account.RECEIVABLE, amount, None), (Account.RECEIVABLE, -amount, invoice.pk)]
    book(Posting.Kind.APPLICATION, application.pk, invoice.organisation_id, sides, at=at)
    return application
