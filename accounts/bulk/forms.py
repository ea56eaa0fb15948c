"""The last question before many rows are worked on."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from core.forms import OnceForm


class GoForm(OnceForm):
    """Nothing but the button; for what can't be undone, the number of rows must be typed."""

    count = forms.CharField(max_length=10)

    def __init__(self, *args: Any, count: int, typed: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.wanted = str(count)
        if not typed:
            del self.fields["count"]
            return
        self.fields["count"].label = _("Type the number of rows, %(count)s, to confirm") % {"count": count}
        attributes = {"data-confirm": self.wanted, "autocomplete": "off", "inputmode": "numeric"}
        self.fields["count"].widget.attrs |= attributes

    def clean_count(self) -> str:
        written: str = self.cleaned_data["count"]
        if written.strip() != self.wanted:
            raise forms.ValidationError(_("It is done to %(count)s rows.") % {"count": self.wanted})
        return written
