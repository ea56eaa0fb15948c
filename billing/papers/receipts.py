"""Receipts: one for each payment that came, numbered without gaps, told to the customer."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts import notices
from accounts.access import SYSTEM
from accounts.notices import Topic
from accounts.organisations.models import Organisation
from billing.invoices import issuers
from billing.invoices.models import Invoice
from billing.papers import asking
from billing.papers.models import Receipt
from billing.payments.models import PaymentAttempt
from billing.transfers.models import BankTransfer, TransferMatch
from core.calendar import jst_date
from core.errors import Refused


def of_attempt(attempt: PaymentAttempt, *, at: datetime) -> Receipt:
    """The receipt for a payment by card. Raises Refused unless it succeeded, and when it has one."""
    if attempt.state != PaymentAttempt.State.SUCCEEDED:
        raise Refused(_("There is a receipt only for a payment that succeeded."))
    invoice = Invoice.objects.filter(pk=attempt.invoice_pk).first() if attempt.invoice_pk else None
    paid_on = jst_date(attempt.state_changed_at)
    recipient = invoice.recipient if invoice else recipient_of(attempt.organisation)
    return issue(Receipt(attempt=attempt, amount=attempt.amount), attempt.organisation, paid_on, recipient, at=at)


def of_transfer(transfer: BankTransfer, *, at: datetime) -> Receipt:
    """The receipt for a bank transfer (4-2). Raises Refused when it has one."""
    recipient = recipient_of(transfer.organisation)
    made = Receipt(transfer=transfer, amount=transfer.amount)
    return issue(made, transfer.organisation, transfer.received_on, recipient, at=at)


def of_invoice(invoice: Invoice) -> QuerySet[Receipt]:
    """The receipts of what paid an invoice, by card or by bank transfer; not of a match that was undone."""
    paid = PaymentAttempt.objects.filter(purpose=PaymentAttempt.Purpose.INVOICE, subject_pk=invoice.pk)
    matched = TransferMatch.objects.filter(invoice=invoice, undoes=None, undone_by=None)
    return Receipt.objects.filter(Q(attempt__in=paid) | Q(transfer__in=matched.values("transfer"))).order_by("number")


@transaction.atomic
def issue(
    receipt: Receipt, organisation: Organisation, paid_on: date, recipient: dict[str, str], *, at: datetime
) -> Receipt:
    """Write it under the next number, tell the organisation, and ask for its PDF."""
    receipt.organisation, receipt.paid_on, receipt.issued_at, receipt.recipient = organisation, paid_on, at, recipient
    receipt.issuer = issuers.on(at).as_kept()
    try:
        with transaction.atomic():
            receipt.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(_("This payment has its receipt already.")) from error
    receipt.refresh_from_db(fields=["number"])
    notices.send(
        "receipt_issued", receipt, to=organisation, occasion=receipt.label, topic=Topic.MONEY,
        act_url=receipt.get_absolute_url(), at=at,
    )  # fmt: skip
    asking.ask(receipt, by=SYSTEM, at=at)
    return receipt


def recipient_of(organisation: Organisation) -> dict[str, str]:
    """To whom a paper goes that no invoice stands behind; the same snapshot as an invoice's (`close.sql`)."""
    return {
        "kind": organisation.kind,
        "name": organisation.billing_name,
        "postal_code": organisation.postal_code,
        "address": organisation.address,
        "number": organisation.number,
        "language": organisation.language,
    }
