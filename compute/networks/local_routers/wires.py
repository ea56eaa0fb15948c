"""How a local router stands in a network: its addresses there and its static routes, checked without the database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, ip_network

from django.utils.translation import gettext as _

from core.errors import Refused

# Lengths of prefixes, in bits (18-1).
SHORTEST, LONGEST = 8, 29
# Virtual router ids that VRRP knows.
VRIDS = range(1, 256)
# Static routes of one local router.
ROUTES = 32
# What never is a network of a customer: this host, loopback, link-local, multicast and above.
RESERVED = [IPv4Network(one) for one in ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3")]


@dataclass(frozen=True)
class Wire:
    """The two addresses of the machines, the virtual one that moves between them (VRRP), and the network's length."""

    virtual: str
    first: str
    second: str
    length: int
    vrid: int

    @property
    def network(self) -> IPv4Network:
        return IPv4Network((self.virtual, self.length), strict=False)

    @property
    def addresses(self) -> tuple[str, str, str]:
        return self.virtual, self.first, self.second

    def check(self) -> None:
        """Raise Refused, naming the field, for addresses that can't be those of a local router (18-1)."""
        check_length(self.length, "length")
        if self.vrid not in VRIDS:
            raise Refused(_("The VRID is a number from 1 to 255."), field="vrid", code="bad_request", status=400)
        check_network(self.network, "virtual")
        for field, text in zip(("virtual", "first", "second"), self.addresses, strict=True):
            if IPv4Address(text) not in self.network:
                words = {"address": text, "network": self.network}
                raise unfit(_("%(address)s isn't in %(network)s, the network of the virtual address.") % words, field)
            if IPv4Address(text) in (self.network.network_address, self.network.broadcast_address):
                words = {"address": text, "network": self.network}
                raise unfit(_("%(address)s is no address that a machine in %(network)s can have.") % words, field)
        if len(set(self.addresses)) < len(self.addresses):
            raise unfit(_("The virtual address and the two others must be three different ones."), "second")


@dataclass(frozen=True)
class Route:
    """A static route: what lies behind a machine in the network of the local router."""

    prefix: str
    next_hop: str

    def __str__(self) -> str:
        return f"{self.prefix} {self.next_hop}"


def check_length(length: int, field: str) -> None:
    if not SHORTEST <= length <= LONGEST:
        text = _("A prefix is /%(shortest)s to /%(longest)s long.")
        raise unfit(text % {"shortest": SHORTEST, "longest": LONGEST}, field, clause="18-1")


def check_network(network: IPv4Network, field: str) -> None:
    if any(network.overlaps(one) for one in RESERVED):
        raise unfit(_("%(network)s is reserved and can't be routed.") % {"network": network}, field)


def unfit(text: str, field: str, clause: str = "") -> Refused:
    return Refused(text, clause=clause, field=field, code="bad_request", status=400)


def check_routes(routes: Sequence[Route], wire: Wire | None) -> None:
    """Raise Refused for static routes that can't be: too many, overlapping, not through the own network (18-1)."""
    if len(routes) > ROUTES:
        raise unfit(_("A local router has at most %(count)s static routes.") % {"count": ROUTES}, "routes")
    if routes and wire is None:
        raise unfit(_("Static routes need a switch. Connect the local router to one first."), "routes")
    known: list[IPv4Network] = [wire.network] if wire else []
    for route in routes:
        network = network_of(route.prefix)
        check_length(network.prefixlen, "routes")
        check_network(network, "routes")
        if wire:
            check_hop(route, wire)
        clash = next((one for one in known if one.overlaps(network)), None)
        if clash is not None:
            text = _("%(prefix)s overlaps with %(other)s, which this local router has already.")
            raise unfit(text % {"prefix": network, "other": clash}, "routes")
        known.append(network)


def check_hop(route: Route, wire: Wire) -> None:
    try:
        hop = IPv4Address(route.next_hop)
    except ValueError as error:
        raise unfit(_("“%(text)s” is no IPv4 address.") % {"text": route.next_hop[:40]}, "routes") from error
    if hop not in wire.network or str(hop) in wire.addresses:
        text = _("The next hop %(hop)s must be another machine in %(network)s.")
        raise unfit(text % {"hop": hop, "network": wire.network}, "routes")


def network_of(text: str) -> IPv4Network:
    """A prefix as written by people. Raises Refused."""
    try:
        return IPv4Network(text)
    except ValueError as error:
        words = _("“%(text)s” is no network. Write it like 10.0.0.0/24, with the bits of machines at zero.")
        raise unfit(words % {"text": text[:40]}, "routes") from error


def of_text(text: str) -> tuple[Route, ...]:
    """Static routes of a text, one a line: prefix, next hop. Raises Refused."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        words = line.split()
        if len(words) != 2:
            text_ = _("“%(line)s” can't be read. Write a prefix and a next hop on each line.")
            raise unfit(text_ % {"line": line[:60]}, "routes")
        found.append(Route(*words))
    return tuple(found)


def overlapping(own: Iterable[str], told: Iterable[str]) -> tuple[str, str] | None:
    """The first of our networks that overlaps with one that a peer tells, and that one; None when all are apart."""
    theirs = list(told)
    return next(
        ((one, other) for one in own for other in theirs if ip_network(one).overlaps(ip_network(other))), None
    )  # fmt: skip


def apart(own: Iterable[str], told: Iterable[str]) -> tuple[list[str], list[str]]:
    """Which of the prefixes that a peer tells can be routed, and which not, as they overlap with what is known."""
    known = [ip_network(one) for one in own]
    kept: list[str] = []
    left: list[str] = []
    for prefix in told:
        clashes = any(ip_network(prefix).overlaps(one) for one in known)
        (left if clashes else kept).append(prefix)
    return kept, left
