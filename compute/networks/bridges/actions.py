"""The verbs of a bridge."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import Actor
from accounts.projects.models import Project
from billing import contracts
from billing.contracts.models import REFUSES
from compute.library import labels
from compute.networks.bridges.models import Bridge
from compute.networks.switches.models import Switch
from compute.services import BRIDGE
from core import ids, operations
from core.errors import Refused


@transaction.atomic
def create(
    project: Project,
    *,
    name: str,
    description: str = "",
    tags: Iterable[str] = (),
    by: Actor,
    at: datetime,
) -> Bridge:
    """Make a bridge; it is free (17-1)."""
    bridge = Bridge(
        project=project, name=name, description=description, tags=list(tags), created_at=at,
        state_changed_at=at,
    )  # fmt: skip
    ids.reserve(bridge)
    bridge.contract = contracts.open(BRIDGE, bridge, project=project, by=by, at=at)
    bridge.save(force_insert=True)
    operations.ask("bridge.set", bridge, by=by, at=at)
    audit.record("bridge.created", bridge, by=by, at=at)
    return bridge


@transaction.atomic
def attach(bridge: Bridge, switch: Switch, *, by: Actor, at: datetime) -> None:
    """Join a switch to the bridge; it takes one of each zone (17-1).

    Raises Refused for a switch of another project, one on a bridge already, or a zone that has its switch.
    """
    if bridge.project_id != switch.project_id:
        raise Refused(_("The bridge and the switch are in different projects."), field="switch")
    if bridge.hold().state != Bridge.State.AVAILABLE:
        raise Refused(_("This bridge was deleted meanwhile."))
    if switch.hold("bridge").state != Switch.State.AVAILABLE:
        raise Refused(_("This switch was deleted meanwhile. Choose another one."), field="switch")
    if switch.bridge_id is not None:
        raise Refused(_("This switch is on a bridge already. Detach it first."), field="switch")
    join(bridge, switch)
    contracts.link(switch.contract, bridge.contract, REFUSES)
    operations.ask("switch.set", switch, by=by, at=at)
    audit.record("bridge.attached", bridge, by=by, at=at, switch=switch.name)


def join(bridge: Bridge, switch: Switch) -> None:
    """Write it down, or raise Refused when the zone has its switch; the database decides among rivals."""
    try:
        with transaction.atomic():
            Switch.objects.filter(pk=switch.pk).update(bridge=bridge)
    except IntegrityError as error:
        text = _("A bridge takes one switch of each zone, and %(zone)s has its switch on “%(bridge)s” already.")
        raise Refused(
            text % {"zone": switch.zone, "bridge": bridge.name}, clause="17-1", field="switch"
        ) from error  # fmt: skip
    switch.bridge = bridge


@transaction.atomic
def detach(switch: Switch, *, by: Actor, at: datetime) -> None:
    """Take a switch off its bridge. Raises Refused when it is on none."""
    bridge = switch.hold("bridge").bridge
    if bridge is None:
        raise Refused(_("This switch is on no bridge."))
    Switch.objects.filter(pk=switch.pk).update(bridge=None)
    switch.bridge = None
    contracts.unlink(switch.contract, bridge.contract)
    operations.ask("switch.set", switch, by=by, at=at)
    audit.record("bridge.detached", bridge, by=by, at=at, switch=switch.name)


def edit(bridge: Bridge, *, by: Actor, at: datetime, **values: Any) -> None:
    """Change what the customer calls it."""
    labels.edit(bridge, "bridge.edited", by=by, at=at, **values)


def protect(bridge: Bridge, *, protected: bool, by: Actor, at: datetime) -> None:
    """Lock the bridge against deletion, or unlock it."""
    labels.protect(bridge, "bridge", protected=protected, by=by, at=at)


@transaction.atomic
def delete(bridge: Bridge, *, by: Actor, at: datetime) -> None:
    """Delete the bridge; its contract ends the same day (6-1, 17-1).

    Raises Refused with the list while switches are on it, and while it is protected.
    """
    if bridge.hold("protected").protected:
        raise Refused(_("This bridge is protected against deletion. Remove the protection first."))
    if bridge.contract.is_running:
        contracts.close(bridge.contract, reason="cancelled", by=by, at=at)
    remove(bridge, by=by, at=at)


@transaction.atomic
def remove(bridge: Bridge, *, by: Actor, at: datetime) -> None:
    """Take away the bridge of a contract that has ended. Raises Refused with the list while switches are on it."""
    names = list(bridge.switches.order_by("zone").values_list("name", flat=True))
    if names:
        text = _("“%(name)s” still joins: %(switches)s. Detach these first.")
        raise Refused(text % {"name": bridge.name, "switches": _(", ").join(names)}, code="still_needed")
    moved = bridge.move("delete", at=at)
    operations.ask("bridge.delete", bridge, by=by, at=at)
    audit.record("bridge.deleted", bridge, moved, by=by, at=at)
