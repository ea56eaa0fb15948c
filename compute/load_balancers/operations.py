"""How workers perform what load balancers ask for: each time the whole configuration of then."""

from datetime import datetime

from compute.drivers.balancing import (
    AnswerSpec,
    BalancerSpec,
    CertificateSpec,
    HealthSpec,
    ListenerSpec,
    TargetSpec,
    balancer,
)
from compute.load_balancers import actions
from compute.load_balancers.models import LoadBalancer
from core.operations import Pending
from core.operations.models import Operation
from core.operations.performing import Performer


def subject(operation: Operation) -> LoadBalancer:
    wanted = LoadBalancer.objects.select_related("project", "zone", "contract", "shared_address")
    found: LoadBalancer = wanted.get(pk=operation.subject_pk)
    return found


def spec(found: LoadBalancer) -> BalancerSpec:
    """All of it, as the driver takes it; holds private keys."""
    return BalancerSpec(
        found.address,
        tuple(ListenerSpec(one.port, one.mode, one.redirects) for one in found.listeners.order_by("port")),
        tuple(TargetSpec(one.ref, one.address, one.port, one.enabled) for one in found.targets.order_by("pk")),
        HealthSpec(found.check_path, found.check_host, found.check_seconds),
        found.is_sticky,
        tuple(CertificateSpec(one.fingerprint, one.pem()) for one in found.certificates.order_by("pk")),
        tuple(AnswerSpec(one.path, one.body) for one in found.answers.order_by("pk")),
    )


def create(operation: Operation, at: datetime) -> None:
    found = subject(operation)
    balancer().configure(found.ref, spec(found), key=operation.uuid, at=at)


def configure(operation: Operation, at: datetime) -> None:
    """Put the present configuration to work, once it exists; one that failed or is gone needs none."""
    found = subject(operation)
    if found.state == LoadBalancer.State.PROVISIONING:
        raise Pending(1)
    if found.state == LoadBalancer.State.RUNNING:
        balancer().configure(found.ref, spec(found), key=operation.uuid, at=at)


def delete(operation: Operation, at: datetime) -> None:
    balancer().delete(subject(operation).ref, key=operation.uuid, at=at)


PERFORMERS = {
    "balancer.create": Performer(
        create,
        lambda operation, _result, at: actions.provisioned(subject(operation), at=at),
        lambda operation, text, at: actions.provisioning_failed(subject(operation), text, at=at),
    ),
    "balancer.configure": Performer(
        configure,
        lambda operation, _result, at: actions.configured(subject(operation), at=at),
        lambda operation, text, at: actions.not_configured(subject(operation), text, at=at),
    ),
    "balancer.delete": Performer(delete),
}
