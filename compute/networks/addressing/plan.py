"""The address plan: blocks for routers are cut from the zone's pools, lowest free one first."""

from ipaddress import IPv4Address, IPv4Network, ip_network
from typing import Any

from django.utils.translation import gettext as _

from compute.networks.addressing.models import Network, Pool
from compute.zones import Zone
from core.errors import Refused

LENGTHS = (28, 27, 26)
IPV6_LENGTH = 64
# Of each IPv4 block: the network, three of the routers, the broadcast address.
FIRST_USABLE, NOT_USABLE = 4, 5


def usable(network: Any) -> int:
    """How many addresses of an IPv4 block machines can have: /28 11, /27 27, /26 59."""
    return int(network.num_addresses) - NOT_USABLE


def first_usable(network: Any) -> Any:
    """The first address for machines: network + 4."""
    return network[FIRST_USABLE]


def last_usable(network: Any) -> Any:
    """The last address for machines, before the broadcast address."""
    return network[-2]


def gateway(network: Any) -> Any:
    """The default route of the machines: network + 1."""
    return network[1]


def fits(network: IPv4Network, address: str) -> bool:
    """Whether a machine of the network can have the address."""
    return bool(first_usable(network) <= IPv4Address(address) <= last_usable(network))


def of_a_pool(address: IPv4Address) -> bool:
    """Whether routers' networks, which are reached from everywhere, are cut from where the address lies."""
    return bool(Pool.objects.filter(network__net_contains_or_equals=str(address)).exists())


def cut(zone: Zone, length: int, used: Any) -> Network:
    """A free network of that prefix length; used: the blocks in use. Locks the zone's pools until the commit.

    Rivals for the last one wait here; the exclusion constraint has the last word. Raises Refused when all is given out.
    """
    version = 6 if length > 32 else 4
    for pool in Pool.objects.select_for_update(no_key=True).filter(zone=zone, is_open=True).order_by("pk"):
        if pool.network.version == version and length >= pool.network.prefixlen:
            inside = used.filter(network__net_contained_or_equal=str(pool.network)).order_by("network")
            found = gap(pool.network, length, list(inside.values_list("network", flat=True)))
            if found is not None:
                return found
    raise Refused(_("No block of this size is free in this zone now. Please ask us, or choose a smaller one."))


def gap(pool: Network, length: int, used: list[Network]) -> Network | None:
    """The lowest network of the length inside the pool that overlaps none of `used` (sorted), or None."""
    size = 2 ** (pool.max_prefixlen - length)
    first, last = int(pool.network_address), int(pool.broadcast_address)
    for taken in used:
        if first + size <= int(taken.network_address):
            break
        first = max(first, -(-(int(taken.broadcast_address) + 1) // size) * size)
    if first + size - 1 > last:
        return None
    return ip_network((first, length)) if pool.version == 4 else ip_network((first, length), strict=True)
