"""The shape of what people send about SIMs. Rules live in the actions."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from accounts import consents
from accounts.consents.ticks import TicksForm
from accounts.projects.models import Project
from core.errors import Refused
from core.forms import LabelsForm, NameField
from mobile.connect import actions as connect
from mobile.services import SIM
from mobile.sims import cards
from mobile.sims.actions import SimOrder
from mobile.sims.models import Card


class RegisterForm(TicksForm, LabelsForm):
    """Registering one SIM. A wrong PASSCODE is counted when the form is checked."""

    iccid = forms.CharField(
        label="ICCID", max_length=40, help_text=gettext_lazy("The 19 digits printed on the card."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "mono"}),
    )  # fmt: skip
    passcode = forms.CharField(
        label="PASSCODE", max_length=64, help_text=gettext_lazy("It is printed beside the ICCID. We never show it."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    name = NameField(required=False, help_text=gettext_lazy("Empty: its ICCID."))
    activate = forms.BooleanField(label=gettext_lazy("Activate it at once"), required=False, initial=True)
    business_use = forms.BooleanField(label=gettext_lazy("I declare that we use this for our business"), required=False)

    def __init__(self, *args: Any, project: Project, at: datetime, **options: Any) -> None:
        self.project, self.at, self.card = project, at, Card()
        lacking = consents.missing(project.organisation, SIM.consents, at)
        super().__init__(*args, lacking=lacking, **options)
        if connect.declared(project.organisation):
            del self.fields["business_use"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "iccid" in data and "passcode" in data:
            try:
                self.card = cards.prove(self.project, data["iccid"], data["passcode"], at=self.at)
            except Refused as refusal:
                self.refuse(refusal)
        return data

    def order(self) -> SimOrder:
        """What was ordered, of a valid form."""
        data = self.cleaned_data
        return SimOrder(data["name"], data["description"], tuple(data["tags"]), data["activate"])
