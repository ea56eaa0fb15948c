"""The verbs of a packet filter. It costs nothing, so it has no contract."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import Actor
from accounts.projects.models import Project
from compute.library import labels
from compute.networks.filters import rules as rulebook
from compute.networks.filters.models import PacketFilter
from compute.networks.filters.rules import Rule
from compute.zones import Zone
from core import operations
from core.errors import Refused

MOST = 100


@transaction.atomic
def create(
    project: Project,
    zone: Zone,
    *,
    name: str,
    description: str = "",
    tags: Iterable[str] = (),
    rules: Iterable[Rule] = (),
    by: Actor,
    at: datetime,
) -> PacketFilter:
    """Make a packet filter. Raises Refused for bad rules, or when the project has a hundred in the zone."""
    zone.check_open()
    checked = rulebook.checked(rules)
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    if PacketFilter.objects.alive().filter(project=project, zone=zone).count() >= MOST:
        text = _("This project may have %(limit)s packet filters in a zone.")
        raise Refused(text % {"limit": MOST}, code="quota_exceeded")
    made = PacketFilter(
        project=project, zone=zone, name=name, description=description, tags=list(tags), rules=checked,
        expression_hash=rulebook.digest(checked), created_at=at, state_changed_at=at,
    )  # fmt: skip
    made.save()
    audit.record("filter.created", made, by=by, at=at)
    return made


@transaction.atomic
def set_rules(
    packet_filter: PacketFilter, rules: Iterable[Rule], *, known: str | None = None, by: Actor, at: datetime
) -> None:
    """Replace the rules; they hold at once on every interface that has the filter.

    known: the hash of the rules the edit was made from. Raises Refused for bad rules, and when somebody else has
    changed them since.
    """
    checked = rulebook.checked(rules)
    same = PacketFilter.objects.alive().filter(pk=packet_filter.pk)
    same = same.filter(expression_hash=known) if known else same
    if not same.update(rules=checked, expression_hash=rulebook.digest(checked)):
        text = _("Somebody else has changed these rules meanwhile. Reload the page and make your change again.")
        raise Refused(text, code="expression_changed", field="rules")
    packet_filter.rules, packet_filter.expression_hash = checked, rulebook.digest(checked)
    for server in servers_of(packet_filter):
        operations.ask("server.wire", server, by=by, at=at)
    audit.record("filter.rules_changed", packet_filter, by=by, at=at, count=len(checked))


def servers_of(packet_filter: PacketFilter) -> list[Any]:
    """The servers that have an interface with the filter, each once."""
    interfaces = packet_filter.interfaces.alive().select_related("server").order_by("server")
    return list({one.server_id: one.server for one in interfaces}.values())


def edit(packet_filter: PacketFilter, *, by: Actor, at: datetime, **values: Any) -> None:
    """Change what the customer calls it."""
    labels.edit(packet_filter, "filter.edited", by=by, at=at, **values)


@transaction.atomic
def delete(packet_filter: PacketFilter, *, by: Actor, at: datetime) -> None:
    """Delete it. Raises Refused with the list while interfaces have it."""
    packet_filter.hold()
    names = [server.name for server in servers_of(packet_filter)]
    if names:
        text = _("“%(name)s” still protects: %(servers)s. Take it off these first.")
        raise Refused(
            text % {"name": packet_filter.name, "servers": _(", ").join(names)}, code="still_needed"
        )  # fmt: skip
    moved = packet_filter.move("delete", at=at)
    audit.record("filter.deleted", packet_filter, moved, by=by, at=at)
