"""What a payment was for and how it came."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import BigIntegerField, Sum
from django.utils.translation import gettext as _

from billing.invoices.models import Invoice
from billing.papers.models import Receipt
from billing.passports.models import Passport
from billing.payments.models import PaymentAttempt
from billing.transfers.models import BankTransfer, TransferMatch


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
    return Paid(_("Bank transfer"), by_transfer(receipt.transfer, until=receipt.issued_at))


def by_transfer(transfer: BankTransfer, *, until: datetime) -> list[tuple[Invoice, int]]:
    """The invoices a transfer had paid by an instant, with the yen; matches that were undone by then don't count."""
    matched = TransferMatch.objects.filter(transfer=transfer, matched_at__lte=until)
    sums = matched.values("invoice").annotate(sum=Sum("amount", output_field=BigIntegerField())).filter(sum__gt=0)
    paid = dict(sums.order_by().values_list("invoice", "sum"))
    return [(invoice, paid[invoice.pk]) for invoice in Invoice.objects.filter(pk__in=paid).order_by("number")]


def by_card(attempt: PaymentAttempt) -> Paid:
    """What a payment by card paid: one invoice, or one passport."""
    means = _("Card %(card)s") % {"card": attempt.card}
    if attempt.purpose == PaymentAttempt.Purpose.PASSPORT:
        return Paid(means, [], Passport.objects.get(pk=attempt.subject_pk))
    return Paid(means, [(Invoice.objects.get(pk=attempt.subject_pk), attempt.amount)])
