"""What staff enter to give credit back."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.transfers.actions import MOST
from billing.transfers.forms import OrganisationField

WAYS = [("card", gettext_lazy("To the card that paid; we ask the gateway")),
        ("bank", gettext_lazy("By a bank transfer that was made; we only record it"))]  # fmt: skip


class RefundForm(forms.Form):
    """How much, which way, why."""

    organisation = OrganisationField(label=gettext_lazy("Customer's number"), max_length=20)
    amount = forms.IntegerField(
        label=gettext_lazy("amount (yen; empty: all credit that waits)"), min_value=1, max_value=MOST, required=False
    )
    way = forms.ChoiceField(label=gettext_lazy("way"), choices=WAYS, widget=forms.RadioSelect, initial="card")
    reference = forms.CharField(label=gettext_lazy("the bank's reference"), max_length=100, required=False)
    sent_on = forms.DateField(label=gettext_lazy("sent on"), required=False)
    reason = forms.CharField(label=gettext_lazy("Reason (the customer reads it)"), max_length=200)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("reference", "sent_on"):
            if data.get("way") == "bank" and not data.get(name) and name not in self.errors:
                self.add_error(name, _("A bank transfer needs this."))
        return data
