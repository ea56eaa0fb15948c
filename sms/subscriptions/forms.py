"""The shape of an order and of edits."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from core.forms import LabelsForm


class OrderForm(LabelsForm):
    """Name and labels, and a tick for each text that is not accepted yet."""

    accepted = forms.MultipleChoiceField(
        label=gettext_lazy("I have read this and agree"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, lacking: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["accepted"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = lacking
        if not lacking:
            del self.fields["accepted"]

    def codes(self) -> tuple[str, ...]:
        """The codes of what was ticked."""
        return tuple(self.cleaned_data.get("accepted", ()))
