"""How servers look: the state in a word and a colour, the list's columns and filters, the buttons."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import ARRANGE, CREATE, Actor
from billing import estimates
from billing.credits import outages
from billing.credits.models import Outage
from compute.reasons import guarded, level_reason, lock_verb, why_not
from compute.servers.models import Server
from compute.zones import ServerPlan, Zone
from core import marks
from core.calendar import jst_date
from core.marks import chip
from core.money import yen
from core.pages import Column, Listing, by_field
from core.verbs import Verb
from core.web import address

TONES = {
    Server.State.PROVISIONING: "busy",
    Server.State.STOPPED: "idle",
    Server.State.STARTING: "busy",
    Server.State.RUNNING: "ok",
    Server.State.STOPPING: "busy",
    Server.State.FAILED: "bad",
}
LONG_PAUSE_DAYS = 60


def state_chip(server: Server, at: datetime) -> SafeString:
    """The state; a long pause with its days, the last failure with its own word."""
    if server.state == Server.State.STOPPED and server.stopped_since is not None:
        days = (jst_date(at) - jst_date(server.stopped_since)).days
        if days >= LONG_PAUSE_DAYS:
            return chip("warn", _("Stopped (%(days)s days)") % {"days": days})
    if server.state == Server.State.STOPPED and server.error:
        return chip("bad", _("Did not start"))
    return chip(TONES[Server.State(server.state)], server.get_state_display())


def name_cell(server: Any) -> SafeString:
    return marks.named(server.get_absolute_url(), server.name, server.number) + outage_mark(server.outage)


def outage_mark(outage: Outage | None) -> SafeString:
    """A word that leads to the incident which touches it, or the maintenance announced for it; else nothing."""
    if outage is None:
        return SafeString("")
    word = _("Maintenance") if outage.cause == Outage.Cause.MAINTENANCE else _("Incident")
    tone = "warn" if outage.cause == Outage.Cause.MAINTENANCE else "bad"
    return format_html('<a href="{}">{}</a>', address("incident", outage.source_number), marks.badge(word, tone))


def address_cell(server: Any) -> SafeString:
    return SafeString(f'<span class="mono">{server.address or "—"}</span>')


def power_cell(server: Any) -> SafeString:
    """The one thing one wants to do from the list: stop it, or start it."""
    if server.is_busy or server.state == Server.State.FAILED:
        return SafeString("")
    if server.is_up:
        return marks.quick(address("server_stop", server.number), "player-stop", f"{_('Stop')}: {server.name}")
    return marks.quick(address("server_start", server.number), "player-play", f"{_('Start')}: {server.name}")


def dress(servers: Sequence[Any], at: datetime) -> None:
    """Give each server of a page its chip, its charges of this month, and what touches it now. Two queries."""
    contracts = [server.contract_id for server in servers]
    charges, touched = estimates.month_so_far(contracts, at=at), outages.marks(contracts, at)
    for server in servers:
        server.chip = state_chip(server, at)
        server.charge = charges.get(server.contract_id, 0)
        server.outage = touched.get(server.contract_id)


LISTING = Listing(
    columns=[
        Column(gettext_lazy("Name"), name_cell, sort="name", text=lambda server: server.name),
        Column(gettext_lazy("State"), lambda server: server.chip, text=Server.state_label, look="corner"),
        Column(gettext_lazy("Zone"), lambda server: str(server.zone)),
        Column(gettext_lazy("Plan"), lambda server: str(server.plan)),
        Column(gettext_lazy("IP address"), address_cell, text=lambda server: server.address or ""),
        Column(gettext_lazy("This month"), lambda server: yen(server.charge), look="num"),
        Column(gettext_lazy("Created"), lambda server: f"{jst_date(server.created_at)}", sort="created_at"),
        Column("", power_cell, look="actions"),
    ],
    search=["name"],
    number="number",
    filters=[
        by_field("state", gettext_lazy("State"), lambda: [c for c in Server.State.choices if c[0] != "DELETED"]),
        by_field(
            "zone", gettext_lazy("Zone"), lambda: [(z.code, str(z)) for z in Zone.objects.sold()], field="zone__code"
        ),
        by_field(
            "plan",
            gettext_lazy("Plan"),
            lambda: [(p.code, str(p)) for p in ServerPlan.objects.all()],
            field="plan__code",
        ),
    ],
    hint=gettext_lazy("Name or number"),
    filename="servers",
    dress=dress,
)


def power_verbs(server: Server, actor: Actor) -> list[Verb]:
    """The buttons beside the heading: start or stop."""
    if server.is_up or server.state == Server.State.STARTING:
        url = reverse("server_stop", args=[server.number])
        return [Verb(_("Stop"), url, "player-stop", reason=why_not(server, "stop", actor))]
    url = reverse("server_start", args=[server.number])
    reason, clause = why_not(server, "start", actor), ""
    if not reason and server.is_restricted:
        reason, clause = _("Its use is restricted. Please contact us."), "7-5"
    return [Verb(_("Start"), url, "player-play", "primary", reason=reason, clause=clause, post=True)]


def more_verbs(server: Server, actor: Actor) -> list[Verb]:
    """The menu beside them, most harmless first."""

    def at(name: str) -> str:
        return reverse(f"server_{name}", args=[server.number])

    arrange = level_reason(server, ARRANGE, actor)
    return [
        Verb(_("Edit"), at("edit"), "pencil", reason=arrange),
        Verb(_("Reset"), at("reset"), "refresh", reason=why_not(server, "reset", actor)),
        Verb(_("Stop at once"), at("force_stop"), "bolt", reason=why_not(server, "force_stop", actor)),
        Verb(_("Change plan"), at("plan"), "cpu", reason=why_not(server, "change_plan", actor)),
        Verb(_("Install the system anew"), at("reinstall"), "restore", reason=why_not(server, "change_plan", actor)),
        Verb(_("CD-ROM drive"), at("cdrom"), "disc", reason=arrange),
        Verb(
            _("Order one like it"),
            f"{reverse('server_new')}?like={server.number}",
            "copy",
            reason=level_reason(server, CREATE, actor),
            whole_page=True,
        ),
        lock_verb(server, at("protect"), actor),
        Verb(_("Delete"), at("delete"), "trash", "bad", reason=guarded(server) or why_not(server, "delete", actor)),
    ]
