"""How workers perform what routers ask for."""

from datetime import datetime

from compute.drivers import NetworkSpec, hypervisor
from compute.networks.addressing.models import Address
from compute.networks.routers.models import Router
from compute.networks.switches.operations import ref as switch_ref
from core.operations.models import Operation
from core.operations.performing import Performer


def ref(router_pk: int) -> str:
    """What the hypervisor knows a router by; it never changes."""
    return f"router-{router_pk}"


def spec(router: Router) -> NetworkSpec:
    """The router as it shall be: its bandwidth, the blocks routed to it, the names of their addresses."""
    blocks = router.blocks.alive().in_order()
    named = Address.objects.filter(block__in=blocks).exclude(host_name="").order_by("address")
    return NetworkSpec(
        "router",
        router.zone.code,
        joins=(switch_ref(router.switch_id),),
        bandwidth_mbps=router.plan.bandwidth_mbps,
        routes=tuple((str(block.network), block.next_hop or "") for block in blocks),
        names=tuple(named.values_list("address", "host_name")),
    )


def set_up(operation: Operation, at: datetime) -> None:
    """Make it as the panel has it now; one that is deleted meanwhile is left to its deletion."""
    router = Router.objects.select_related("zone", "plan").get(pk=operation.subject_pk)
    if router.state != Router.State.DELETED:
        hypervisor().set_network(ref(router.pk), spec(router), key=operation.uuid, at=at)


def delete(operation: Operation, at: datetime) -> None:
    hypervisor().delete_network(ref(operation.subject_pk), key=operation.uuid, at=at)


PERFORMERS = {"router.set": Performer(set_up), "router.delete": Performer(delete)}
