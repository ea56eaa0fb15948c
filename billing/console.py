"""What this app tells the dashboard and the search."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import Actor
from accounts.organisations.models import Organisation
from accounts.projects.models import Project
from billing import estimates
from billing.estimates.costs import short
from billing.invoices.models import Invoice
from billing.papers import console as papers
from billing.postings import queries as postings
from billing.reconciliation import listing as reconciliation
from billing.reconciliation.models import Reconciliation
from core.calendar import Month, jst_date
from core.console import Hit, Line, Tile
from core.money import yen

HITS = 5


def search(actor: Actor, words: str) -> list[Hit]:
    """Invoices by number ("E000000012" or 12), and the other papers by theirs, for those who may see bills."""
    digits = words.upper().removeprefix("E")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 18):
        return papers.search(actor, words)
    allowed = [pk for pk, seat in actor.seats.items() if seat.bill]
    found = Invoice.objects.filter(organisation__in=allowed, state="ISSUED", number=int(digits))
    return [
        Hit(invoice.label, str(Month.of(invoice.month)), reverse("invoice", args=[invoice.number]), "file-invoice")
        for invoice in found
    ]


def tiles(project: Project, at: datetime) -> list[Tile]:
    """This month so far, and what it will come to if nothing changes."""
    month = estimates.this_month(project.organisation, at=at)
    note = _("%(yen)s at month end if nothing changes") % {"yen": yen(month.forecast)}
    return [Tile(_("This month so far (incl. tax)"), yen(month.so_far), note, url=reverse("charges"))]


def history(organisation: Organisation, at: datetime) -> list[tuple[str, int]]:
    """Yen with tax of the last 12 invoiced months, oldest first, for the chart. One query."""
    first = Month.of(at).plus(-12)
    issued = Invoice.objects.filter(organisation=organisation, state="ISSUED", month__gte=first.first_day)
    totals: dict[Month, int] = {}
    for day, total in issued.values_list("month", "total"):
        month = Month.of(day)
        totals[month] = totals.get(month, 0) + total
    if not totals:
        return []
    months = [first.plus(n) for n in range(12)]
    return [(short(m), totals.get(m, 0)) for m in months]


def staff() -> list[Line]:
    """How money stands, for the staff's home. Two queries."""
    return [compared(), balanced()]


def compared() -> Line:
    """The newest comparison with the gateway."""
    last, label = reconciliation.last(), _("Comparison with the gateway")
    if last is None:
        return Line(label, _("not yet"), reverse("admin:billing_reconciliation_changelist"))
    where = reverse("admin:billing_reconciliation_change", args=[last.pk])
    day = jst_date(last.asked_at).isoformat()
    if last.state == Reconciliation.State.FAILED:
        return Line(label, _("%(day)s: the gateway did not answer") % {"day": day}, where, is_bad=True)
    differences = last.found  # type: ignore[attr-defined]
    words = ngettext("%(day)s: %(n)s difference", "%(day)s: %(n)s differences", differences)
    return Line(label, words % {"day": day, "n": differences}, where, is_bad=differences > 0)


def balanced() -> Line:
    """The sum of all accounts."""
    total = sum(amount for _name, amount in postings.trial_balance())
    return Line(_("Trial balance"), yen(total), reverse("admin:billing_posting_changelist"), is_bad=total != 0)
