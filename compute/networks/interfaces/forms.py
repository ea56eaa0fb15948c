"""The shape of what people send about interfaces."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compute.networks.filters.models import PacketFilter
from compute.networks.forms import PickingForm, numbered
from compute.networks.interfaces.actions import SHARED, Wire
from compute.networks.interfaces.models import Interface
from compute.networks.switches.models import Switch
from core.forms import OnceForm, PickField


class Shared:
    """The shared segment of a zone, as something to pick."""

    number = SHARED

    def __str__(self) -> str:
        return _("Shared segment (internet)")


def wires_of(server: Any) -> list[Any]:
    """What an interface of the server can be connected to: the shared segment, the switches of its zone."""
    switches = Switch.objects.alive().filter(project=server.project_id, zone=server.zone_id).order_by("name", "pk")
    return [Shared(), *switches]


class ConnectForm(PickingForm):
    """A network to connect to."""

    network = PickField(label=gettext_lazy("Network"), required=False)

    def __init__(self, *args: Any, server: Any, interface: Interface | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        numbered(self.picks("network"), wires_of(server), empty=_("Nothing (unplugged)"))
        if interface is not None and interface.switch is not None:
            self.fields["network"].initial = interface.switch.number
        elif interface is None or interface.shared_address_id is not None:
            self.fields["network"].initial = SHARED

    def wire(self) -> Wire:
        """What was picked, of a valid form."""
        picked = self.cleaned_data["network"]
        return SHARED if isinstance(picked, Shared) else picked


class FilterForm(PickingForm):
    """A packet filter of the same zone, or none."""

    packet_filter = PickField(label=gettext_lazy("Packet filter"), required=False)

    def __init__(self, *args: Any, interface: Interface, **options: Any) -> None:
        super().__init__(*args, **options)
        server = interface.server
        found = PacketFilter.objects.alive().filter(project=server.project_id, zone=server.zone_id)
        numbered(self.picks("packet_filter"), found.order_by("name", "pk"), empty=_("None: everything passes"))
        if interface.packet_filter is not None:
            self.fields["packet_filter"].initial = interface.packet_filter.number


class AddressForm(OnceForm):
    """The address a machine uses on its switch."""

    user_address = forms.GenericIPAddressField(
        label=gettext_lazy("IP address"), protocol="IPv4", required=False,
        help_text=gettext_lazy("Set it in the operating system, too: behind a switch nobody hands out addresses."),
    )  # fmt: skip


class HostNameForm(OnceForm):
    """The name that an address has in reverse DNS; empty: none."""

    host_name = forms.CharField(
        label=gettext_lazy("Host name"), max_length=254, required=False,
        help_text=gettext_lazy("E.g. www.example.jp; let that name lead to the address first. Empty: no name."),
    )  # fmt: skip
