"""The verbs of a switch."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import Actor
from accounts.projects.models import Project
from billing import contracts, meters
from billing.contracts.models import Contract
from compute.library import labels
from compute.networks import confirming
from compute.networks.hybrid.models import HybridConnection
from compute.networks.switches.models import Switch
from compute.services import SWITCH
from compute.zones import Zone
from core import ids, operations
from core.errors import Refused


@dataclass(frozen=True)
class SwitchOrder:
    """What a customer orders. default_route, mask_length: notes about the network, never enforced."""

    name: str
    zone: Zone
    description: str = ""
    tags: tuple[str, ...] = ()
    default_route: str | None = None
    mask_length: int | None = None


@transaction.atomic
def create(project: Project, order: SwitchOrder, *, accepted: tuple[str, ...] = (), by: Actor, at: datetime) -> Switch:
    """Order a switch; it is charged from now until it is deleted (2-1, 3-1)."""
    order.zone.check_open()
    switch = drawn_up(project, order, at=at)
    charged = not order.zone.is_sandbox
    switch.contract = contracts.open(
        SWITCH, switch, project=project, accepted=accepted, zone=order.zone.code, charged=charged,
        items=[("switch", "")], by=by, at=at,
    )  # fmt: skip
    switch.save(force_insert=True)
    meters.start(switch.contract, "switch", at=at)
    operations.ask("switch.set", switch, by=by, at=at)
    audit.record("switch.created", switch, by=by, at=at)
    confirming.ordered(switch, [("switch", "")], at=at)
    return switch


def drawn_up(project: Project, order: SwitchOrder, *, at: datetime) -> Switch:
    """The row of what was ordered, with its key, not saved yet."""
    switch = Switch(
        project=project,
        zone=order.zone,
        name=order.name,
        description=order.description,
        tags=list(order.tags),
        default_route=order.default_route,
        mask_length=order.mask_length,
        created_at=at,
        state_changed_at=at,
    )
    ids.reserve(switch)
    return switch


@transaction.atomic
def embed(project: Project, order: SwitchOrder, contract: Contract, *, by: Actor, at: datetime) -> Switch:
    """The switch of a router: provided under the router's contract and charged with it."""
    switch = drawn_up(project, order, at=at)
    switch.contract = contract
    switch.save(force_insert=True)
    operations.ask("switch.set", switch, by=by, at=at)
    return switch


def edit(switch: Switch, *, by: Actor, at: datetime, **values: Any) -> None:
    """Change what the customer calls it and notes about it; the switch of a router is called like its router."""
    if switch.is_routed:
        raise Refused(_("This switch belongs to a router. Edit the router instead."))
    labels.edit(switch, "switch.edited", by=by, at=at, **values)


def protect(switch: Switch, *, protected: bool, by: Actor, at: datetime) -> None:
    """Lock the switch against deletion, or unlock it. Raises Refused for the switch of a router."""
    if switch.is_routed:
        raise Refused(_("This switch belongs to a router. Protect the router instead."))
    labels.protect(switch, "switch", protected=protected, by=by, at=at)


@transaction.atomic
def delete(switch: Switch, *, by: Actor, at: datetime) -> None:
    """Delete the switch; its contract ends the same day (6-1, AM-22).

    Raises Refused with the list while servers, a bridge, a hybrid connection or local routers are attached (AM-12), for
    the switch of a router, and while it is protected.
    """
    if switch.is_routed:
        raise Refused(_("This switch belongs to a router. Delete the router instead."))
    if switch.hold("protected").protected:
        raise Refused(_("This switch is protected against deletion. Remove the protection first."))
    if switch.contract.is_running:
        contracts.close(switch.contract, reason="cancelled", by=by, at=at)
    remove(switch, by=by, at=at)


@transaction.atomic
def remove(switch: Switch, *, by: Actor, at: datetime) -> None:
    """Take away the switch of a contract that has ended. Raises Refused with the list while anything is attached."""
    check_free(switch)
    moved = switch.move("delete", at=at)
    operations.ask("switch.delete", switch, by=by, at=at)
    audit.record("switch.deleted", switch, moved, by=by, at=at)


def check_free(switch: Switch) -> None:
    """Raise Refused naming what is attached: servers, bridge, hybrid, local routers (AM-12). Lock the switch before."""
    switch.refresh_from_db(fields=["bridge"])
    if reason := attached(switch):
        raise Refused(reason, code="still_needed")


def attached(switch: Switch) -> str:
    """Why it can't be deleted as long as something is attached, with the names of that; "" when nothing is."""
    names = list(switch.interfaces.order_by("server").values_list("server__name", flat=True).distinct())
    if switch.bridge is not None:
        names.append(switch.bridge.name)
    names += HybridConnection.objects.filter(switch=switch).values_list("name", flat=True)
    names += switch.local_routers.order_by("name").values_list("name", flat=True)
    text = _("“%(name)s” still has something attached: %(things)s. Detach these first.")
    return text % {"name": switch.name, "things": _(", ").join(names)} if names else ""
