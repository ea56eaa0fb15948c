"""The shape of what people send about SIMs. Rules live in the actions."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import consents
from accounts.consents.ticks import TicksForm
from accounts.projects.models import Project
from core.errors import Refused
from core.forms import LabelsForm, NameField, OnceForm
from mobile.connect import actions as connect
from mobile.services import SIM
from mobile.sims import cards, numbers
from mobile.sims.actions import SimOrder
from mobile.sims.models import NETWORKS, Card, Lock


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


class AddressForm(TicksForm):
    """A fixed address."""

    address = forms.CharField(
        label=gettext_lazy("IP address"), max_length=15, help_text=gettext_lazy("A private one, e.g. 192.168.0.10."),
        widget=forms.TextInput(attrs={"class": "mono"}),
    )  # fmt: skip


class DeviceForm(TicksForm):
    """The only device that may use it. An odd number is asked about once more."""

    imei = forms.CharField(
        label="IMEI", max_length=20, help_text=gettext_lazy("15 digits; most devices show them when *#06# is dialled."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "mono"}),
    )  # fmt: skip
    sure = forms.BooleanField(label=gettext_lazy("This is the number that the device shows"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        try:
            odd = "imei" in data and numbers.is_odd(numbers.imei(data["imei"]))
        except Refused as refusal:
            self.refuse(refusal)
            return data
        if odd and not data.get("sure"):
            self.add_error("sure", self.doubt(numbers.imei(data["imei"])))
        return data

    @staticmethod
    def doubt(digits: str) -> str:
        """What is odd about it."""
        if not digits.strip("0"):
            return _(
                "Only broken devices report zeros, and any of them could use the SIM. Tick this to lock it anyway."
            )
        return _("The last digit doesn't fit the others. Tick this if the device really shows this number.")


class NetworksForm(OnceForm):
    """The networks it may use."""

    networks = forms.MultipleChoiceField(
        label=gettext_lazy("Networks it may use"), choices=[(name, name) for name in NETWORKS],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip


class LockForm(OnceForm):
    """What is known of PIN and PUK."""

    lock = forms.ChoiceField(label=gettext_lazy("What happened to it"), choices=Lock.choices, widget=forms.RadioSelect)
