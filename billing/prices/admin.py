"""The price book for staff: future prices are added, those not begun can be withdrawn, nothing else changes."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from billing.prices import actions
from billing.prices.actions import Amounts
from billing.prices.models import Item, Price, TaxRate
from core.admin import Record, verb

AMOUNTS = ("hourly", "daily", "monthly", "unit", "included")


def yen_field(label: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=Decimal(0), max_digits=18, decimal_places=6, initial=Decimal(0))


class RevisionForm(forms.Form):
    """The amounts of the new price and its first day."""

    since = forms.DateField(label=_("First day (JST), tomorrow at the earliest"))
    zone = forms.CharField(label=_("Only in this zone (empty: everywhere else)"), max_length=16, required=False)
    hourly = yen_field(_("hourly"))
    daily = yen_field(_("daily"))
    monthly = yen_field(_("monthly"))
    unit = yen_field(_("per unit"))
    included = yen_field(_("included units"))


@admin.register(Price)
class PriceAdmin(Record):
    """A new price is made from the row it follows."""

    list_display = ("item", "plan", "zone", "valid", *AMOUNTS)
    list_filter = ("item",)
    list_select_related = ("item",)
    search_fields = ("item__code", "plan")
    ordering = ("item__position", "plan", "zone", "-valid")
    actions = ("revise", "withdraw")

    @verb(_("New price from a coming day …"), form=RevisionForm)
    def revise(self, price: Price, *, since: Any, zone: str, by: Actor, at: Any, **amounts: Decimal) -> None:
        actions.revise(price.item, price.plan, Amounts(**amounts), zone=zone, since=since, by=by, at=at)

    @verb(_("Withdraw before it begins"))
    def withdraw(self, price: Price, *, by: Actor, at: Any) -> None:
        actions.withdraw(price, by=by, at=at)


@admin.register(Item)
class ItemAdmin(Record):
    """What is charged for, and by which tariff."""

    list_display = ("code", "name_ja", "name_en", "tariff", "clause", "tax")
    list_filter = ("tariff",)
    ordering = ("position",)


@admin.register(TaxRate)
class TaxRateAdmin(Record):
    """Consumption tax by day."""

    list_display = ("tax", "rate", "valid")
    ordering = ("tax", "-valid")
