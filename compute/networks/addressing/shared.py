"""Handing out the addresses of a zone's shared segment."""

from ipaddress import ip_network

from django.db.models import F
from django.utils.translation import gettext as _

from compute.networks.addressing.models import Address
from compute.zones import Zone
from core.errors import Refused

# Locally chosen prefixes of the interfaces of this cloud: a server's first one, and its others.
FIRST, OTHERS = 0x9CA3BA000000, 0x9EA3B0000000


def mac_of(server_pk: int, position: int = 0) -> str:
    """The MAC address of a server's interface, fixed by the server and the position (0 to 15)."""
    prefix = OTHERS + (position << 24) if position else FIRST
    digits = f"{prefix + server_pk % 0x1000000:012x}"
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


def take(zone: Zone) -> Address:
    """A free address: one given back before, else the next one of the network. Raises Refused if none is left."""
    free = Address.objects.select_for_update(skip_locked=True).filter(zone=zone, is_taken=False).order_by("pk")
    address = free.first()
    if address is not None:
        Address.objects.filter(pk=address.pk).update(is_taken=True)
        return address
    Zone.objects.filter(pk=zone.pk).update(next_host=F("next_host") + 1)
    zone.refresh_from_db(fields=["next_host"])
    network = ip_network(zone.network)
    if zone.next_host >= network.num_addresses:
        raise Refused(_("No address is left on the shared segment of this zone. Please choose another zone."))
    return Address.objects.create(zone=zone, address=str(network[zone.next_host - 1]))


def give_back(*pks: int) -> None:
    """Addresses that no interface has any more; their names go, too."""
    Address.objects.filter(pk__in=pks, block=None).update(is_taken=False, host_name="")
