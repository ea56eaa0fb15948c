"""Shortcuts into the books for tests: an invoice that is booked, and payments of it."""

from datetime import date, datetime

from billing.invoices.models import Invoice
from billing.payments.models import Card, PaymentAttempt, SimulatedPayment
from billing.postings.actions import Side, book
from billing.postings.models import Account, Posting
from core.calendar import JST

AT = datetime(2026, 5, 5, 9, tzinfo=JST)


def booked(invoice: Invoice) -> Invoice:
    """The invoice, booked if closing has not done it."""
    if not Posting.objects.filter(kind="INVOICE", source_pk=invoice.pk).exists():
        sides: list[Side] = [
            (Account.RECEIVABLE, invoice.total, invoice.pk),
            (Account.REVENUE, -invoice.subtotal, None),
            (Account.TAX, -invoice.tax, None),
        ]
        book(Posting.Kind.INVOICE, invoice.pk, invoice.organisation_id, sides, at=AT)
    return invoice


def paid(invoice: Invoice, amount: int, *, state: str = "SUCCEEDED") -> PaymentAttempt:
    """A payment of so many yen by card, booked when it succeeded."""
    values = {"brand": "Visa", "last4": "4242", "expires_on": date(2031, 12, 31), "registered_at": AT}
    card, _made = Card.objects.get_or_create(organisation=invoice.organisation, defaults={"token": "t", **values})
    attempt = PaymentAttempt.objects.create(
        organisation=invoice.organisation, purpose="INVOICE", subject_pk=invoice.pk, position=1, card=card,
        amount=amount, state=state, state_changed_at=AT, asked_at=AT, gateway_ref=f"pay_{invoice.pk}",
    )  # fmt: skip
    if state == "SUCCEEDED":
        SimulatedPayment.objects.create(
            reference=attempt.gateway_ref, key=str(attempt.uuid), state="CAPTURED", amount=amount
        )
        sides: list[Side] = [(Account.CARD, amount, None), (Account.RECEIVABLE, -amount, invoice.pk)]
        book(Posting.Kind.PAYMENT, attempt.pk, invoice.organisation_id, sides, at=AT)
    return attempt
