"""Handing out the addresses of a zone's shared segment."""

from ipaddress import ip_network

from django.db.models import F
from django.utils.translation import gettext as _

from compute.networks.models import Interface, SharedAddress
from compute.zones import Zone
from core.errors import Refused

# Locally chosen prefix of the interfaces of this cloud.
MAC_PREFIX = 0x9CA3BA000000


def connect(server_pk: int, zone: Zone) -> str:
    """Give a server its interface on the zone's shared segment; returns its address. Raises Refused if none is left."""
    address = take(zone)
    Interface.objects.create(server_id=server_pk, shared_address=address, mac=mac_of(server_pk))
    return str(address)


def mac_of(server_pk: int) -> str:
    """The MAC address of a server's first interface, fixed by the server."""
    digits = f"{MAC_PREFIX + server_pk % 0x1000000:012x}"
    return ":".join(digits[i : i + 2] for i in range(0, 12, 2))


def take(zone: Zone) -> SharedAddress:
    """A free address: one given back before, else the next one of the network."""
    free = SharedAddress.objects.select_for_update(skip_locked=True).filter(zone=zone, is_taken=False).order_by("pk")
    address = free.first()
    if address is not None:
        SharedAddress.objects.filter(pk=address.pk).update(is_taken=True)
        return address
    Zone.objects.filter(pk=zone.pk).update(next_host=F("next_host") + 1)
    zone.refresh_from_db(fields=["next_host"])
    network = ip_network(zone.network)
    if zone.next_host >= network.num_addresses:
        raise Refused(_("No address is left on the shared segment of this zone. Please choose another zone."))
    return SharedAddress.objects.create(zone=zone, address=str(network[zone.next_host - 1]))


def release(server_pk: int) -> None:
    """Give back the addresses of a server's interfaces; the interfaces are gone."""
    taken = Interface.objects.filter(server_id=server_pk).exclude(shared_address=None)
    SharedAddress.objects.filter(pk__in=list(taken.values_list("shared_address", flat=True))).update(is_taken=False)
    Interface.objects.filter(server_id=server_pk).delete()
