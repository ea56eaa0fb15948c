"""What is asked when a passport is bought. Rules live in the actions."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.passports import offers
from billing.passports.models import PassportOffer
from billing.passports.offers import Quote
from billing.prices.models import Price
from core.cards import Card
from core.errors import Refused
from core.forms import OnceForm, PickField
from core.money import yen


class BuyForm(OnceForm):
    """The plan, the months, and the declaration of business use (10-2)."""

    plan = PickField(label=gettext_lazy("Plan"))
    months = PickField(label=gettext_lazy("Period"), widget=forms.RadioSelect)
    business_use = forms.BooleanField(label=gettext_lazy("I declare that I use this for business."))
    accepted = forms.BooleanField(label=gettext_lazy("I have read this and agree"))

    def __init__(self, *args: Any, at: datetime, lacking: bool = True, **options: Any) -> None:
        super().__init__(*args, **options)
        if not lacking:  # agreed to in this version before
            del self.fields["accepted"]
        self.at = at
        sold, periods = offers.plans(at), offers.on(at)
        self.picks("plan").offer(sold, key="plan", label=plan_words)
        self.picks("months").offer(periods, key="months", label=period_card)
        self.fields["plan"].initial = "2core-4gb" if "2core-4gb" in self.picks("plan").things else None
        self.fields["months"].initial = str(periods[0].months) if periods else None

    def picks(self, name: str) -> PickField:
        field = self.fields[name]
        assert isinstance(field, PickField)
        return field

    def quote(self) -> Quote | None:
        """The price of what the form says now, half-filled as it may be; None when that can't be had."""
        said = {
            name: self.data.get(name) if self.is_bound else self.fields[name].initial for name in ("plan", "months")
        }
        months = str(said["months"] or "")
        if not (months.isascii() and months.isdigit() and len(months) < 4):
            return None
        try:
            return offers.quote(str(said["plan"]), int(months), self.at)
        except Refused:
            return None


def plan_words(price: Price) -> str:
    """The plan and its monthly fee."""
    return _("%(plan)s (%(fee)s / month)") % {"plan": price.plan_name, "fee": yen(int(price.monthly))}


def period_card(offer: PassportOffer) -> Card:
    """So many months, so much off."""
    words = {"percent": f"{offer.rate * 100:.0f}", "months": offer.months}
    return Card(_("%(months)s months") % words, _("%(percent)s %% off the server fee") % words)
