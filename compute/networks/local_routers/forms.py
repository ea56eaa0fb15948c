"""The shape of what people send about local routers and their peers."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.consents.models import Document
from accounts.consents.ticks import TicksForm
from compute import recipes
from compute.networks.forms import Order, PickingForm, numbered
from compute.networks.local_routers import wires
from compute.networks.local_routers.models import LocalRouter
from compute.networks.local_routers.wires import Route, Wire
from compute.networks.switches.models import Switch
from compute.recipes import Labels
from compute.zones import Zone
from core.copying import Sample
from core.errors import Refused
from core.forms import NameField, OnceForm, PickField, TagsField


class OrderForm(TicksForm, Order):
    """Ordering a local router, with the six points that are not acknowledged yet (19-1)."""

    name = NameField()
    description = forms.CharField(label=_("Description"), max_length=512, required=False)
    tags = TagsField()

    def __init__(self, *args: Any, lacking: Sequence[Document] = (), **options: Any) -> None:
        super().__init__(*args, lacking=lacking, **options)

    def place(self) -> Zone | None:
        return None

    def items(self) -> list[tuple[str, str]]:
        return [("local-router", "")]

    def samples(self) -> list[Sample]:
        return recipes.local_router(Labels.said(self)).ordering()

    def labels(self) -> dict[str, Any]:
        """Name, description and tags, of a valid form."""
        return {name: self.cleaned_data[name] for name in ("name", "description", "tags")}


class AddressField(forms.GenericIPAddressField):
    """An IPv4 address."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"protocol": "IPv4", **options})


class ConnectForm(PickingForm):
    """A switch, and the addresses of the local router in its network."""

    switch = PickField(label=_("Switch"))
    length = forms.IntegerField(
        label=_("Prefix length"), initial=24, min_value=wires.SHORTEST, max_value=wires.LONGEST,
        help_text=_("Of the network on the switch, from 8 to 29."),
    )  # fmt: skip
    virtual = AddressField(
        label=_("Virtual address"),
        help_text=_("Your servers send through this one; it moves between the two machines."),
    )
    first = AddressField(label=_("Address of the first machine"))
    second = AddressField(label=_("Address of the second machine"))
    vrid = forms.IntegerField(
        label=_("VRID"), min_value=1, max_value=255, help_text=_("From 1 to 255; not yet used in this network.")
    )

    def __init__(self, data: Any, *, router: LocalRouter) -> None:
        wire = router.wire
        known = {"switch": router.switch and router.switch.number, **(vars(wire) if wire else {})}
        super().__init__(data, initial={name: value for name, value in known.items() if value})
        rows = Switch.objects.alive().filter(project=router.project_id, zone__is_sandbox=False)
        numbered(self.picks("switch"), rows.select_related("zone", "contract").order_by("name", "pk"), zoned=True)

    def wire(self) -> Wire:
        """The addresses, of a valid form."""
        return Wire(**{name: self.cleaned_data[name] for name in ("virtual", "first", "second", "length", "vrid")})


class RoutesForm(OnceForm):
    """Static routes, one a line."""

    routes = forms.CharField(
        label=_("Static routes"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One a line: a prefix and its next hop, e.g. “10.0.0.0/24 192.168.0.10”. Peers learn them."),
    )  # fmt: skip

    @classmethod
    def of(cls, router: LocalRouter, data: Any) -> "RoutesForm":
        return cls(data or None, initial={"routes": "\n".join(map(str, router.static_routes))})

    def clean_routes(self) -> tuple[Route, ...]:
        try:
            return wires.of_text(self.cleaned_data["routes"])
        except Refused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class PeerForm(OnceForm):
    """The peer's number and secret key."""

    number = forms.IntegerField(label=_("ID of the peer"), min_value=1, max_value=999_999_999_999, localize=False)
    key = forms.CharField(
        label=_("Secret key of the peer"), max_length=128, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Whoever runs the peer gives you both; give them yours, too."),
    )  # fmt: skip
    description = forms.CharField(label=_("Description"), max_length=512, required=False)


class DescriptionForm(OnceForm):
    """What is noted about a peer."""

    description = forms.CharField(label=_("Description"), max_length=512, required=False)
