"""What a customer says and proves in a claim."""

from django import forms
from django.utils.translation import gettext_lazy

from accounts.cases.forms import FilesField
from core.forms import OnceForm


class ClaimForm(OnceForm):
    """When and how it was out, with proof."""

    body = forms.CharField(
        label=gettext_lazy("When it was out of order, and how you saw it"),
        help_text=gettext_lazy("From and to in JST, as exactly as you can; what we recorded ourselves counts anyway."),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    attachments = FilesField(label=gettext_lazy("Proof (logs, pictures)"))
