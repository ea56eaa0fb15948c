"""Choosing what pays the hybrid connection, and handing its invoices to the bill of another service (13-2)."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import SYSTEM
from accounts.organisations.models import Organisation
from billing.credit_notes import applying
from billing.invoices.models import Invoice, Stream
from billing.means.models import HybridMeans, Merge
from billing.means.streams import Kind, of_invoice
from billing.other_services.models import OtherService
from billing.payments.models import Card
from billing.postings.actions import book
from billing.postings.models import Account, Posting
from core.errors import Refused
from core.money import yen

if TYPE_CHECKING:
    from accounts.access import Actor


@transaction.atomic
def choose(
    organisation: Organisation, kind: str, bill: OtherService | None = None, *, by: "Actor", at: datetime
) -> HybridMeans:
    """The customer chooses among the means we offer, for what isn't paid yet too (13-2). bill: for merging only.

    Raises Refused for the card when there is none, and for a bill that is not theirs, not confirmed by staff, or of the
    cloud or an hourly dedicated server.
    """
    kind = Kind(kind)
    if kind == Kind.CARD and not Card.objects.filter(organisation=organisation, removed_at=None).exists():
        raise Refused(_("No card is registered. Register one first."), clause="13-2", field="means", code="card_needed")
    if kind == Kind.OTHER_BILL:
        check_bill(organisation, bill)
    values = {"kind": kind, "bill": bill if kind == Kind.OTHER_BILL else None, "chosen_at": at}
    chosen, _created = HybridMeans.objects.update_or_create(organisation=organisation, defaults=values)
    audit.record("hybrid_means.chosen", organisation, by=by, at=at, means=str(bill or kind.label))
    return chosen


def check_bill(organisation: Organisation, bill: OtherService | None) -> None:
    """Raise Refused unless the fees may be merged with it. Locks it, so that it doesn't end meanwhile."""
    mine = OtherService.objects.select_for_update(no_key=True).filter(organisation=organisation)
    service = mine.filter(pk=bill.pk).first() if bill else None
    if service is None or not service.may_merge:
        text = _(
            "Fees can be merged with the bill of a VPS, a monthly dedicated server, housing or remote housing that we "
            "have confirmed; never with the cloud's."
        )
        raise Refused(text, clause="13-2", field="means")


@transaction.atomic
def hand_over(invoice: Invoice, *, at: datetime) -> Merge | None:
    """What is open of the invoice is paid with the chosen bill: never held, never charged (13-2). Safe to repeat.

    None when it is paid otherwise, when nothing is open, and when it was handed over before.
    """
    if invoice.stream == Stream.CLOUD or of_invoice(invoice) != Kind.OTHER_BILL:
        return None
    bill = HybridMeans.objects.select_related("bill").get(organisation=invoice.organisation_id).bill
    invoice.organisation.lock()
    amount = applying.open_of(invoice)
    if bill is None or amount <= 0:
        return None
    try:
        with transaction.atomic():
            made = Merge.objects.create(invoice=invoice, bill=bill, amount=amount, merged_at=at)
    except IntegrityError:
        return None
    booked(made, at=at)
    audit.record("invoice.merged", invoice, by=SYSTEM, at=at, bill=str(bill), amount=yen(amount))
    return made


@transaction.atomic
def undo(made: Merge, reason: str, *, by: "Actor", at: datetime) -> Merge:
    """Staff take a merging back: the other bill was not paid. The invoice is open again, and paid as the cloud is.

    Raises Refused when it was taken back already.
    """
    if made.undoes_id is not None:
        raise Refused(_("This is itself the undoing of a merging."))
    try:
        with transaction.atomic():
            back = Merge.objects.create(
                invoice=made.invoice, bill=made.bill, amount=-made.amount, undoes=made, merged_at=at
            )
    except IntegrityError as error:
        raise Refused(_("This merging was undone already.")) from error
    booked(back, at=at)
    words = {"bill": str(made.bill), "amount": yen(made.amount), "reason": reason}
    audit.record("invoice.unmerged", made.invoice, by=by, at=at, **words)
    return back


def booked(made: Merge, *, at: datetime) -> None:
    """Move the money between the invoice and what the other bill collects for us."""
    sides = [(Account.OTHER_BILL, made.amount, None), (Account.RECEIVABLE, -made.amount, made.invoice_id)]
    book(Posting.Kind.MERGE, made.pk, made.invoice.organisation_id, sides, at=at)
