"""How routers look."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import CREATE, Actor
from billing import estimates
from compute.networks import pages
from compute.networks.routers.models import Block, Router, RouterPlan
from compute.zones import Zone
from core import marks
from core.calendar import jst_date
from core.money import yen
from core.pages import Column, Listing, by_field
from core.verbs import Verb
from core.web import address


def name_cell(router: Any) -> SafeString:
    return marks.named(router.get_absolute_url(), router.name, router.number)


def dress(routers: Sequence[Any], at: datetime) -> None:
    """Give each router of a page its networks and its charges with those of its additional addresses. Two queries."""
    blocks: dict[int, list[Block]] = defaultdict(list)
    for block in Block.objects.alive().filter(router__in=[one.pk for one in routers]).in_order():
        blocks[block.router_id].append(block)
    contracts = {
        one.pk: [one.contract_id, *(b.contract_id for b in blocks[one.pk] if b.contract_id)] for one in routers
    }
    charges = estimates.month_so_far([pk for pks in contracts.values() for pk in pks], at=at)
    for router in routers:
        router.networks = ", ".join(str(block) for block in blocks[router.pk])
        router.charge = sum(charges.get(pk, 0) for pk in contracts[router.pk])


LISTING = Listing(
    columns=[
        Column(gettext_lazy("Name"), name_cell, sort="name", text=lambda router: router.name),
        Column(gettext_lazy("Zone"), lambda router: str(router.zone)),
        Column(gettext_lazy("Bandwidth"), lambda router: str(router.plan)),
        Column(gettext_lazy("Networks"), lambda router: router.networks),
        Column(gettext_lazy("This month"), lambda router: yen(router.charge), look="num"),
        Column(gettext_lazy("Created"), lambda router: f"{jst_date(router.created_at)}", sort="created_at"),
    ],
    search=["name"],
    number="number",
    filters=[
        by_field(
            "zone", gettext_lazy("Zone"), lambda: [(z.code, str(z)) for z in Zone.objects.sold()], field="zone__code"
        ),
        by_field(
            "plan",
            gettext_lazy("Bandwidth"),
            lambda: [(p.code, str(p)) for p in RouterPlan.objects.order_by("bandwidth_mbps")],
            field="plan__code",
        ),
    ],
    hint=gettext_lazy("Name or number"),
    filename="routers",
    dress=dress,
)


def verbs(router: Router, actor: Actor) -> list[Verb]:
    """The menu beside its heading."""
    lacks = pages.lacking(router, CREATE, actor)
    change = Verb(_("Change bandwidth"), address("router_bandwidth", router.number), "gauge", reason=lacks)
    edit, lock, delete = pages.common_verbs(router, "router", actor)
    return [edit, change, lock, delete]


def order_verbs(router: Router, blocks: Sequence[Block], actor: Actor) -> list[Verb]:
    """The buttons with which it gets more addresses."""
    lacks = pages.lacking(router, CREATE, actor)
    has_ipv6 = any(block.kind == Block.Kind.IPV6 for block in blocks)
    once = _("It has an IPv6 prefix already.") if has_ipv6 else ""
    return [
        Verb(_("Add IP addresses"), address("router_addresses", router.number), "plus", reason=lacks),
        Verb(_("Add IPv6"), address("router_ipv6", router.number), "plus", reason=lacks or once, post=True),
    ]
