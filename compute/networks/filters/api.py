"""Packet filters in the cloud API."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.access import ARRANGE
from accounts.api import Resources, labels
from compute.networks.filters import actions
from compute.networks.filters.models import PacketFilter
from compute.networks.filters.rules import FIELDS, Rule
from compute.zones import Zone
from compute.zones_api import ZONE
from core.api import BadQuery, Body, Fixed, Id, Instant, Link, Made, Part, Tags, Text

# Our names of a rule's fields -> the API's.
NAMES = dict(
    zip(FIELDS, ("Action", "Protocol", "SourceNetwork", "SourcePort", "DestinationPort", "Description"), strict=True)
)


def expression(rules: list[Rule]) -> list[dict[str, str]]:
    """The rules as the API writes them."""
    return [{NAMES[field]: rule.get(field, "") for field in FIELDS} for rule in rules]


PACKET_FILTER = Part(
    {
        "ID": Id("number"),
        "Name": Text("name"),
        "Description": Text("description"),
        "Tags": Tags("tags"),
        "Icon": Fixed(None),
        "Expression": Made(expression, "rules"),
        "ExpressionHash": Text("expression_hash"),
        "Zone": Link("zone", ZONE),
        "CreatedAt": Instant("created_at"),
    }
)


def in_zone(request: Any) -> QuerySet[PacketFilter]:
    """Those of the zone in the address."""
    return PacketFilter.objects.filter(zone__code=request.zone)


packet_filters = Resources("packetfilter", "PacketFilter", "PacketFilters", rows=in_zone, fields=PACKET_FILTER)


def rules_of(body: Body) -> list[Rule]:
    """The rules that were sent, unchecked. Raises BadQuery for what isn't a list of objects of texts."""
    at = "PacketFilter.Expression"
    if not all(isinstance(one, dict) for one in body.items(at)):
        raise BadQuery(_("“%(field)s” must be %(expected)s.") % {"field": at, "expected": _("a list")}, field=at)
    return [rule_of(body, f"{at}.{index}") for index in range(len(body.items(at)))]


def rule_of(body: Body, at: str) -> Rule:
    """One rule; words in any case."""
    said = {field: body.text(f"{at}.{name}", "") for field, name in NAMES.items()}
    return {field: text if field == "description" else text.lower() for field, text in said.items()}


@packet_filters.creates(level=ARRANGE)
def create(request: Any, body: Body) -> PacketFilter:
    """Make a packet filter."""
    zone, values = Zone.objects.get(code=request.zone), labels(body, "PacketFilter")
    return actions.create(request.project, zone, **values, rules=rules_of(body), by=request.actor, at=request.now)


@packet_filters.changes(level=ARRANGE)
@transaction.atomic
def change(request: Any, packet_filter: PacketFilter, body: Body) -> PacketFilter:
    """Change what it is called, and its rules when they are sent; OriginalExpressionHash guards against a rival."""
    values = labels(body, "PacketFilter", packet_filter)
    actions.edit(packet_filter, **values, by=request.actor, at=request.now)
    if body.sends("PacketFilter.Expression"):
        known = body.text("OriginalExpressionHash", None)
        actions.set_rules(packet_filter, rules_of(body), known=known, by=request.actor, at=request.now)
    return packet_filter


@packet_filters.deletes(level=PacketFilter.MOVES["delete"].level)
def delete(request: Any, packet_filter: PacketFilter, body: Body) -> None:
    """Delete it."""
    actions.delete(packet_filter, by=request.actor, at=request.now)
