"""The shape of what people send about switches."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from compute import recipes
from compute.networks.forms import ZonedOrder
from compute.networks.switches.actions import SwitchOrder
from compute.recipes import Labels
from core.copying import Sample
from core.forms import LabelsForm


class NotedForm(forms.Form):
    """What a customer notes about the network behind a switch; shown, never enforced."""

    default_route = forms.GenericIPAddressField(
        label=gettext_lazy("Default route"), protocol="IPv4", required=False,
        help_text=gettext_lazy("A note for yourself and your tools, e.g. 192.168.0.1."),
    )  # fmt: skip
    mask_length = forms.IntegerField(
        label=gettext_lazy("Prefix length"), min_value=8, max_value=29, required=False,
        help_text=gettext_lazy("8 to 29; 24 for a network such as 192.168.0.0/24."),
    )  # fmt: skip

    def notes(self) -> dict[str, Any]:
        """Default route and prefix length, of a valid form."""
        data = self.cleaned_data
        return {"default_route": data["default_route"] or None, "mask_length": data["mask_length"]}


class OrderForm(ZonedOrder, NotedForm):
    """Ordering a switch."""

    field_order = ("name", "zone", "default_route", "mask_length", "description", "tags")

    def items(self) -> list[tuple[str, str]]:
        return [("switch", "")]

    def samples(self) -> list[Sample]:
        zone, length = self.place(), str(self.said("mask_length"))
        if zone is None:
            return []
        mask = int(length) if length.isascii() and length.isdigit() else 0
        said = {"default_route": self.said("default_route"), "mask_length": mask}
        return recipes.switch(Labels.said(self), zone.code, **said).ordering()

    def order(self) -> SwitchOrder:
        """What was ordered, of a valid form."""
        return SwitchOrder(zone=self.cleaned_data["zone"], **self.labels(), **self.notes())


class EditForm(LabelsForm, NotedForm):
    """Changing what it is called and what is noted about it."""

    @classmethod
    def of(cls, thing: Any, data: Any) -> "EditForm":
        names = ("name", "description", "tags", "default_route", "mask_length")
        return cls(data or None, initial={name: getattr(thing, name) for name in names})
