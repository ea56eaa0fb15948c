"""The shape of a bulk sending."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts.projects.models import Project
from core.forms import NameField, OnceForm
from sms.messages import actions as messages
from sms.messages.forms import SenderField, WhenField


class PrepareForm(OnceForm):
    """A CSV and the text for its rows."""

    name = NameField()
    sender = SenderField()
    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy("UTF-8 or Shift_JIS, at most 10,000 rows; a column called “number” or “電話番号”."),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    body = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=messages.LONGEST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("{{name}} becomes what the row has in the column “name”."),
    )

    def __init__(self, *args: Any, project: Project, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["sender"]
        assert isinstance(field, SenderField)
        field.of(project)


class ReleaseForm(OnceForm):
    """When to send."""

    due_at = WhenField()
