"""The shape of what people write in cases."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.cases.models import Case
from core import uploads
from core.forms import OnceForm
from core.uploads import Upload

MAX_FILES = 5
# Topics that staff or a page of a service open, not the plain form.
ELSEWHERE = (Case.Topic.PAUSE, Case.Topic.CERTIFICATE, Case.Topic.SCREENING)


class FilesInput(forms.FileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Up to 5 files, each checked by core.uploads; cleans to a list of `Upload`."""

    def __init__(self, **options: Any) -> None:
        hint = gettext_lazy("PDF, PNG, JPEG or text, 5 files of 5 MB at most.")
        widget = FilesInput(attrs={"accept": uploads.ACCEPT})
        label = gettext_lazy("Files")
        super().__init__(**{"label": label, "required": False, "widget": widget, "help_text": hint, **options})

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        files: list[UploadedFile[Any]] = [file for file in (data or []) if file]
        if len(files) > MAX_FILES:
            raise forms.ValidationError(_("At most 5 files at once."))
        return [uploads.checked(super(FilesField, self).clean(file)) for file in files]


class ReplyForm(OnceForm):
    """Words, and files."""

    body = forms.CharField(label=gettext_lazy("Text"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 6}))
    attachments = FilesField()


class CaseForm(ReplyForm):
    """A new case."""

    topic = forms.ChoiceField(
        label=gettext_lazy("Topic"), choices=[(t.value, t.label) for t in Case.Topic if t not in ELSEWHERE]
    )
    title = forms.CharField(label=gettext_lazy("Title"), max_length=100)
    field_order = ["topic", "title", "body", "attachments"]
