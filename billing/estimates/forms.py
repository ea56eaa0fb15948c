"""The shape of a question to the estimator."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.prices.models import Price
from core.cards import Card
from core.forms import PickField
from core.money import floor_yen, yen

MOST = 100
DISKS = ("ssd", "hdd")
FIRST = {"plan": "2core-4gb", "disk": "ssd/40gb", "quantity": "1"}


class EstimatorForm(forms.Form):
    """Servers with a disk each, as many as wanted."""

    plan = PickField(label=gettext_lazy("Plan"), widget=forms.RadioSelect, required=False)
    disk = PickField(label=gettext_lazy("Disk"), required=False)
    quantity = forms.IntegerField(label=gettext_lazy("How many"), min_value=1, max_value=MOST)

    def __init__(self, data: Any, *, prices: Iterable[Price]) -> None:
        super().__init__({**FIRST, **data.dict()})
        servers = [Choice(price) for price in prices if price.item_id == "server"]
        disks = [Choice(price) for price in prices if price.item_id in DISKS]
        plan, disk = self.fields["plan"], self.fields["disk"]
        assert isinstance(plan, PickField)
        assert isinstance(disk, PickField)
        plan.offer(servers, key="plan", label=Choice.card)
        disk.offer(disks, key="code", empty=_("No disk"))

    def items(self) -> list[tuple[str, str]]:
        """Item and plan of everything asked for; nothing while the number is no number."""
        if not self.is_valid():
            return []
        data = self.cleaned_data
        chosen = [(one.price.item_id, one.plan) for one in (data["plan"], data["disk"]) if one]
        return chosen * int(data["quantity"])


class Choice:
    """A price row as something to pick. plan and code: what the form sends, alone or with the item before it."""

    def __init__(self, price: Price) -> None:
        self.price, self.plan, self.code = price, price.plan, f"{price.item_id}/{price.plan}"

    def __str__(self) -> str:
        return self.price.label

    def card(self) -> Card:
        words = _("%(monthly)s / month · %(hourly)s / hour")
        values = {"monthly": yen(floor_yen(self.price.monthly)), "hourly": yen(floor_yen(self.price.hourly))}
        return Card(self.price.plan_name, words % values)
