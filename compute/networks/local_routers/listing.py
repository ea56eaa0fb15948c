"""How local routers and their peers look."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import ARRANGE, Actor
from billing import estimates
from compute.networks import pages
from compute.networks.local_routers import wires
from compute.networks.local_routers.models import LocalRouter, Peer
from core import marks
from core.calendar import jst_date
from core.marks import chip
from core.money import yen
from core.pages import Column, Listing
from core.verbs import Verb
from core.web import address


def peers_text(router: Any) -> str:
    """How many of the peers it names are connected."""
    return f"{router.joined} / {router.named}" if router.named else "—"


def peers_cell(router: Any) -> SafeString | str:
    """The same, marked when some are not (19-1)."""
    text = peers_text(router)
    return chip("warn", text) if router.joined < router.named else text


def dress(rows: Sequence[Any], at: datetime) -> None:
    """Give each of a page its charges of this month. One query."""
    charges = estimates.month_so_far([one.contract_id for one in rows], at=at)
    for one in rows:
        one.charge = charges.get(one.contract_id, 0)


LISTING = Listing(
    columns=[
        Column(
            gettext_lazy("Name"), lambda one: marks.named(one.get_absolute_url(), one.name, one.number), sort="name",
            text=lambda one: one.name,
        ),
        Column(gettext_lazy("Switch"), lambda one: f"{one.switch} ({one.switch.zone})" if one.switch else "—"),
        Column(gettext_lazy("Network"), lambda one: str(one.network or "—")),
        Column(gettext_lazy("Peers connected"), peers_cell, text=peers_text, look="num"),
        Column(gettext_lazy("This month"), lambda one: yen(one.charge), look="num"),
        Column(gettext_lazy("Created"), lambda one: f"{jst_date(one.created_at)}", sort="created_at"),
    ],
    search=["name"],
    number="number",
    hint=gettext_lazy("Name or number"),
    filename="local-routers",
    dress=dress,
)  # fmt: skip


def verbs(router: LocalRouter, actor: Actor) -> list[Verb]:
    """The button beside its state."""
    lacks = pages.lacking(router, ARRANGE, actor)
    if router.switch_id:
        return [Verb(_("Add a peer"), address("local_router_peer", router.number), "link", "primary", reason=lacks)]
    return [
        Verb(_("Connect a switch"), address("local_router_connect", router.number), "link", "primary", reason=lacks)
    ]


def more_verbs(router: LocalRouter, actor: Actor) -> list[Verb]:
    """The menu beside its heading."""
    lacks = pages.lacking(router, ARRANGE, actor)
    nowhere = "" if router.switch_id else _("It is on no switch.")
    edit, *others = pages.common_verbs(router, "local_router", actor)
    return [
        edit,
        Verb(
            _("Change the addresses"), address("local_router_connect", router.number), "link", reason=lacks or nowhere
        ),
        Verb(
            _("Static routes"),
            address("local_router_routes", router.number),
            "arrows-exchange",
            reason=lacks or nowhere,
        ),
        Verb(_("Take off the switch"), address("local_router_disconnect", router.number), "x", reason=lacks or nowhere),
        *others,
    ]


def peers(router: LocalRouter, healths: dict[int, str]) -> list[Peer]:
    """Its peers with what their rows show: chip, routes, and those that can't be routed. healths: by the peer's key."""
    known = router.reaches
    rows: list[Any] = list(router.peers.looked_at().order_by("pk"))
    for row in rows:
        row.kept, row.left = [], []
        state = row.state
        if state == Peer.State.UP:
            row.kept, row.left = wires.apart(known, row.other.reaches)
            known = known + row.kept
        if state == Peer.State.UP and healths.get(row.other_id) != "up":
            row.chip = chip("busy", _("Being connected"))
        else:
            row.chip = chip(Peer.TONES[state], state.label)
    return rows
