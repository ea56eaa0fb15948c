"""What staff decide about the closing of a month: when it runs, what is held back, when customers are told."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import audit
from billing.invoices import closing
from billing.invoices.models import BillingRun, Invoice, InvoiceLine, InvoiceTax
from core import operations
from core.calendar import Month, jst_date
from core.errors import Refused

if TYPE_CHECKING:
    from accounts.access import Actor


@transaction.atomic
def start(month: Month, *, by: "Actor", at: datetime) -> BillingRun:
    """Have a worker close a month that is over (4-1). What is written from now on is late usage of the month.

    Raises Refused while the month runs, when it is closed already, and when nobody is set as issuer.
    """
    run = closing.begin(month, at=at)
    if run.finished_at is not None:
        raise Refused(_("%(month)s is closed already. What comes later is charged as late usage.") % {"month": month})
    closing.issuer_of(month)
    if operations.pending(run) is None:
        operations.ask("run.close", run, by=by, at=at)
        audit.record("run.started", run, by=by, at=at)
    return run


@transaction.atomic
def publish(run: BillingRun, *, by: "Actor", at: datetime) -> None:
    """Have a worker tell the customers now at once, before the schedule looks. Raises Refused while the run goes on."""
    if run.finished_at is None:
        raise Refused(_("This month is still being closed. Customers are told when all invoices are written."))
    if run.published_at is not None:
        raise Refused(_("Every customer of this run was told already."))
    if operations.pending(run) is None:
        operations.ask("run.publish", run, by=by, at=at)
        audit.record("run.published", run, by=by, at=at)


@transaction.atomic
def release(invoice: Invoice, reason: str, *, by: "Actor", at: datetime) -> None:
    """Issue a draft that was held back, as it is; reason: why it is right. Raises Refused when it isn't held back.

    One that is issued after its due date is payable by the 10th of the next month instead: nobody is late through us.
    """
    due_on, was = due_after(invoice.due_on, jst_date(at)), invoice.get_held_back_display()
    if not held(invoice).update(held_back="", due_on=due_on):
        raise Refused(_("This invoice isn't held back (any more). Nothing was changed."), code="conflict")
    values = {"organisations": [invoice.organisation_id], "month": invoice.month, "at": at}
    with connection.cursor() as cursor:
        closing.issue(cursor, values)
    invoice.refresh_from_db()
    audit.record("invoice.released", invoice, by=by, at=at, reason=reason, held_back=was)


def due_after(due_on: date, today: date) -> date:
    """The due date of an invoice that is issued today."""
    return due_on if today <= due_on else Month.of(today).next.day(10)


@transaction.atomic
def rerun(invoice: Invoice, *, by: "Actor", at: datetime) -> int:
    """Throw a held back draft away and close the month anew for its customer; returns how many invoices that wrote.

    The adjustments on it wait again, and the new draft takes them up with what was recorded since. It is held back once
    more if it still is odd. Raises Refused when it isn't held back.
    """
    invoice.organisation.lock()
    if not held(invoice).select_for_update().exists():
        raise Refused(_("This invoice isn't held back (any more). Nothing was changed."), code="conflict")
    audit.record("invoice.discarded", invoice, by=by, at=at, total=invoice.total)
    InvoiceLine.objects.filter(invoice=invoice).delete()
    InvoiceTax.objects.filter(invoice=invoice).delete()
    held(invoice).delete()
    return closing.close_chunk(closing.values_of(invoice.run, at=at), [invoice.organisation_id])


def held(invoice: Invoice) -> QuerySet[Invoice]:
    """The invoice, if it is held back."""
    return Invoice.objects.filter(pk=invoice.pk, state=Invoice.State.DRAFT).exclude(held_back="")
