"""Staff's corrections of closed months: new charges with a reason, never edits."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts import audit
from billing.adjustments.models import Adjustment, Overcharge
from billing.contracts.models import Contract
from billing.invoices.models import BillingRun
from billing.prices.models import Price
from core.calendar import Month
from core.errors import Refused

if TYPE_CHECKING:
    from accounts.access import Actor

Period = tuple[datetime, datetime]
MOST = 999_999_999


@transaction.atomic
def add(
    contract: Contract,
    price: Price,
    amount: int,
    *,
    for_month: Month,
    quantity: Decimal = Decimal(1),
    period: Period | None = None,
    reason: str,
    by: "Actor",
    at: datetime,
) -> Adjustment:
    """Charge so many yen without tax for a closed month, on the next invoice, with a reason that the customer reads.

    price: by which it is explained and taxed. period: when it was used; default: the whole month.
    Raises Refused when the month isn't closed, nothing is to pay, the contract is never charged or no reason is given.
    """
    if not 0 < amount <= MOST:
        raise Refused(
            _("Enter an amount of 1 to 999,999,999 yen. Money is given back by a credit note."), field="amount"
        )
    if not reason.strip():
        raise Refused(_("Say why: the customer reads it on the invoice."), field="reason")
    if not contract.charged:
        raise Refused(_("This contract is in a sandbox zone, which is never billed."), field="contract")
    if not BillingRun.objects.filter(month=for_month.first_day, finished_at__isnull=False).exists():
        raise Refused(_("%(month)s isn't closed yet.") % {"month": for_month}, field="for_month")
    made = Adjustment.objects.create(
        organisation_id=contract.organisation_id, contract=contract, price=price, kind=Adjustment.Kind.CORRECTION,
        for_month=for_month.first_day, period=period or (for_month.start, for_month.end), quantity=quantity,
        amount=amount, reason=reason.strip()[:200], staff=by.user, created_at=at,
    )  # fmt: skip
    audit.record("adjustment.added", contract, by=by, at=at, month=str(for_month), amount=amount, reason=made.reason)
    return made


@transaction.atomic
def withdraw(adjustment: Adjustment, *, by: "Actor", at: datetime) -> None:
    """Take a correction back. Raises Refused once an invoice has taken it up, or for late usage, which is a fact."""
    now = Adjustment.objects.select_for_update().get(pk=adjustment.pk)
    if now.kind != Adjustment.Kind.CORRECTION or not Adjustment.objects.waiting().filter(pk=now.pk).exists():
        raise Refused(
            _("Only a correction that no invoice has taken up can be withdrawn. Write a credit note instead.")
        )
    Adjustment.objects.filter(pk=now.pk).update(withdrawn_at=at)
    amount, month = now.amount, str(Month.of(now.for_month))
    audit.record("adjustment.withdrawn", now.contract, by=by, at=at, month=month, amount=amount)
    adjustment.withdrawn_at = at


@transaction.atomic
def settle(overcharge: Overcharge, reason: str, *, by: "Actor", at: datetime) -> None:
    """Staff have dealt with all that was charged too much. Raises Refused when nothing is left to deal with."""
    rows = Overcharge.objects.filter(pk=overcharge.pk, settled__lt=F("amount"))
    if not rows.update(settled=F("amount")):
        raise Refused(_("Nothing is left to deal with here."))
    month = str(Month.of(overcharge.month))
    audit.record("overcharge.settled", overcharge, by=by, at=at, month=month, reason=reason)
