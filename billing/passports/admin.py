"""Passports for staff: what is on offer, with a date; those sold are read-only and no verb gives money back (10-2)."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.access import Actor
from billing.passports import offers
from billing.passports.models import Passport, PassportOffer
from core.admin import Record, verb


class SinceForm(forms.Form):
    """A coming day."""

    since = forms.DateField(label=_("First day (JST), tomorrow at the earliest"))


class TermsForm(SinceForm):
    """New terms from a coming day on."""

    rate = forms.DecimalField(
        label=_("discount (0.20: 20 %)"), min_value=Decimal("0.0001"), max_value=1, max_digits=5, decimal_places=4
    )
    factor = forms.DecimalField(
        label=_("monthly fees to pay"), min_value=Decimal("0.001"), max_digits=6, decimal_places=3
    )


@admin.register(PassportOffer)
class PassportOfferAdmin(Record):
    """New terms are made from the row they follow."""

    list_display = ("months", "rate", "factor", "valid")
    ordering = ("months", "-valid")
    actions = ("revise", "withdraw")

    @verb(_("New terms from a coming day …"), form=TermsForm)
    def revise(self, offer: PassportOffer, *, since: date, rate: Decimal, factor: Decimal, by: Actor, at: Any) -> None:
        offers.revise(offer, rate=rate, factor=factor, since=since, by=by, at=at)

    @verb(_("Sell no longer from a coming day …"), form=SinceForm)
    def withdraw(self, offer: PassportOffer, *, since: date, by: Actor, at: Any) -> None:
        offers.withdraw(offer, since=since, by=by, at=at)


@admin.register(Passport)
class PassportAdmin(Record):
    """Who bought what."""

    list_display = ("number", "organisation", "plan", "months", "rate", "valid", "state", "price", "purchased_at")
    list_filter = ("state", "months")
    list_select_related = ("organisation",)
    search_fields = ("=number", "organisation__name")
    ordering = ("-pk",)
