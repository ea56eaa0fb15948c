"""The shape of what people send about routers and their addresses."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compute import recipes
from compute.networks.addressing import plan
from compute.networks.forms import Order, PickingForm, ZonedOrder, price_card
from compute.networks.routers.actions import RouterOrder
from compute.networks.routers.models import Block, Router, RouterPlan
from compute.networks.switches.actions import SwitchOrder
from compute.recipes import Labels
from compute.zones import Zone
from core.copying import Sample
from core.forms import OnceForm, PickField


class Length:
    """A size of a block; `code` is what the form sends and the plan of its price: "28"."""

    def __init__(self, length: int) -> None:
        self.length, self.code = length, str(length)

    def __str__(self) -> str:
        return f"/{self.length}"

    @property
    def detail(self) -> str:
        return _("%(count)s usable addresses") % {"count": 2 ** (32 - self.length) - plan.NOT_USABLE}


LENGTHS = [Length(length) for length in plan.LENGTHS]


def plans() -> Any:
    """The bandwidths sold, slowest first."""
    return RouterPlan.objects.filter(is_open=True).order_by("bandwidth_mbps")


class OrderForm(ZonedOrder):
    """Ordering a router with its switch and a block of addresses."""

    plan = PickField(label=gettext_lazy("Bandwidth"), widget=forms.RadioSelect)
    length = PickField(
        label=gettext_lazy("Included addresses"),
        help_text=gettext_lazy("The block of the router's own network; its size can't be changed later."),
    )

    def __init__(self, *args: Any, at: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.picks("plan").offer(plans(), key="code", label=price_card("router", at))
        self.picks("length").offer(LENGTHS, key="code", label=lambda one: f"{one} ({one.detail})")
        self.fields["plan"].initial, self.fields["length"].initial = "100mbps", "28"

    def items(self) -> list[tuple[str, str]]:
        chosen = self.picked("plan")
        return [("router", chosen.code)] if chosen else []

    def samples(self) -> list[Sample]:
        plan, length, zone = self.picked("plan"), self.picked("length"), self.place()
        if not (plan and length and zone):
            return []
        return recipes.router(
            Labels.said(self), zone.code, mbps=plan.bandwidth_mbps, length=length.length
        ).ordering()  # fmt: skip

    def order(self) -> RouterOrder:
        """What was ordered, of a valid form."""
        data = self.cleaned_data
        switch = SwitchOrder(zone=data["zone"], **self.labels())
        return RouterOrder(switch, data["plan"], data["length"].length)


class BandwidthForm(PickingForm):
    """Another bandwidth."""

    plan = PickField(label=gettext_lazy("Bandwidth"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, router: Router, at: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.picks("plan").offer(plans().exclude(pk=router.plan_id), key="code", label=price_card("router", at))


class AddressesForm(Order):
    """Ordering additional addresses for a router (11-1)."""

    length = PickField(label=gettext_lazy("Size"), widget=forms.RadioSelect)
    next_hop = forms.GenericIPAddressField(label=gettext_lazy("Next hop"), protocol="IPv4")

    def __init__(self, *args: Any, router: Router, at: datetime, **options: Any) -> None:
        super().__init__(*args, **options)
        self.zone, self.router = router.zone, router
        self.picks("length").offer(LENGTHS, key="code", label=price_card("address", at, "detail"))
        self.fields["length"].initial = "28"
        self.fields["next_hop"].help_text = hop_words(router)

    def place(self) -> Zone:
        return self.zone

    def items(self) -> list[tuple[str, str]]:
        chosen = self.picked("length")
        return [("address", chosen.code)] if chosen else []

    def samples(self) -> list[Sample]:
        length, hop = self.picked("length"), self.said("next_hop")
        if not length:
            return []
        hop = hop or str(plan.first_usable(self.router.blocks.alive().get(kind=Block.Kind.OWN).network))
        return recipes.addresses(self.router.number, self.zone.code, length=length.length, next_hop=hop)


def hop_words(router: Router) -> str:
    """Which addresses a next hop can have."""
    own = router.blocks.alive().get(kind=Block.Kind.OWN).network
    words = {"first": plan.first_usable(own), "last": plan.last_usable(own)}
    return _("The machine of yours they are routed to, one of %(first)s to %(last)s.") % words


class RouteForm(OnceForm):
    """Another machine that additional addresses are routed to."""

    next_hop = forms.GenericIPAddressField(label=gettext_lazy("Next hop"), protocol="IPv4")

    def __init__(self, *args: Any, router: Router, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["next_hop"].help_text = hop_words(router)


class Ipv6NameForm(OnceForm):
    """A name for an address of an IPv6 prefix."""

    address = forms.GenericIPAddressField(label=gettext_lazy("IPv6 address"), protocol="IPv6")
    host_name = forms.CharField(
        label=gettext_lazy("Host name"), max_length=254, help_text=gettext_lazy("E.g. www.example.jp.")
    )
