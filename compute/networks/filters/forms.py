"""The shape of what people send about packet filters."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from compute import recipes
from compute.networks.filters import rules
from compute.networks.filters.models import PacketFilter
from compute.networks.filters.rules import Rule
from compute.networks.forms import ZonedOrder
from compute.recipes import Labels
from core.copying import Sample
from core.errors import Refused
from core.forms import OnceForm


class RulesField(forms.CharField):
    """Rules as lines; cleans to checked rules, and names the first bad line."""

    def __init__(self, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "class": "mono"})
        super().__init__(**{"label": gettext_lazy("Rules"), "required": False, "widget": widget, **options})
        self.max_length, self.strip = 40_000, False

    def clean(self, value: Any) -> Any:
        try:
            return rules.checked(rules.of_text(super().clean(value)))
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class OrderForm(ZonedOrder):
    """Making a packet filter with its rules."""

    rules = RulesField()

    def place(self) -> None:
        return None

    def items(self) -> list[tuple[str, str]]:
        return []

    def samples(self) -> list[Sample]:
        zone = self.picked("zone")
        if zone is None:
            return []
        try:
            said = rules.checked(rules.of_text(self.said("rules")))
        except Refused:
            said = []
        return recipes.packet_filter(Labels.said(self), zone.code, said).ordering()

    def values(self) -> dict[str, Any]:
        """What was said, of a valid form."""
        return {**self.labels(), "rules": self.cleaned_data["rules"]}


class RulesForm(OnceForm):
    """Editing the rules. known: the hash of those the edit was made from."""

    rules = RulesField()
    known = forms.CharField(widget=forms.HiddenInput, max_length=32, required=False)

    @classmethod
    def of(cls, packet_filter: PacketFilter, data: Any) -> "RulesForm":
        """The form of a filter."""
        initial = {"rules": rules.as_text(packet_filter.rules), "known": packet_filter.expression_hash}
        return cls(data or None, initial=initial)

    def checked(self) -> list[Rule]:
        """The rules, of a valid form."""
        found: list[Rule] = self.cleaned_data["rules"]
        return found
