"""Coupons: in the cloud API as its clients read them, in the panel's API with redeeming."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from accounts.access import VIEW, require
from accounts.api import Collection, PanelEndpoint, of_bills
from billing.coupons import actions, limits
from billing.coupons.models import Coupon
from core.api import Body, Id, Instant, Part, Reply, Text, Whole, number_of
from core.api.fields import Column, Fixed, Made, instant
from core.api.shape import written
from core.calendar import end_of_day


def owned(request: Any) -> QuerySet[Coupon]:
    """The coupons of the key's organisation, newest first. Raises Forbidden without the right to bills."""
    return Coupon.objects.filter(organisation=of_bills(request)).order_by("-number")


# A coupon belongs to no contract or service class: 0, as clients expect where there is none.
CLOUD = Part(
    {
        "CouponID": Id("number"),
        "MemberID": Made(str, "organisation__number"),
        "ContractID": Fixed(0),
        "ServiceClassID": Fixed(0),
        "Discount": Whole("left"),
        "AppliedAt": Instant("redeemed_at"),
        "UntilAt": Made(lambda day: instant(end_of_day(day)), "expires_on"),
    }
)


def by_account(request: Any, account: str) -> Reply:
    """The coupons of the key's project's organisation; Discount: yen that are left."""
    if account != str(request.project.number):
        raise Http404
    found = written(owned(request), CLOUD, number_of(request))
    return Reply({"From": 0, "Count": len(found), "Total": len(found), "Coupon": found}, success=None)


ADDRESSES = {"coupon/<str:account>": by_account}

COUPON = Part(
    {
        "Number": Id("number"),
        "LastDigits": Text("last4"),
        "Amount": Whole("amount"),
        "Left": Whole("left"),
        "ExpiresOn": Column("expires_on"),
        "RedeemedAt": Instant("redeemed_at"),
    }
)


class Coupons(Collection):
    """Those the organisation redeemed."""

    endpoint = PanelEndpoint

    def admit(self, request: Any, level: int) -> None:
        require(request.actor, request.project.pk, level)


coupons = Coupons("coupons", "Coupon", "Coupons", rows=owned, fields=COUPON)


@coupons.creates(level=VIEW)
def redeem(request: Any, body: Body) -> Coupon:
    """Redeem one: {"Code": 16 digits}. Ten tries an hour."""
    owned(request)
    organisation, code = request.project.organisation, body.text("Code")
    limits.take(organisation, at=request.now)
    return actions.redeem(organisation, code, by=request.actor, at=request.now)
