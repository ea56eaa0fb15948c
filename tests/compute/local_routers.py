"""Local routers and their peers, made by the verbs themselves."""

from datetime import datetime
from typing import Any

from accounts.access import SYSTEM, Actor
from accounts.projects.models import Project
from compute.networks.aws import actions as aws_actions
from compute.networks.aws.actions import AwsOrder
from compute.networks.aws.models import AwsConnection
from compute.networks.local_routers import actions, keys, peering
from compute.networks.local_routers.models import LocalRouter, Peer
from compute.networks.local_routers.wires import Wire
from compute.services import AWS, LOCAL_ROUTER
from tests.compute import networks
from tests.make import MORNING


def local_router(
    project: Project, name: str = "here", third: int | None = None, *, by: Actor = SYSTEM, at: datetime = MORNING
) -> LocalRouter:
    """A local router; third: it stands in 192.168.<third>.0/24 on a switch of its own."""
    made = actions.create(project, name=name, accepted=LOCAL_ROUTER.consents, by=by, at=at)
    if third is not None:
        switch = networks.switch(project, f"{name}-lan", by=by)
        actions.connect(made, switch, wire(third), by=by, at=at)
    return made


def wire(third: int, **changes: Any) -> Wire:
    """Addresses .1 (virtual), .2 and .3 in 192.168.<third>.0/24."""
    hosts = {"virtual": 1, "first": 2, "second": 3}
    values: dict[str, Any] = {name: f"192.168.{third}.{host}" for name, host in hosts.items()}
    return Wire(**{**values, "length": 24, "vrid": 10, **changes})


def secret(router: LocalRouter) -> str:
    """Its secret key."""
    router.refresh_from_db()
    return keys.of_router(router.pk, router.sealed_key)


def named(router: LocalRouter, other: LocalRouter, *, by: Actor = SYSTEM, at: datetime = MORNING) -> Peer:
    """One side: the router names the other one."""
    return peering.add(router, other.number, secret(other), by=by, at=at)


def peered(router: LocalRouter, other: LocalRouter) -> tuple[Peer, Peer]:
    """Both sides."""
    return named(router, other), named(other, router)


def state(peer: Peer) -> str:
    """How it stands, as its owner sees it."""
    return str(Peer.objects.looked_at().get(pk=peer.pk).state)


def aws(router: LocalRouter, name: str = "to-aws", *, by: Actor = SYSTEM, at: datetime = MORNING) -> AwsConnection:
    """An AWS connection of a local router."""
    order = AwsOrder(name, router, "123456789012")
    return aws_actions.create(router.project, order, accepted=AWS.consents, by=by, at=at)
