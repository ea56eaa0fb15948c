"""What is said of an alert, a budget, a wish."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from billing.alerts.models import MOST, Budget, PriceAlert
from core.forms import OnceForm


def yen_field(label: Any) -> forms.IntegerField:
    """Whole yen, from 1 to 999,999,999."""
    return forms.IntegerField(
        label=label, min_value=1, max_value=MOST, widget=forms.NumberInput(attrs={"inputmode": "numeric"})
    )


class AlertForm(OnceForm):
    """A threshold, and where else to tell it."""

    threshold = yen_field(_("When the month so far (incl. tax) reaches, in yen"))
    format = forms.ChoiceField(label=_("Also post to a webhook"), choices=PriceAlert.Format.choices, required=False)
    url = forms.CharField(label=_("Address of the webhook"), max_length=500, required=False, widget=forms.URLInput())

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("format") and not cleaned.get("url"):
            self.add_error("url", _("Please enter the address of the webhook."))
        return cleaned


class BudgetForm(OnceForm):
    """A budget for each month; empty: none."""

    limit = yen_field(_("Budget of a month (incl. tax), in yen"))
    mode = forms.ChoiceField(label=_("An order beyond it"), choices=Budget.Mode.choices, widget=forms.RadioSelect)


class AskForm(OnceForm):
    """What somebody wants to order and why."""

    text = forms.CharField(
        label=_("What do you want to order, and why?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
