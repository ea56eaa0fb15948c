"""What is asked about a service elsewhere."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.organisations.models import Organisation
from billing.other_services.models import ELSEWHERE
from core.forms import OnceForm


class ClaimForm(OnceForm):
    """Which service, and its number."""

    kind = forms.ChoiceField(label=_("Service"), choices=ELSEWHERE, widget=forms.RadioSelect)
    reference = forms.CharField(
        label=_("Contract number"), max_length=64, help_text=_("As your contract or your invoice for it says.")
    )


class AddForm(forms.Form):
    """What staff register for a customer; it is confirmed at once."""

    organisation = forms.ModelChoiceField(label=_("Organisation"), queryset=Organisation.objects.none())
    kind = forms.ChoiceField(label=_("Service"), choices=ELSEWHERE)
    reference = forms.CharField(label=_("Contract number"), max_length=64)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        everybody = Organisation.objects.order_by("name", "pk")
        self.fields["organisation"].queryset = everybody  # type: ignore[attr-defined]
