"""Recording bank transfers, matching them to invoices, and taking a mistake back by a reverse posting (4-2)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from accounts import audit
from accounts.organisations.models import Organisation
from billing.credit_notes import applying
from billing.invoices.models import Invoice
from billing.postings.actions import book
from billing.postings.models import Account, Posting
from billing.transfers.models import BankTransfer, TransferMatch
from core.calendar import jst_date
from core.errors import Refused
from core.money import yen

if TYPE_CHECKING:
    from accounts.access import Actor

MOST = 999_999_999_999


@transaction.atomic
def record(
    organisation: Organisation,
    *,
    amount: int,
    received_on: date,
    reference: str,
    payer: str,
    invoices: Sequence[Invoice] = (),
    by: "Actor",
    at: datetime,
) -> BankTransfer:
    """Record money received. amount: yen. invoices: those it pays, in this order; what is left waits as credit (4-2).

    Raises Refused when the bank's reference is known, for no positive amount, and for a day to come.
    """
    if not 0 < amount <= MOST:
        raise Refused(_("A transfer is at least 1 yen."), field="amount")
    if received_on > jst_date(at):
        raise Refused(_("That day is still to come."), field="received_on")
    values = {"amount": amount, "received_on": received_on, "reference": reference, "payer": payer, "recorded_at": at}
    try:
        with transaction.atomic():
            transfer = BankTransfer.objects.create(organisation=organisation, **values)
    except IntegrityError as error:
        text = _("This transfer is recorded already: the bank's reference is known.")
        raise Refused(text, field="reference") from error
    sides = [(Account.BANK, amount, None), (Account.RECEIVABLE, -amount, None)]
    book(Posting.Kind.TRANSFER, transfer.pk, organisation.pk, sides, at=at)
    audit.record("transfer.recorded", transfer, by=by, at=at, amount=yen(amount))
    for invoice in invoices:
        if usable(transfer, invoice) > 0:
            match(transfer, invoice, by=by, at=at)
    return transfer


@transaction.atomic
def match(
    transfer: BankTransfer, invoice: Invoice, amount: int | None = None, *, by: "Actor", at: datetime
) -> TransferMatch:
    """Pay an invoice with a transfer. amount: yen; default: as much as is left of it and open of the invoice.

    Raises Refused for another customer's invoice or a draft, for no positive amount, and beyond what is left of the
    transfer, of the customer's credit, or open of the invoice (less what a card payment is taking right now).
    """
    transfer.organisation.lock()
    if invoice.organisation_id != transfer.organisation_id or invoice.state != Invoice.State.ISSUED:
        raise Refused(_("This customer has no such invoice."), field="invoice")
    most = usable(transfer, invoice)
    amount = most if amount is None else amount
    if not 0 < amount <= most:
        text = _("At most %(most)s of this transfer can pay invoice %(invoice)s.")
        raise Refused(text % {"most": yen(max(most, 0)), "invoice": invoice.label}, field="amount")
    made = TransferMatch.objects.create(transfer=transfer, invoice=invoice, amount=amount, matched_at=at)
    booked(made, at=at)
    audit.record("transfer.matched", transfer, by=by, at=at, amount=yen(amount), invoice=invoice.label)
    return made


@transaction.atomic
def undo(made: TransferMatch, *, by: "Actor", at: datetime) -> TransferMatch:
    """Take a wrong match back: the invoice is open again, the money waits as credit. Raises Refused when it was."""
    made.transfer.organisation.lock()
    if made.undoes_id is not None:
        raise Refused(_("This is itself the undoing of a match. Match the transfer again instead."))
    values = {"transfer": made.transfer, "invoice": made.invoice, "amount": -made.amount, "matched_at": at}
    try:
        with transaction.atomic():
            back = TransferMatch.objects.create(undoes=made, **values)
    except IntegrityError as error:
        raise Refused(_("This match was undone already.")) from error
    booked(back, at=at)
    words = {"amount": yen(made.amount), "invoice": made.invoice.label}
    audit.record("transfer.unmatched", made.transfer, by=by, at=at, **words)
    return back


@transaction.atomic
def withdraw(transfer: BankTransfer, reason: str, *, by: "Actor", at: datetime) -> None:
    """The transfer was recorded by mistake, for the wrong customer or sum: book it back.

    Raises Refused while it pays an invoice, and when its credit has been used by now.
    """
    transfer.organisation.lock()
    if left(transfer) < transfer.amount:
        raise Refused(_("It pays an invoice. Undo its matches first."))
    if applying.waiting(transfer.organisation) < transfer.amount:
        raise Refused(_("Its money has paid something by now. Correct that first."))
    if not BankTransfer.objects.filter(pk=transfer.pk, withdrawn_at=None).update(withdrawn_at=at):
        raise Refused(_("This transfer was withdrawn already."))
    transfer.withdrawn_at = at
    sides = [(Account.BANK, -transfer.amount, None), (Account.RECEIVABLE, transfer.amount, None)]
    book(Posting.Kind.WITHDRAWAL, transfer.pk, transfer.organisation_id, sides, at=at)
    audit.record("transfer.withdrawn", transfer, by=by, at=at, amount=yen(transfer.amount), reason=reason)


def booked(made: TransferMatch, *, at: datetime) -> None:
    """Move the money between the customer's credit and the invoice."""
    sides = [(Account.RECEIVABLE, made.amount, None), (Account.RECEIVABLE, -made.amount, made.invoice_id)]
    book(Posting.Kind.MATCH, made.pk, made.transfer.organisation_id, sides, at=at)


def left(transfer: BankTransfer) -> int:
    """Yen of the transfer that pay no invoice. One query."""
    return transfer.amount - (transfer.matches.aggregate(sum=Sum("amount"))["sum"] or 0)


def usable(transfer: BankTransfer, invoice: Invoice) -> int:
    """The most that the transfer can pay of the invoice: yen, 0 once it was withdrawn."""
    if BankTransfer.objects.filter(pk=transfer.pk, withdrawn_at__isnull=False).exists():
        return 0
    return min(left(transfer), applying.waiting(transfer.organisation), applying.open_of(invoice))
