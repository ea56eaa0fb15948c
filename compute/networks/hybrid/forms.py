"""The shape of what people send about hybrid connections."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.organisations.models import Organisation
from accounts.projects.models import Project
from billing.other_services.models import OtherService
from compute import recipes
from compute.networks.forms import Order, PickingForm, numbered
from compute.networks.hybrid.actions import HybridOrder
from compute.networks.hybrid.models import HybridConnection
from compute.networks.switches.models import Switch
from compute.recipes import Labels
from compute.zones import Zone
from core.copying import Sample
from core.forms import LabelsForm, NameField, PickField, TagsField


class LineField(forms.CharField):
    """A note about the other end."""

    def __init__(self, **options: Any) -> None:
        hint = _("Where the other end is plugged in, as you call it, e.g. “rack A-12, port 3”.")
        usual = {"label": _("Port or line"), "max_length": 100, "required": False, "help_text": hint}
        super().__init__(**{**usual, **options})


def free_switches(project_pk: int) -> Any:
    """Switches of a project that a hybrid connection can be tied to."""
    free = Switch.objects.alive().filter(project=project_pk, hybrid=None, zone__is_sandbox=False)
    return free.select_related("zone", "contract").order_by("name", "pk")


def offer_services(field: PickField, organisation: Organisation) -> None:
    """Offer the customer's confirmed services elsewhere."""
    rows = OtherService.objects.attested().filter(organisation=organisation).order_by("pk")
    numbered(field, rows, empty=_("Another network in this cloud"))


class OrderForm(Order):
    """Ordering a hybrid connection."""

    name = NameField()
    switch = PickField(label=_("Switch"), required=False)
    other_service = PickField(label=_("Leads to"), required=False)
    line = LineField()
    description = forms.CharField(label=_("Description"), max_length=512, required=False)
    tags = TagsField()

    def __init__(self, *args: Any, project: Project, **options: Any) -> None:
        super().__init__(*args, **options)
        numbered(self.picks("switch"), free_switches(project.pk), empty=_("none yet"), zoned=True)
        offer_services(self.picks("other_service"), project.organisation)

    def place(self) -> Zone | None:
        return None

    def items(self) -> list[tuple[str, str]]:
        return [("hybrid", "")]

    def samples(self) -> list[Sample]:
        switch, other = self.picked("switch"), self.picked("other_service")
        ends = (switch.number if switch else "", other.number if other else "")
        return recipes.hybrid_connection(Labels.said(self), *ends, self.said("line"))

    def order(self) -> HybridOrder:
        """What was ordered, of a valid form."""
        data = self.cleaned_data
        return HybridOrder(
            data["name"], data["switch"], data["other_service"], data["line"], data["description"], tuple(data["tags"])
        )


class ConnectForm(PickingForm):
    """A switch of the project without a hybrid connection."""

    switch = PickField(label=_("Switch"))

    def __init__(self, *args: Any, hybrid: HybridConnection, **options: Any) -> None:
        super().__init__(*args, **options)
        numbered(self.picks("switch"), free_switches(hybrid.project_id), zoned=True)


class EditForm(LabelsForm):
    """Changing what it is called and what is noted about its other end."""

    line = LineField()

    @classmethod
    def of(cls, thing: Any, data: Any) -> "EditForm":
        names = ("name", "description", "tags", "line")
        return cls(data or None, initial={name: getattr(thing, name) for name in names})
