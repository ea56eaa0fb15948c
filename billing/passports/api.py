"""Passports in the panel's API, for keys with the right to bills. There is no way to give one back (10-2)."""

from typing import Any

from django.db.models import QuerySet

from accounts.access import CREATE, require
from accounts.api import Collection, PanelEndpoint, of_bills
from billing.passports import actions
from billing.passports.models import Passport
from core.api import Body, Id, Instant, Made, Part, Text, Whole

PASSPORT = Part(
    {
        "Number": Id("number"),
        "State": Text("state"),
        "Plan": Text("plan"),
        "Months": Whole("months"),
        "Rate": Made(float, "rate"),
        "ValidFrom": Made(lambda days: days.lower.isoformat(), "valid"),
        "ValidUntil": Made(lambda days: days.upper.isoformat(), "valid"),
        "PurchasedAt": Instant("purchased_at"),
        "Price": Whole("price"),
        "Tax": Whole("tax"),
    }
)


def owned(request: Any) -> QuerySet[Passport]:
    """The passports of the key's organisation, newest first. Raises Forbidden without the right to bills."""
    return Passport.objects.listed().filter(organisation=of_bills(request)).order_by("-number")


class Passports(Collection):
    """ValidUntil is the first day on which it no longer holds."""

    endpoint = PanelEndpoint

    def admit(self, request: Any, level: int) -> None:
        require(request.actor, request.project.pk, level)


passports = Passports("passports", "Passport", "Passports", rows=owned, fields=PASSPORT)


@passports.creates(level=CREATE)
def buy(request: Any, body: Body) -> Passport:
    """Buy one: {"Plan", "Months", "BusinessUse", "Accepted"}. Paid at once, never refunded, never extended (10-2)."""
    owned(request)
    values = {"plan": body.text("Plan"), "months": body.whole("Months"), "business_use": body.flag("BusinessUse")}
    values["accepted"] = body.flag("Accepted")
    return actions.buy(request.project.organisation, **values, by=request.actor, at=request.now)
