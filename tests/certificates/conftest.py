"""A small world of certificates, made by the verbs themselves."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.access import SYSTEM, Actor
from accounts.projects.models import Project
from certificates.authorities.models import Authority
from certificates.orders import actions as orders
from certificates.orders.actions import CertificateOrder
from certificates.orders.models import Certificate
from certificates.tasks import SWEEPS
from compute.load_balancers import actions as balancers
from compute.load_balancers.actions import BalancerOrder
from compute.load_balancers.models import LoadBalancer
from compute.zones import Zone
from core.operations.draining import drain
from tests.cast import browser
from tests.make import MORNING

CONSENTS = ("certificates", "ca-development")
SITE = "shop.example.jp"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def balancer_of(project: Project, name: str = "lb", *, by: Actor = SYSTEM, at: datetime = MORNING) -> LoadBalancer:
    """A load balancer that runs."""
    made = balancers.create(project, BalancerOrder(name, Zone.objects.get(code="is1b")), by=by, at=at)
    drain(at=at)
    balancer: LoadBalancer = found(LoadBalancer, made.pk)
    return balancer


def found(model: Any, pk: int) -> Any:
    """The row with what it hangs on, as a view or a worker has it."""
    return model.objects.select_related("project__organisation", "contract").get(pk=pk)


def wanted(balancer: LoadBalancer, names: str = SITE, **changes: Any) -> CertificateOrder:
    values = {"authority": Authority.objects.get(code="development"), **changes}
    return CertificateOrder(balancer, values.pop("authority"), names, **values)


def ordered(
    balancer: LoadBalancer, names: str = SITE, *, by: Actor = SYSTEM, at: datetime = MORNING, **changes: Any
) -> Certificate:
    """A certificate that was ordered, with all consents; workers have done nothing yet."""
    return orders.order(balancer.project, wanted(balancer, names, **changes), accepted=CONSENTS, by=by, at=at)


def issued(balancer: LoadBalancer, names: str = SITE, *, at: datetime = MORNING, **changes: Any) -> Certificate:
    """A certificate in use."""
    made = ordered(balancer, names, at=at, **changes)
    drain(at=at, within=timedelta(0))
    certificate = again(made)
    assert certificate.state == "ISSUED"
    return certificate


def again(certificate: Certificate) -> Certificate:
    """The certificate as the database has it now."""
    wanted = Certificate.objects.select_related(
        "project__organisation", "contract", "authority", "balancer__contract", "balancer__shared_address", "current"
    )
    fresh: Certificate = wanted.get(pk=certificate.pk)
    return fresh


def sweep(at: datetime, *names: str) -> None:
    """Run the app's sweeps (or those named) and what they asked for."""
    for one in SWEEPS:
        if not names or one.name.rpartition(".")[2] in names:
            one(at)
    drain(at=at, within=timedelta(minutes=1))


@pytest.fixture
def staff_client(staff_user: Any) -> Client:
    """A browser of staff, who have a second factor."""
    Authenticator.objects.create(user=staff_user, type=Authenticator.Type.TOTP, data={})
    return browser(staff_user)


@pytest.fixture
def balancer(project: Project, alice: Actor) -> LoadBalancer:
    return balancer_of(project, by=alice)


@pytest.fixture
def certificate(balancer: LoadBalancer) -> Certificate:
    """Alice's certificate of SITE, in use since MORNING for 90 days."""
    return issued(balancer)
