"""The shape of what a customer says about itself."""

import re
import unicodedata
from dataclasses import fields
from typing import Any

import phonenumbers
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stdnum.jp import cn

from accounts.consents.models import Document
from accounts.organisations.actions import Particulars
from accounts.organisations.models import Organisation
from core.cards import Card
from core.forms import NameField, OnceForm

KINDS = [
    (
        Organisation.Kind.CORPORATE.value,
        Card(gettext_lazy("Corporation or organisation"), gettext_lazy("All services")),
    ),
    (
        Organisation.Kind.INDIVIDUAL.value,
        Card(gettext_lazy("Individual"), gettext_lazy("All services but Secure Mobile Connect and Mono")),
    ),
]


class OrganisationForm(OnceForm):
    """Who the customer is and what its papers say."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=KINDS, widget=forms.RadioSelect)
    name = NameField(help_text=gettext_lazy("Shown in the console."))
    billing_name = forms.CharField(
        label=gettext_lazy("Billing name"), max_length=100, help_text=gettext_lazy("The addressee of your invoices.")
    )
    postal_code = forms.CharField(
        label=gettext_lazy("Postal code"), max_length=10, widget=forms.TextInput(attrs={"autocomplete": "postal-code"})
    )
    address = forms.CharField(
        label=gettext_lazy("Postal address"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    registration_number = forms.CharField(
        label=gettext_lazy("Registration number"),
        max_length=24,
        required=False,
        help_text=gettext_lazy("T and 13 digits, if you issue qualified invoices."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of documents"), choices=[("ja", "日本語"), ("en", "English")], initial="ja"
    )

    def clean_postal_code(self) -> str:
        digits = half_width(self.cleaned_data["postal_code"]).replace("-", "")
        if not re.fullmatch(r"[0-9]{7}", digits):
            raise forms.ValidationError(_("A postal code has 7 digits, like 530-0001."))
        return f"{digits[:3]}-{digits[3:]}"

    def clean_phone(self) -> str:
        text = half_width(self.cleaned_data["phone"])
        if not text:
            return ""
        try:
            number = phonenumbers.parse(text, "JP")
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_valid_number(number):
            raise forms.ValidationError(_("This is no phone number. Example: 06-1234-5678."))
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        try:
            cleaned["registration_number"] = registration_number(
                cleaned.get("registration_number", ""), corporate=cleaned.get("kind") != Organisation.Kind.INDIVIDUAL
            )
        except ValueError as error:
            self.add_error("registration_number", str(error))
        return cleaned

    def particulars(self) -> Particulars:
        """What was filled in."""
        return Particulars(**{field.name: self.cleaned_data[field.name] for field in fields(Particulars)})


class SignUpForm(OrganisationForm):
    """The last page of sign-up: also one tick for each of the terms, by version (1-1)."""

    def __init__(self, *args: Any, documents: list[Document], language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.documents = documents
        for document in documents:
            words = {"title": document.text(language)["title"], "version": document.version}
            self.fields[f"accept_{document.code}"] = forms.BooleanField(
                label=_("I agree to: %(title)s (version %(version)s)") % words
            )

    def consents(self) -> list[tuple[Any, Document]]:
        """Each tick beside the document it stands for."""
        return [(self[f"accept_{document.code}"], document) for document in self.documents]


def half_width(text: str) -> str:
    """Full-width digits and letters as people type them in Japanese, made plain."""
    return unicodedata.normalize("NFKC", text).replace("ー", "-").replace("‐", "-").strip()


def registration_number(text: str, *, corporate: bool) -> str:
    """The number of a qualified invoice issuer as "T" and 13 digits, or "". Raises ValueError with a sentence.

    A corporation's is its corporate number, whose first digit is a check digit; for individuals no rule is published.
    """
    plain = re.sub(r"[\s-]", "", half_width(text)).upper()
    if not plain:
        return ""
    if not re.fullmatch(r"T[0-9]{13}", plain):
        raise ValueError(_("A registration number is T and 13 digits."))
    if corporate and not cn.is_valid(plain[1:]):
        raise ValueError(_("This registration number has a typing error: its check digit doesn't fit."))
    return plain
