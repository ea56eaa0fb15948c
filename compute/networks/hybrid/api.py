"""Hybrid connections in the panel's API."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.access import ARRANGE, CREATE, visible
from accounts.api import PanelEndpoint, Resources, labels, referred
from billing.other_services.models import OtherService
from compute.networks.hybrid import actions
from compute.networks.hybrid.actions import HybridOrder
from compute.networks.hybrid.models import HybridConnection
from compute.networks.switches.models import Switch
from core.api import BadQuery, Body, Id, Instant, Link, Made, Part, Tags, Text


def written(day: date | None) -> str | None:
    """A JST day as JSON has it."""
    return day.isoformat() if day else None


HYBRID = Part(
    {
        "ID": Id("number"),
        "Name": Text("name"),
        "Description": Text("description"),
        "Tags": Tags("tags"),
        "Switch": Link("switch", {"ID": Id("number"), "Name": Text("name")}),
        "OtherService": Link(
            "other_service",
            {
                "ID": Id("number"),
                "Kind": Text("kind"),
                "ContractNumber": Text("reference"),
            },
        ),
        "Line": Text("line"),
        "StartedOn": Made(written, "contract__started_on"),
        "EndsOn": Made(written, "contract__ends_on"),
        "CreatedAt": Instant("created_at"),
    }
)  # fmt: skip


class HybridConnections(Resources):
    """The hybrid connections of the key's project. One that is cancelled ends at the end of the month: see EndsOn."""

    endpoint = PanelEndpoint


def of_project(request: Any) -> QuerySet[HybridConnection]:
    rows = HybridConnection.objects.filter(project=request.project)
    return rows.select_related("contract", "switch__contract", "other_service")


hybrids = HybridConnections(
    "hybrid-connections", "HybridConnection", "HybridConnections", rows=of_project, fields=HYBRID
)  # fmt: skip


def other_service(request: Any, body: Body) -> OtherService | None:
    """The customer's service elsewhere whose number the body names, or None. Raises BadQuery."""
    number = body.whole("HybridConnection.OtherService.ID", None)
    if number is None:
        return None
    mine = OtherService.objects.attested().filter(organisation=request.project.organisation_id, number=number)
    found = mine.first()
    if found is None:
        text = _("There is no such service that we have confirmed.")
        raise BadQuery(text, field="HybridConnection.OtherService.ID")
    return found


@hybrids.creates(level=CREATE)
def create(request: Any, body: Body) -> HybridConnection:
    """Order one: {"HybridConnection": {"Name", "Switch": {"ID"}, "OtherService": {"ID"}, "Line"}}."""
    switches = Switch.objects.select_related("project", "zone", "contract")
    order = HybridOrder(
        switch=referred(request, switches, body, "HybridConnection.Switch.ID", ARRANGE),
        other_service=other_service(request, body),
        line=body.like(HybridConnection, "line", "HybridConnection.Line", ""),
        **labels(body, "HybridConnection"),
    )
    return actions.create(request.project, order, by=request.actor, at=request.now)


@hybrids.changes(level=ARRANGE)
def change(request: Any, hybrid: HybridConnection, body: Body) -> HybridConnection:
    """Change its name, description, tags and line."""
    line = body.like(HybridConnection, "line", "HybridConnection.Line", hybrid.line)
    kept = labels(body, "HybridConnection", hybrid)
    actions.edit(hybrid, **kept, line=line, by=request.actor, at=request.now)
    return hybrid


@hybrids.deletes(level=HybridConnection.MOVES["delete"].level)
def cancel(request: Any, hybrid: HybridConnection, body: Body) -> None:
    """Give notice: it ends at the end of the month."""
    actions.cancel(hybrid, by=request.actor, at=request.now)


@hybrids.verb("PUT", "to/switch/<str:switch>", level=ARRANGE)
def connect(request: Any, hybrid: HybridConnection, body: Body, switch: str) -> HybridConnection:
    """Tie it to a switch."""
    rows = Switch.objects.select_related("project", "zone", "contract")
    wanted = visible(request, rows, hybrids.id_of(switch), ARRANGE)
    actions.connect(hybrid, wanted, by=request.actor, at=request.now)
    return hybrid


@hybrids.verb("DELETE", "to/switch", level=ARRANGE)
def disconnect(request: Any, hybrid: HybridConnection, body: Body) -> HybridConnection:
    """Take it off its switch."""
    actions.disconnect(hybrid, by=request.actor, at=request.now)
    return hybrid
