"""The shape of an order."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.consents.ticks import TicksForm
from billing.prices.models import Price
from core.cards import Card
from core.forms import PickField
from core.money import yen
from mobile.data_packs import actions


class OrderForm(TicksForm):
    """Which pack."""

    plan = PickField(label=gettext_lazy("Pack"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, at: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        packs = actions.offers(at)
        self.packs.offer(packs, key="plan", label=card)
        self.packs.initial = packs[0].plan if packs else ""

    @property
    def packs(self) -> PickField:
        field = self.fields["plan"]
        assert isinstance(field, PickField)
        return field

    def picked(self) -> str:
        """The plan the form says now."""
        code = str(self.data.get("plan") if self.is_bound else self.packs.initial)
        return code if code in self.packs.things else ""


def card(price: Price) -> Card:
    """How a pack is shown."""
    return Card(price.label, _("%(monthly)s / month") % {"monthly": yen(int(price.monthly))})
