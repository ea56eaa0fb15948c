"""What forms share that ask for a consent: the texts that are not accepted yet, and a tick for each."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy

from accounts.consents.models import Document
from core.forms import OnceForm


class TicksForm(OnceForm):
    """A tick for each text that is lacking (accounts.consents.missing); `texts` are to be shown above them."""

    accepted = forms.MultipleChoiceField(
        label=gettext_lazy("I have read this and agree"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, lacking: Sequence[Document], **options: Any) -> None:
        super().__init__(*args, **options)
        self.texts = [document.text(get_language() or "ja") for document in lacking]
        field = self.fields["accepted"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(one.code, text["title"]) for one, text in zip(lacking, self.texts, strict=True)]
        if not lacking:
            del self.fields["accepted"]

    def codes(self) -> tuple[str, ...]:
        """The codes of what was ticked, of a valid form."""
        return tuple(self.cleaned_data.get("accepted", ()))
