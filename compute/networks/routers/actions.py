"""The verbs of a router with its switch: order, bandwidth, IPv6, delete. Additional addresses: blocks.py."""

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
from compute.networks.addressing import plan as addressing
from compute.networks.routers import blocks
from compute.networks.routers.models import Block, Router, RouterPlan
from compute.networks.switches import actions as switches
from compute.networks.switches.actions import SwitchOrder
from compute.services import ROUTER
from core import ids, operations
from core.errors import Refused


@dataclass(frozen=True)
class RouterOrder:
    """What a customer orders. switch: name, zone and so on, of the router and its switch; length: of its block."""

    switch: SwitchOrder
    plan: RouterPlan
    length: int = 28

    def check(self) -> None:
        """Raise Refused, naming the field, for what isn't sold."""
        check_plan(self.plan)
        blocks.check_length(self.length)


def check_plan(plan: RouterPlan) -> None:
    if not plan.is_open:
        raise Refused(
            _("This bandwidth is not sold now. Please choose another one."),
            code="invalid_plan", field="plan", status=400,
        )  # fmt: skip


@transaction.atomic
def create(project: Project, order: RouterOrder, *, accepted: tuple[str, ...] = (), by: Actor, at: datetime) -> Router:
    """Order a router with its switch and a block; charged by bandwidth from now until it is deleted (2-1, 3-1)."""
    zone = order.switch.zone
    zone.check_open()
    order.check()
    router = drawn_up(project, order, at=at)
    router.contract = contracts.open(
        ROUTER, router, project=project, accepted=accepted, zone=zone.code, charged=not zone.is_sandbox,
        items=[("router", order.plan.code)], by=by, at=at,
    )  # fmt: skip
    router.switch = switches.embed(project, order.switch, router.contract, by=by, at=at)
    router.save(force_insert=True)
    blocks.give(blocks.drawn_up(router, Block.Kind.OWN, order.length, at=at))
    meters.start(router.contract, "router", order.plan.code, at=at)
    operations.ask("router.set", router, by=by, at=at)
    audit.record("router.created", router, by=by, at=at)
    confirming.ordered(router, [("router", order.plan.code)], at=at)
    return router


def drawn_up(project: Project, order: RouterOrder, *, at: datetime) -> Router:
    """The row of what was ordered, with its key, not saved yet."""
    wanted = order.switch
    router = Router(
        project=project,
        zone=wanted.zone,
        plan=order.plan,
        name=wanted.name,
        description=wanted.description,
        tags=list(wanted.tags),
        created_at=at,
        state_changed_at=at,
    )
    ids.reserve(router)
    return router


@transaction.atomic
def change_bandwidth(router: Router, plan: RouterPlan, *, by: Actor, at: datetime) -> None:
    """Give it another bandwidth and a new number; its price starts a new ladder (3-2).

    Raises Refused for the bandwidth it has, one that isn't sold, or when somebody else has changed it meanwhile.
    """
    check_plan(plan)
    was, former = router.plan, router.number
    if router.hold("plan").plan_id == plan.pk:
        raise Refused(_("The router has this bandwidth already."), field="plan")
    moved = router.move("change_bandwidth", plan_id=plan.pk, at=router.state_changed_at)
    router.plan = plan
    contracts.change(router.contract, lowers=plan.bandwidth_mbps < was.bandwidth_mbps, by=by, at=at)
    meters.stop(router.contract, item="router", at=at)
    meters.start(router.contract, "router", plan.code, at=at)
    ids.renumber(router, at=at)
    operations.ask("router.set", router, by=by, at=at)
    audit.record("router.bandwidth_changed", router, moved, by=by, at=at, was=str(was), plan=str(plan), former=former)


@transaction.atomic
def edit(router: Router, *, by: Actor, at: datetime, **values: Any) -> None:
    """Change what the customer calls it; its switch is called the same."""
    labels.edit(router, "router.edited", by=by, at=at, **values)
    type(router.switch).objects.filter(pk=router.switch_id).update(**values)


def protect(router: Router, *, protected: bool, by: Actor, at: datetime) -> None:
    """Lock the router and all that is its own against deletion, or unlock it."""
    labels.protect(router, "router", protected=protected, by=by, at=at)


@transaction.atomic
def add_ipv6(router: Router, *, by: Actor, at: datetime) -> Block:
    """Give it an IPv6 prefix, free of charge. Raises Refused when it has one."""
    router.hold()
    if router.blocks.alive().filter(kind=Block.Kind.IPV6).exists():
        raise Refused(_("The router has an IPv6 prefix already."))
    check_in_use(router)
    block = blocks.give(blocks.drawn_up(router, Block.Kind.IPV6, addressing.IPV6_LENGTH, at=at))
    operations.ask("router.set", router, by=by, at=at)
    audit.record("router.ipv6_added", router, by=by, at=at, network=str(block.network))
    return block


@transaction.atomic
def remove_ipv6(block: Block, *, by: Actor, at: datetime) -> None:
    """Take the IPv6 prefix and the names of its addresses away; a new one will be another one."""
    blocks.give_back(block, at=at)
    operations.ask("router.set", block.router, by=by, at=at)
    audit.record("router.ipv6_removed", block.router, by=by, at=at, network=str(block.network))


def check_in_use(router: Router) -> None:
    """Raise Refused unless the router exists under a running contract. Hold the router before."""
    if router.state != Router.State.AVAILABLE or not Contract.objects.running().filter(pk=router.contract_id).exists():
        raise Refused(_("Addresses can be added only while the router+switch is in use."))


@transaction.atomic
def delete(router: Router, *, by: Actor, at: datetime) -> None:
    """Delete the router, its switch and its addresses; contracts of additional ones end with it (6-1, 11-2).

    Raises Refused with the list while servers or a bridge are attached to its switch (AM-12), or while it is protected.
    """
    if router.hold("protected").protected:
        raise Refused(_("This router is protected against deletion. Remove the protection first."))
    router.switch.hold()
    switches.check_free(router.switch)
    following: list[Contract] = []
    if router.contract.is_running:
        ending = contracts.close(router.contract, reason="cancelled", by=by, at=at)
        following = [one for one in ending.ended if one.pk != router.contract_id]
    remove(router, following=following, by=by, at=at)


@transaction.atomic
def remove(router: Router, *, following: list[Contract], by: Actor, at: datetime) -> None:
    """Take away the router of a contract that has ended, with all that is its own; mail what ended with it (11-2)."""
    moved = router.move("delete", at=at)
    ended = [str(block) for block in router.blocks.alive().filter(kind=Block.Kind.ADDITIONAL).in_order()]
    for block in router.blocks.alive():
        blocks.give_back(block, at=at)
    switches.remove(router.switch, by=by, at=at)
    operations.ask("router.delete", router, by=by, at=at)
    audit.record("router.deleted", router, moved, by=by, at=at, addresses=", ".join(ended) or "—")
    confirming.ended(router, following, at=at)
