"""What networks are made of in the cloud API: parts of answers, and collections of what has no project of its own."""

from ipaddress import ip_network
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.api import Resources
from compute.networks.addressing import plan
from compute.networks.interfaces.models import Interface
from core.api import BadQuery, Body, Choice, Collection, Fixed, Id, Link, Made, Part, Text, Whole


def first_address(network: str) -> str:
    """The address of the network itself."""
    return str(ip_network(network)[0])


def gateway(network: str) -> str:
    """Its first usable address."""
    return str(ip_network(network)[1])


def mask_length(network: str) -> int:
    """The length of its prefix in bits."""
    return ip_network(network).prefixlen


class Things(Resources):
    """Rows that have `project_id` through what they belong to, e.g. the interfaces of servers."""

    def subject(self, request: Any, key: str, level: int) -> Any:
        subject = Collection.subject(self, request, key, level)
        require(request.actor, subject.project_id, level)
        return subject


class ByAddress(Things):
    """Rows whose id in the address is an IP address."""

    def id_of(self, key: str) -> str:
        try:
            return str(ip_network(key)[0]) if "/" not in key else self._none()
        except ValueError:
            return self._none()

    @staticmethod
    def _none() -> str:
        raise Http404


def network_of(network: Any) -> str:
    return str(network.network_address)


def length_of(network: Any) -> int:
    return int(network.prefixlen)


def route_of(kind: str, network: Any) -> str | None:
    """The default route of a router's own block; additional ones are routed to a machine."""
    return str(plan.gateway(network)) if kind == "OWN" else None


def range_of(kind: str, network: Any) -> dict[str, str]:
    """First and last address that machines can have."""
    own = kind == "OWN"
    first, last = (plan.first_usable(network), plan.last_usable(network)) if own else (network[0], network[-1])
    return {"Min": str(first), "Max": str(last)}


def listed(kind: str, network: Any) -> list[dict[str, str]]:
    """The addresses of a block: those machines can have of a router's own, all of an additional one."""
    own = kind == "OWN"
    found = list(network)[plan.FIRST_USABLE : -1] if own else list(network)
    return [{"IPAddress": str(address)} for address in found]


SUBNET = {
    "ID": Id("number"),
    "NetworkAddress": Made(network_of, "network"),
    "NetworkMaskLen": Made(length_of, "network"),
    "DefaultRoute": Made(route_of, "kind", "network"),
    "NextHop": Text("next_hop"),
    "StaticRoute": Text("next_hop"),
    "ServiceClass": Fixed("cloud/global-ip-address-v4"),
}
IPV6 = {
    "ID": Id("number"),
    "IPv6Prefix": Made(network_of, "network"),
    "IPv6PrefixLen": Made(length_of, "network"),
}
SHARED_SWITCH = Part(
    {
        "ID": Id("zone__number"),
        "Name": Fixed("shared"),
        "Scope": Fixed("shared"),
        "Subnet": {
            "NetworkAddress": Made(first_address, "zone__network"),
            "NetworkMaskLen": Made(mask_length, "zone__network"),
            "DefaultRoute": Made(gateway, "zone__network"),
            "Internet": {"BandWidthMbps": Fixed(100)},
        },
        "UserSubnet": Fixed(None),
    }
)
USER_SUBNET = Part({"DefaultRoute": Text("default_route"), "NetworkMaskLen": Whole("mask_length")})


class Wired(Part):
    """The switch of an interface: the shared segment, a switch of the customer's, or null."""

    def write(self, row: Any, number: Any) -> Any:
        return self.tree["Shared"].write(row, number) or self.tree["Own"].write(row, number)


OWN_SWITCH = Part(
    {"ID": Id("number"), "Name": Text("name"), "Scope": Fixed("user"), "Subnet": Fixed(None), "UserSubnet": USER_SUBNET}
)
INTERFACE = Part(
    {
        "ID": Id("number"),
        "MACAddress": Text("mac"),
        "IPAddress": Text("shared_address__address"),
        "UserIPAddress": Text("user_address"),
        "HostName": Text("shared_address__host_name"),
        "Switch": Wired({"Shared": Link("shared_address", SHARED_SWITCH), "Own": Link("switch", OWN_SWITCH)}),
        "PacketFilter": Link("packet_filter", {"ID": Id("number"), "Name": Text("name")}),
    }
)
INTERFACE_WITH_SERVER = Part(
    {
        **INTERFACE.tree,
        "Server": Link(
            "server",
            {
                "ID": Id("number"),
                "Name": Text("name"),
                "Instance": {"Status": Choice("state", {"RUNNING": "up", "STOPPING": "up"})},
            },
        ),
    }
)


def in_zone(request: Any) -> Any:
    """The interfaces of the zone in the address, with what the verbs need."""
    return Interface.objects.for_page().filter(server__zone__code=request.zone)


def address_in(body: Body, path: str) -> str | None:
    """An IPv4 address of a body, None when it is missing or empty. Raises BadQuery."""
    said = body.text(path, None) or None
    try:
        return None if said is None else str(ip_network(said)[0])
    except ValueError as error:
        raise BadQuery(_("“%(field)s” must be an IPv4 address.") % {"field": path}, field=path) from error
