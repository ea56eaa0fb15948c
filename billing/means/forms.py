"""What is asked when another means of payment is applied for."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from billing.invoices.models import Invoice
from core.forms import OnceForm


class ApplyForm(OnceForm):
    """Why the card doesn't do."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class AnswerForm(forms.Form):
    """Words for the customer, if any."""

    answer = forms.CharField(
        label=_("Note (the customer reads it)"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ProposeForm(forms.Form):
    """For which bill, and why."""

    invoice = forms.ModelChoiceField(label=_("Invoice at or above the threshold"), queryset=Invoice.objects.none())
    reason = forms.CharField(
        label=_("Reason (the customer reads it)"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        large = Invoice.objects.filter(state="ISSUED", total__gte=settings.OTHER_MEANS_THRESHOLD)
        self.fields["invoice"].queryset = large.order_by("-number")  # type: ignore[attr-defined]
