"""Claims under the quality guarantee: made by the customer, decided by staff, paid by a return invoice (9-1)."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from accounts import audit
from accounts.cases import actions as cases
from accounts.cases.models import Case
from billing import credit_notes
from billing.contracts.models import Contract
from billing.credit_notes import Credit
from billing.credits import outages, uptime
from billing.credits.models import Outage, SlaClaim, SlaGrade
from billing.credits.outages import Fact
from billing.credits.uptime import Uptime
from billing.invoices.models import Invoice, InvoiceLine
from core.calendar import Month, jst_date
from core.errors import Refused
from core.money import floor_yen, yen
from core.uploads import Upload

if TYPE_CHECKING:
    from accounts.access import Actor

# What is guaranteed: the fee of servers.
ITEM = "server"


def claimable(month: Month, at: datetime) -> bool:
    """Whether a month can be claimed for: it is over, and the next one isn't."""
    return month == Month.of(at).previous


@transaction.atomic
def claim(
    contract: Contract, month: Month, *, body: str, files: Sequence[Upload] = (), by: "Actor", at: datetime
) -> SlaClaim:
    """Claim a reduction for a server and a month that is over, until the end of the next month, once (9-1).

    body and files: what the customer says and proves. Raises Refused otherwise.
    """
    if contract.terms.get("item") != ITEM or not contract.charged:
        raise Refused(_("The guarantee covers servers that are charged."), clause="9-1")
    if not Month.of(contract.concluded_at) <= month <= (Month.of(contract.closed_at) if contract.closed_at else month):
        raise Refused(_("This server wasn't there in that month."), clause="9-1", field="month")
    if not claimable(month, at):
        text = _("A month can be claimed for until the end of the next month, and not before it is over.")
        raise Refused(text, clause="9-1", field="month")
    if SlaClaim.objects.filter(contract=contract, month=month.first_day).exists():
        raise Refused(twice(), clause="9-1")
    words = {"server": contract.name, "month": month}
    case = cases.open(
        contract.project.organisation, topic=Case.Topic.SLA,
        title=(_("Uptime of %(server)s in %(month)s") % words)[:100],
        body=body, files=files, about=contract, by=by, at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made = SlaClaim.objects.create(
                organisation_id=contract.organisation_id, contract=contract, month=month.first_day, claimed_at=at,
                state_changed_at=at, case=case,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused(twice(), clause="9-1") from error
    audit.record("sla.claimed", made, by=by, at=at)
    return made


def twice() -> str:
    return _("This month was claimed for already. Write in the case of that claim instead.")


@transaction.atomic
def approve(
    claim: SlaClaim, *, proven: Sequence[tuple[datetime, datetime]] = (), by: "Actor", at: datetime
) -> SlaClaim:
    """Staff approve: the fee of that server and month is credited by the grade its uptime falls into (9-1).

    proven: stretches of outage that the customer has proven, beside those recorded. The credit is a return invoice over
    the month's invoice. Raises Refused when the uptime is as guaranteed, when nothing was charged or not invoiced yet.
    """
    month = Month.of(claim.month)
    claim.hold()
    if proven:
        outages.record(claim, [Fact(claim.contract, Outage.Cause.FAULT, *stretch) for stretch in proven])
    found = uptime.of(claim.contract, month, until=at)
    row = uptime.grade(found)
    if row is None:
        text = _("Its uptime was %(percent)s: as guaranteed, so there is nothing to credit.")
        raise Refused(text % {"percent": found.percent}, clause="9-1")
    invoice, credits = credited(claim.contract, month, row.credit)
    reason = reason_of(claim, found, row)
    amount = sum(credit.amount for credit in credits)
    moved = claim.move("approve", at=at, outage_seconds=found.outage, credit=row.credit, amount=amount, reason="")
    note = credit_notes.issue(invoice, credits, reason=reason, by=by, at=at)
    audit.record("sla.approved", claim, moved, by=by, at=at, amount=yen(amount))
    words = {"reason": reason, "amount": yen(amount), "note": note.label}
    text = _("We approve your claim. %(reason)s: %(amount)s without tax are credited (%(note)s).")
    cases.reply(claim.case, body=text % words, by=by, at=at)
    return claim


@transaction.atomic
def reject(claim: SlaClaim, reason: str, *, by: "Actor", at: datetime) -> None:
    """Staff reject, and say why; further proof in the case may still change it."""
    moved = claim.move("reject", at=at, reason=reason[:200])
    audit.record("sla.rejected", claim, moved, by=by, at=at, reason=reason)
    cases.reply(claim.case, body=_("We reject your claim: %(reason)s") % {"reason": reason}, by=by, at=at)


def credited(contract: Contract, month: Month, share: Decimal) -> tuple[Invoice, list[Credit]]:
    """The month's invoice, and what of its lines of that server is credited: the fee after discounts, rounded down.

    Raises Refused when there is no such invoice or fee.
    """
    lines = InvoiceLine.objects.filter(
        contract=contract, invoice__month=month.first_day, invoice__state=Invoice.State.ISSUED, price__item=ITEM
    ).exclude(kind=InvoiceLine.Kind.ADJUSTMENT)
    found = list(lines.select_related("invoice").order_by("line_no"))
    left = floor_yen(sum(line.amount for line in found) * share)
    if left <= 0:
        raise Refused(_("Nothing was charged for this server in that month, so there is nothing to credit."))
    credits = []
    for line in sorted(found, key=lambda one: -one.amount):
        part = min(left, line.amount)
        if part > 0:
            credits.append(Credit(line.line_no, part))
            left -= part
    return found[0].invoice, credits


def reason_of(claim: SlaClaim, found: Uptime, row: SlaGrade) -> str:
    """Why it is credited; stands on the return invoice."""
    words = {
        "server": claim.contract.name, "month": found.month, "uptime": found.percent,
        "percent": f"{row.credit * 100:.0f}",
    }  # fmt: skip
    return _("Quality guarantee (9-1): uptime of %(server)s in %(month)s %(uptime)s, credit %(percent)s %%") % words


@transaction.atomic
def set_grade(grade: SlaGrade, *, below: Decimal, credit: Decimal, since: date, by: "Actor", at: datetime) -> SlaGrade:
    """A row of the table is replaced from the first of a coming month on. Raises Refused for another day."""
    if since <= jst_date(at) or since.day != 1:
        raise Refused(_("New grades begin with a coming month, on its 1st."), field="since")
    former = SlaGrade.objects.select_for_update().get(pk=grade.pk)
    if former.valid.upper is not None or former.valid.lower >= since:
        raise Refused(_("This row was replaced already."), field="since")
    SlaGrade.objects.filter(pk=former.pk).update(valid=DateRange(former.valid.lower, since))
    try:
        with transaction.atomic():
            made = SlaGrade.objects.create(below=below, credit=credit, valid=DateRange(since, None))
    except IntegrityError as error:
        raise Refused(_("There is another row for this uptime then."), field="below") from error
    audit.record("sla.graded", made, by=by, at=at, since=since.isoformat())
    return made
