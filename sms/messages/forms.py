"""The shape of what people send."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.projects.models import Project
from core.errors import Refused
from core.forms import OnceForm, PickField
from sms import numbers
from sms.audience.models import SenderName
from sms.messages import actions


class NumberField(forms.CharField):
    """A mobile number, in any of the ways people write it; cleans to its digits."""

    def __init__(self, **options: Any) -> None:
        hint = gettext_lazy("Like 090-1234-5678.")
        label = gettext_lazy("Mobile number")
        widget = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"})
        super().__init__(**{"label": label, "max_length": 40, "help_text": hint, "widget": widget, **options})

    def clean(self, value: Any) -> str:
        try:
            return numbers.parse(super().clean(value))
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class SenderField(PickField):
    """An approved sender name, or the supplier's number."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"label": gettext_lazy("Sender"), "required": False, **options})

    def of(self, project: Project) -> None:
        """Offer the names of a project."""
        rows = SenderName.objects.filter(project=project, state="APPROVED").order_by("name")
        self.offer(rows, key="name", empty=_("Common number"))


class WhenField(forms.DateTimeField):
    """When to send; empty is at once."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        words = {"label": gettext_lazy("Send at (JST)"), "help_text": gettext_lazy("Empty: at once.")}
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
        super().__init__(**{"required": False, "widget": widget, "input_formats": formats, **words, **options})


class SendForm(OnceForm):
    """One message."""

    destination = NumberField()
    sender = SenderField()
    body = forms.CharField(
        label=gettext_lazy("Text"), max_length=actions.LONGEST, strip=False, widget=forms.Textarea(attrs={"rows": 5})
    )

    due_at = WhenField()

    def __init__(self, *args: Any, project: Project, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["sender"]
        assert isinstance(field, SenderField)
        field.of(project)

    def text(self) -> actions.Text:
        """What is sent, of a valid form; its nonce makes a second send the same message."""
        data = self.cleaned_data
        sender = data["sender"].name if data["sender"] else ""
        reference = f"form-{data['nonce']}" if data.get("nonce") else ""
        body = data["body"].replace("\r\n", "\n")
        return actions.Text(data["destination"], body, sender, reference, due_at=data["due_at"])
