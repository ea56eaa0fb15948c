"""How hybrid connections look."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import ARRANGE, Actor
from billing import estimates
from compute.networks import pages
from compute.networks.hybrid.models import HybridConnection
from core import marks
from core.calendar import jst_date
from core.marks import chip
from core.money import yen
from core.pages import Column, Listing
from core.verbs import Verb
from core.web import address


def state_text(hybrid: Any) -> str:
    """Connected or not, or when it ends."""
    if hybrid.contract.ends_on:
        return _("Ends on %(day)s") % {"day": date_format(hybrid.contract.ends_on)}
    return _("Connected") if hybrid.switch_id else _("Not connected")


def state_chip(hybrid: Any) -> SafeString:
    """The same in colour."""
    tone = "busy" if hybrid.contract.ends_on else "ok" if hybrid.switch_id else "idle"
    return chip(tone, state_text(hybrid))


def other_end(hybrid: Any) -> str:
    """What it leads to, in words."""
    ends = [str(hybrid.other_service) if hybrid.other_service else _("Another network in this cloud"), hybrid.line]
    return " · ".join(one for one in ends if one)


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
        Column(gettext_lazy("State"), state_chip, text=state_text, look="corner"),
        Column(gettext_lazy("Switch"), lambda one: f"{one.switch} ({one.switch.zone})" if one.switch else "—"),
        Column(gettext_lazy("Leads to"), other_end),
        Column(gettext_lazy("This month"), lambda one: yen(one.charge), look="num"),
        Column(gettext_lazy("Created"), lambda one: f"{jst_date(one.created_at)}", sort="created_at"),
    ],
    search=["name"],
    number="number",
    hint=gettext_lazy("Name or number"),
    filename="hybrid-connections",
    dress=dress,
)  # fmt: skip


def verbs(hybrid: HybridConnection, actor: Actor) -> list[Verb]:
    """The button beside its state: connecting, or taking it off."""
    lacks = pages.lacking(hybrid, ARRANGE, actor)
    if hybrid.switch_id:
        return [Verb(_("Disconnect"), address("hybrid_disconnect", hybrid.number), "link", reason=lacks, post=True)]
    return [Verb(_("Connect a switch"), address("hybrid_connect", hybrid.number), "link", "primary", reason=lacks)]


def more_verbs(hybrid: HybridConnection, actor: Actor) -> list[Verb]:
    """The menu beside its heading; it isn't deleted but cancelled."""
    *others, delete = pages.common_verbs(hybrid, "hybrid", actor)
    gone = _("It is cancelled already.") if hybrid.contract.ends_on else delete.reason
    return [*others, Verb(_("Cancel the contract"), delete.url, "trash", "bad", reason=gone)]
