"""What is asked when another means of payment is applied for."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.organisations.models import Organisation
from billing.invoices.models import Invoice
from billing.means.models import HybridMeans
from billing.other_services.models import OtherService
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


class HybridForm(OnceForm):
    """What is to pay the hybrid connection: the card, a transfer, or one of the bills that can be merged with."""

    means = forms.ChoiceField(label=_("Means of payment"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, organisation: Organisation, **options: Any) -> None:
        super().__init__(*args, **options)
        bills = OtherService.objects.mergeable().filter(organisation=organisation).order_by("pk")
        self.bills = {str(one.number): one for one in bills}
        merged = [(number, _("With the bill of %(service)s") % {"service": one}) for number, one in self.bills.items()]
        field = self.fields["means"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*HybridMeans.Kind.choices[:2], *merged]
        now = HybridMeans.objects.filter(organisation=organisation).select_related("bill").first()
        field.initial = None if now is None else str(now.bill.number if now.bill else now.kind)

    def chosen(self) -> tuple[str, OtherService | None]:
        """Kind of means and the bill, if any, of a valid form."""
        means: str = self.cleaned_data["means"]
        bill = self.bills.get(means)
        return (HybridMeans.Kind.OTHER_BILL if bill else means), bill
