"""Sweep: coupons pay invoices as they are issued."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet, Sum

from accounts.organisations.models import Organisation
from billing.coupons import actions
from billing.coupons.models import Coupon
from billing.postings.models import Posting
from core.calendar import jst_date
from core.schedule import Every, each, sweep


def payable(at: datetime) -> QuerySet[Organisation]:
    """Organisations that have something on a coupon, and an invoice that is open."""
    usable = Coupon.objects.filter(organisation=OuterRef("pk")).usable(jst_date(at)).order_by()
    of_invoices = Posting.objects.filter(organisation=OuterRef("pk"), invoice__isnull=False).order_by()
    still_open = of_invoices.values("invoice").annotate(sum=Sum("amount")).filter(sum__gt=0)
    return Organisation.objects.filter(Exists(usable), Exists(still_open)).order_by("pk")


def next_payment(at: datetime) -> datetime | None:
    return at if payable(at).exists() else None


@sweep(Every(minutes=5), next_due=next_payment)
def apply_coupons(at: datetime) -> None:
    """Pay the oldest open amounts with coupons, before any card is charged for them."""
    each(payable(at), lambda organisation: actions.apply(organisation, at=at))


SWEEPS = (apply_coupons,)
