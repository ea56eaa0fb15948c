"""What staff enter for a bank transfer."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.organisations.models import Organisation
from billing.invoices.models import Invoice
from billing.transfers.actions import MOST

MAX_BYTES = 5 * 1024 * 1024


class OrganisationField(forms.CharField):
    """A customer by its 12-digit number; cleans to the organisation."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value).replace(" ", "")
        digits = text if text.isascii() and text.isdigit() and len(text) == 12 else "0"
        found = Organisation.objects.filter(number=int(digits)).first()
        if found is None:
            raise forms.ValidationError(_("No customer has this number. It has 12 digits."))
        return found


class InvoicesField(forms.CharField):
    """Numbers of issued invoices (E000000012), separated by spaces or commas; cleans to a list in that order."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        found = []
        for word in dict.fromkeys(text.upper().replace(",", " ").replace("、", " ").split()):
            digits = word.removeprefix("E")
            plain = digits if digits.isascii() and digits.isdigit() and len(digits) < 18 else "0"
            invoice = Invoice.objects.filter(number=int(plain), state="ISSUED").first()
            if invoice is None:
                raise forms.ValidationError(_("There is no invoice %(number)s.") % {"number": word[:20]})
            found.append(invoice)
        return found


class RecordForm(forms.Form):
    """A transfer received, and what it pays."""

    organisation = OrganisationField(label=gettext_lazy("Customer's number"), max_length=20)
    amount = forms.IntegerField(label=gettext_lazy("amount (yen)"), min_value=1, max_value=MOST)
    received_on = forms.DateField(label=gettext_lazy("received on"))
    payer = forms.CharField(label=gettext_lazy("payer"), max_length=100)
    reference = forms.CharField(label=gettext_lazy("the bank's reference"), max_length=100)
    invoices = InvoicesField(
        label=gettext_lazy("Invoices it pays, in this order (empty: it waits as credit)"),
        max_length=400,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        organisation, invoices = data.get("organisation"), data.get("invoices") or []
        if organisation and any(invoice.organisation_id != organisation.pk for invoice in invoices):
            self.add_error("invoices", _("This customer has no such invoice."))
        return data


class MatchForm(forms.Form):
    """Which invoice, and how much of it."""

    invoices = InvoicesField(label=gettext_lazy("Invoices, in this order"), max_length=400)
    amount = forms.IntegerField(
        label=gettext_lazy("amount (yen; empty: as much as possible)"), min_value=1, max_value=MOST, required=False
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("amount") and len(data.get("invoices") or []) > 1:
            self.add_error("amount", _("An amount goes with one invoice only."))
        return data


class ImportForm(forms.Form):
    """The file, and whether to write."""

    file = forms.FileField(label=gettext_lazy("Statement (CSV with date, amount, payer, reference)"))
    record = forms.BooleanField(
        label=gettext_lazy("Record the transfers (without this tick you only see what would happen)"), required=False
    )

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError(_("A file may have 5 MB at most."))
        content: bytes = file.read()
        return content
