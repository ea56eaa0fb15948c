"""What the forms of networks share: an order with a zone and labels."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.prices.models import Price
from compute.zones import Zone
from core.calendar import jst_date
from core.cards import Card
from core.copying import Sample
from core.forms import NameField, OnceForm, PickField, TagsField
from core.money import yen


class PickingForm(OnceForm):
    """A form in which things are picked."""

    def picks(self, name: str) -> PickField:
        """A field of this form that picks."""
        field = self.fields[name]
        assert isinstance(field, PickField)
        return field

    def picked(self, name: str) -> Any:
        """What a field says now, sent or initial; None when that can't be had."""
        value = self.data.get(name) if self.is_bound else self.fields[name].initial
        return self.picks(name).things.get(str(value))


class Order(PickingForm):
    """An order of something; its price is shown beside it."""

    def place(self) -> Zone | None:
        """The zone it is for, None when none is picked yet."""
        raise NotImplementedError

    def items(self) -> list[tuple[str, str]]:
        """Item and plan of what is chosen so far, for the estimate."""
        raise NotImplementedError

    def samples(self) -> list[Sample]:
        """How a program orders what is chosen so far; nothing while that can't be said."""
        return []


class ZonedOrder(Order):
    """An order of something with a name in a zone."""

    zone = PickField(label=gettext_lazy("Zone"))
    name = NameField()
    description = forms.CharField(label=gettext_lazy("Description"), max_length=512, required=False)
    tags = TagsField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.picks("zone").offer(Zone.objects.sold(), key="code")
        self.fields["zone"].initial = "is1b" if "is1b" in self.picks("zone").things else None

    def place(self) -> Zone | None:
        zone: Zone | None = self.picked("zone")
        return zone

    def labels(self) -> dict[str, Any]:
        """Name, description and tags, of a valid form."""
        data = self.cleaned_data
        return {"name": data["name"], "description": data["description"], "tags": tuple(data["tags"])}


def price_card(item: str, at: datetime, detail: str = "") -> Callable[[Any], Card]:
    """How a plan with a `code` is shown: its name, a line below it, the price by the month. detail: an attribute."""
    prices = {p.plan: p for p in Price.objects.on(jst_date(at)).filter(item=item, zone="")}

    def card(plan: Any) -> Card:
        price = prices.get(plan.code)
        cost = _("%(monthly)s / month") % {"monthly": yen(int(price.monthly))} if price else ""
        more = getattr(plan, detail) if detail else ""
        return Card(str(plan), more, cost)

    return card


def numbered(field: PickField, things: Iterable[Any], *, empty: Any = None, zoned: bool = False) -> None:
    """Offer things by their public number. zoned: say their zone, too."""

    def label(thing: Any) -> str:
        return f"{thing} ({thing.zone})" if zoned and hasattr(thing, "zone") else str(thing)

    field.offer(things, key="number", label=label, empty=empty)
