"""How switches look."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import Actor
from billing import estimates
from compute.networks import pages
from compute.networks.switches.models import Switch
from compute.zones import Zone
from core import marks
from core.calendar import jst_date
from core.money import yen
from core.pages import Column, Listing, by_field
from core.verbs import Verb


def name_cell(switch: Any) -> SafeString:
    mark = marks.badge(_("of a router")) if switch.is_routed else SafeString("")
    return marks.named(switch.get_absolute_url(), switch.name, switch.number) + mark


def dress(switches: Sequence[Any], at: datetime) -> None:
    """Give each switch of a page its charges of this month; that of a router costs nothing of its own. One query."""
    charges = estimates.month_so_far([one.contract_id for one in switches if not one.is_routed], at=at)
    for switch in switches:
        switch.charge = 0 if switch.is_routed else charges.get(switch.contract_id, 0)


LISTING = Listing(
    columns=[
        Column(gettext_lazy("Name"), name_cell, sort="name", text=lambda switch: switch.name),
        Column(gettext_lazy("Zone"), lambda switch: str(switch.zone)),
        Column(gettext_lazy("Connections"), lambda switch: f"{switch.wired:,}", look="num"),
        Column(gettext_lazy("Bridge"), lambda switch: switch.bridge.name if switch.bridge else "—"),
        Column(gettext_lazy("This month"), lambda switch: yen(switch.charge), look="num"),
        Column(gettext_lazy("Created"), lambda switch: f"{jst_date(switch.created_at)}", sort="created_at"),
    ],
    search=["name"],
    number="number",
    filters=[
        by_field(
            "zone", gettext_lazy("Zone"), lambda: [(z.code, str(z)) for z in Zone.objects.sold()], field="zone__code"
        ),
    ],
    hint=gettext_lazy("Name or number"),
    filename="switches",
    dress=dress,
)


def verbs(switch: Switch, actor: Actor) -> list[Verb]:
    """The menu beside its heading; that of a router is looked after on the router's page."""
    return [] if switch.is_routed else pages.common_verbs(switch, "switch", actor)
