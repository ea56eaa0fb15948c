"""The last question before closing."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.forms import OnceForm


class CloseForm(OnceForm):
    """Type the name."""

    name = forms.CharField(label=gettext_lazy("Type the name to confirm"), max_length=254)

    def __init__(self, *args: Any, wanted: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted = wanted
        self.fields["name"].widget.attrs["data-confirm"] = wanted

    def clean_name(self) -> str:
        typed: str = self.cleaned_data["name"]
        if typed != self.wanted:
            raise forms.ValidationError(_("This is not “%(name)s”.") % {"name": self.wanted})
        return typed
