"""What a payment was for and how it came."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from billing.invoices.models import Invoice
from billing.papers.models import Receipt
from billing.passports.models import Passport
from billing.payments.models import PaymentAttempt
from billing.postings.models import Posting


@dataclass(frozen=True)
class Paid:
    """means: in words. invoices: what was put against which; passport: the one that was bought, if any."""

    means: str
    invoices: list[tuple[Invoice, int]]
    passport: Passport | None = None


def paid_by(receipt: Receipt) -> Paid:
    """What the receipt's payment paid when the receipt was issued."""
    if receipt.attempt is not None:
        return by_card(receipt.attempt)
    assert receipt.transfer is not None
    booked = Posting.objects.filter(
        kind=Posting.Kind.TRANSFER, source_pk=receipt.transfer.pk, invoice__isnull=False, at__lte=receipt.issued_at
    )
    found = booked.select_related("invoice").order_by("invoice__number")
    invoices = [(row.invoice, -row.amount) for row in found if row.invoice is not None]
    return Paid(_("Bank transfer"), invoices)


def by_card(attempt: PaymentAttempt) -> Paid:
    """What a payment by card paid: one invoice, or one passport."""
    means = _("Card %(card)s") % {"card": attempt.card}
    if attempt.purpose == PaymentAttempt.Purpose.PASSPORT:
        return Paid(means, [], Passport.objects.get(pk=attempt.subject_pk))
    return Paid(means, [(Invoice.objects.get(pk=attempt.subject_pk), attempt.amount)])
