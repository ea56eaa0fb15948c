"""How workers perform what local routers ask for."""

from datetime import datetime

from compute.drivers.routing import LinkSpec, RouterSpec, routing
from compute.networks.local_routers import wires
from compute.networks.local_routers.models import LocalRouter, Peer
from compute.networks.switches.operations import ref as switch_ref
from core.operations.models import Operation
from core.operations.performing import Performer


def ref(router_pk: int) -> str:
    """What the driver knows a local router by."""
    return f"local-router-{router_pk}"


def spec(router: LocalRouter) -> RouterSpec:
    """The local router as it shall be. Of what peers tell, the older one counts where networks overlap."""
    known, links = router.reaches, []
    for peer in Peer.objects.up().filter(router=router).select_related("other"):
        kept, _left = wires.apart(known, peer.other.reaches)
        known = known + kept
        links.append(LinkSpec(ref(peer.other_id), tuple(kept), leads=router.pk < peer.other_id))
    wire, switch = router.wire, router.switch_id
    return RouterSpec(
        switch=switch_ref(switch) if switch else "",
        addresses=tuple(f"{one}/{wire.length}" for one in wire.addresses) if wire else (),
        vrid=wire.vrid if wire else 0,
        routes=tuple((route.prefix, route.next_hop) for route in router.static_routes),
        links=tuple(links),
    )


def set_up(operation: Operation, at: datetime) -> None:
    """Make it as the panel has it now; one that is deleted meanwhile is left to its deletion."""
    router = LocalRouter.objects.get(pk=operation.subject_pk)
    if router.state != LocalRouter.State.DELETED:
        routing().set_router(ref(router.pk), spec(router), key=operation.uuid, at=at)


def delete(operation: Operation, at: datetime) -> None:
    routing().delete_router(ref(operation.subject_pk), key=operation.uuid, at=at)


PERFORMERS = {"local_router.set": Performer(set_up), "local_router.delete": Performer(delete)}
