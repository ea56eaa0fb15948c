"""The shape of what people send about Mono projects. Rules live in the actions."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts import consents
from accounts.consents.ticks import TicksForm
from accounts.projects.models import Project
from core.errors import Refused
from core.forms import LabelsForm
from mobile.mono import devices, projects
from mobile.mono.models import MonoProject
from mobile.mono.projects import MonoOrder
from mobile.services import MONO_DEVICE, MONO_PROJECT
from mobile.sims.models import Sim


class CreateForm(TicksForm, LabelsForm):
    """Creating a Mono project."""

    business_use = forms.BooleanField(label=gettext_lazy("I declare that we use this for our business"), required=False)

    def __init__(self, *args: Any, project: Project, at: datetime, **options: Any) -> None:
        super().__init__(*args, lacking=consents.missing(project.organisation, MONO_PROJECT.consents, at), **options)
        if projects.declared(project.organisation):
            del self.fields["business_use"]

    def order(self) -> MonoOrder:
        """What was ordered, of a valid form."""
        data = self.cleaned_data
        return MonoOrder(data["name"], data["description"], tuple(data["tags"]))


class AddForm(TicksForm):
    """SIMs to put in."""

    sims = forms.CharField(
        label=gettext_lazy("SIMs"), max_length=10_000,
        help_text=gettext_lazy("ICCIDs or IDs of registered SIMs of this project, one a line, up to 100."),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "class": "mono"}),
    )  # fmt: skip

    def __init__(self, *args: Any, mono: MonoProject, at: datetime, **options: Any) -> None:
        super().__init__(
            *args, lacking=consents.missing(mono.project.organisation, MONO_DEVICE.consents, at), **options
        )
        self.mono, self.found = mono, list[Sim]()

    def clean_sims(self) -> str:
        text: str = self.cleaned_data["sims"]
        try:
            self.found = devices.named(self.mono, text)
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return text
