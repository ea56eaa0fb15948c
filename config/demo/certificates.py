"""The demo customer's certificates: one in use, one whose name leads elsewhere."""

from datetime import datetime

from accounts.access import Actor
from accounts.projects.models import Project
from certificates.authorities.models import Authority
from certificates.orders import actions
from certificates.orders.actions import CertificateOrder
from compute.load_balancers.models import LoadBalancer


def secure(project: Project, by: Actor, at: datetime) -> None:
    """She orders a free certificate for the shop."""
    order(project, "shop.example.jp www.shop.example.jp", by, at)


def hope(project: Project, by: Actor, at: datetime) -> None:
    """She orders one for a name that still leads to another provider."""
    order(project, "elsewhere.shop.example.jp", by, at)


def order(project: Project, names: str, by: Actor, at: datetime) -> None:
    balancers = LoadBalancer.objects.select_related("project__organisation", "contract", "zone")
    authority = Authority.objects.get(code="development")
    wanted = CertificateOrder(balancers.get(name="web-lb"), authority, names, tags=("web",))
    actions.order(project, wanted, accepted=authority.consents, by=by, at=at)
