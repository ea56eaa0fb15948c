"""What is asked when a coupon is redeemed."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.organisations.models import Organisation
from billing.coupons import codes, limits
from core.errors import Refused
from core.forms import OnceForm


class RedeemForm(OnceForm):
    """The 16 digits; each try counts."""

    code = forms.CharField(
        label=gettext_lazy("Code of the coupon"),
        help_text=gettext_lazy("16 digits; spaces and dashes don't matter."),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, organisation: Organisation, at: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.organisation, self.at = organisation, at

    def clean_code(self) -> str:
        digits = codes.cleaned(self.cleaned_data["code"])
        if not digits:
            raise forms.ValidationError(_("A code has 16 digits."))
        try:
            limits.take(self.organisation, at=self.at)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return digits
