"""Blocks of addresses: given out, added by contract, routed elsewhere, given back; the names of their addresses."""

import re
from datetime import datetime
from ipaddress import AddressValueError, ip_address
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import Actor
from billing import contracts, meters
from billing.contracts.models import ENDS
from compute.networks import confirming
from compute.networks.addressing import plan
from compute.networks.addressing.models import Address
from compute.networks.routers.models import Block, Router
from compute.services import ADDRESSES
from core import ids, operations
from core.errors import Refused


def check_length(length: int) -> None:
    """Raise Refused for a size that isn't sold."""
    if length not in plan.LENGTHS:
        text = _("Blocks of /28, /27 and /26 are sold. Please choose one of them.")
        raise Refused(text, code="invalid_length", field="length", status=400)


def drawn_up(router: Router, kind: str, length: int, *, at: datetime) -> Block:
    """A free block of the router's zone for it, with its key, not saved yet."""
    network = plan.cut(router.zone, length, Block.objects.alive())
    block = Block(router=router, kind=kind, network=network, created_at=at)
    ids.reserve(block)
    return block


def give(block: Block) -> Block:
    """The router has the block from now on; its IPv4 addresses can be named."""
    block.save(force_insert=True)
    if block.kind != Block.Kind.IPV6:
        rows = [Address(zone=block.router.zone, block=block, address=str(address)) for address in block.network]
        Address.objects.bulk_create(rows)
    return block


def give_back(block: Block, *, at: datetime) -> None:
    """The block is free again, its names are forgotten. Raises Refused when it was given back meanwhile."""
    if not Block.objects.alive().filter(pk=block.pk).update(released_at=at):
        raise Refused(_("These addresses were given back already."))
    block.released_at = at
    Address.objects.filter(block=block).delete()


@transaction.atomic
def add(
    router: Router, length: int, next_hop: str, *, accepted: tuple[str, ...] = (), by: Actor, at: datetime
) -> Block:
    """Order additional addresses, routed to a machine of the router's own network.

    A contract of its own, charged by whole months (11-3), that ends with the router's (11-2); ordering again after the
    end is a new contract (AM-21). Raises Refused unless the router is in use (11-1), and for a next hop elsewhere.
    """
    check_length(length)
    router.hold()
    router.contract.refresh_from_db(fields=["state"])
    if router.state != Router.State.AVAILABLE or not router.contract.is_running:
        text = _("Additional IP addresses can be ordered only while their router+switch is in use.")
        raise Refused(text, clause="11-1")
    check_hop(router, next_hop)
    block = drawn_up(router, Block.Kind.ADDITIONAL, length, at=at)
    block.next_hop = next_hop
    block.contract = contracts.open(
        ADDRESSES, block, project=router.project, needs=[(router.contract, ENDS)], accepted=accepted,
        zone=router.zone.code, charged=not router.zone.is_sandbox, items=[("address", str(length))], by=by, at=at,
    )  # fmt: skip
    give(block)
    meters.start(block.contract, "address", str(length), at=at)
    told(block, "addresses.added", by=by, at=at)
    confirming.addresses(router, block, at=at)
    return block


def check_hop(router: Router, address: str) -> None:
    """Raise Refused unless a machine of the router's own network can have the address."""
    own = router.blocks.alive().get(kind=Block.Kind.OWN).network
    try:
        fine = plan.fits(own, address)
    except AddressValueError:
        fine = False
    if not fine:
        text = _("The next hop is one of your machines behind this router: %(first)s to %(last)s.")
        words = {"first": plan.first_usable(own), "last": plan.last_usable(own)}
        raise Refused(text % words, code="invalid_next_hop", field="next_hop", status=400)


@transaction.atomic
def route(block: Block, next_hop: str, *, by: Actor, at: datetime) -> None:
    """Route additional addresses to another machine. Raises Refused for a next hop elsewhere, or others' blocks."""
    check_additional(block)
    check_hop(block.router, next_hop)
    if not Block.objects.alive().filter(pk=block.pk).update(next_hop=next_hop):
        raise Refused(_("These addresses were given back already."))
    block.next_hop = next_hop
    told(block, "addresses.routed", by=by, at=at, next_hop=next_hop)


@transaction.atomic
def remove(block: Block, *, by: Actor, at: datetime) -> None:
    """End additional addresses today; the whole month is charged (6-1, 11-3, AM-28)."""
    check_additional(block)
    block.router.hold()
    give_back(block, at=at)
    contract = block.contract
    if contract is not None and contract.is_running:
        contracts.close(contract, reason="cancelled", by=by, at=at)
    told(block, "addresses.removed", by=by, at=at)


def check_additional(block: Block) -> None:
    """Raise Refused for the block that came with the router, and for an IPv6 prefix."""
    if block.kind != Block.Kind.ADDITIONAL:
        raise Refused(_("Only additional addresses can be changed like this; the others belong to the router itself."))


@transaction.atomic
def name(address: Address, host_name: str, *, by: Actor, at: datetime) -> None:
    """Set the reverse DNS name of an address, or take it away with "". Raises Refused for what is no host name."""
    host_name = checked_name(host_name)
    if not Address.objects.alive().filter(pk=address.pk).update(host_name=host_name):
        raise Refused(_("This address is not yours any more."))
    address.host_name = host_name
    tell_name(address, by=by, at=at)


@transaction.atomic
def name_ipv6(block: Block, address: str, host_name: str, *, by: Actor, at: datetime) -> Address:
    """Name an address of an IPv6 prefix. Raises Refused for one outside, named already, or no host name."""
    host_name = checked_name(host_name)
    if not host_name:
        raise Refused(_("Please say the host name."), field="host_name", code="invalid_host_name", status=400)
    if not inside(block, address):
        text = _("This address is not in %(network)s.") % {"network": block.network}
        raise Refused(text, field="address", code="invalid_address", status=400)
    made, fresh = Address.objects.get_or_create(
        address=str(ip_address(address)), defaults={"zone": block.router.zone, "block": block, "host_name": host_name}
    )
    if not fresh:
        raise Refused(_("This address has a name already. Change that one."), field="address")
    tell_name(made, by=by, at=at)
    return made


@transaction.atomic
def unname_ipv6(address: Address, *, by: Actor, at: datetime) -> None:
    """Take the name of an IPv6 address away."""
    address.host_name = ""
    tell_name(address, by=by, at=at)
    Address.objects.filter(pk=address.pk).delete()


def inside(block: Block, address: str) -> bool:
    """Whether it is an address of the block."""
    try:
        return ip_address(address) in block.network
    except ValueError:
        return False


def checked_name(text: str) -> str:
    """The host name in lower case without a final dot. Raises Refused."""
    host_name = text.strip().rstrip(".").lower()
    label = r"(?!-)[a-z0-9-]{1,63}(?<!-)"
    if host_name and (len(host_name) > 253 or not re.fullmatch(rf"{label}(\.{label})+", host_name)):
        text = _("A host name looks like www.example.jp: letters, digits and hyphens, with dots between.")
        raise Refused(text, field="host_name", code="invalid_host_name", status=400)
    return host_name


def tell_name(address: Address, *, by: Actor, at: datetime) -> None:
    """Write the event, of the router or of the server that has the address, and have the name served."""
    said = {"address": str(address.address), "host_name": address.host_name or "—"}
    if address.block is not None:
        operations.ask("router.set", address.block.router, by=by, at=at)
        audit.record("address.named", address.block.router, by=by, at=at, **said)
    else:
        server = address.interface.server
        operations.ask("server.wire", server, by=by, at=at)
        audit.record("address.named", server, by=by, at=at, **said)


def told(block: Block, verb: str, *, by: Actor, at: datetime, **data: Any) -> None:
    """Have the routes set as they are now, and write the event of the router."""
    operations.ask("router.set", block.router, by=by, at=at)
    audit.record(verb, block.router, by=by, at=at, network=str(block.network), **data)
