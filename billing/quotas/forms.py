"""The shape of a request for more."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.quotas.actions import MOST
from billing.quotas.offers import Use
from core.forms import OnceForm


class AskForm(OnceForm):
    """How many, and what for."""

    wanted = forms.IntegerField(label=gettext_lazy("Wanted limit"), max_value=MOST)
    reason = forms.CharField(
        label=gettext_lazy("What do you need it for?"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, use: Use, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["wanted"].help_text = _("Now %(limit)s.") % {"limit": f"{use.limit:,}"}
        self.fields["wanted"].widget.attrs["min"] = use.limit + 1
