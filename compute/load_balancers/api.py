"""Load balancers in the panel's API."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from accounts.access import ARRANGE, CREATE
from accounts.api import PanelEndpoint, Resources, labels
from compute.load_balancers import actions
from compute.load_balancers.actions import BalancerOrder, Health
from compute.load_balancers.models import BalancerCertificate, Listener, LoadBalancer, Target
from compute.zones import Zone
from core.api import BadQuery, Body, Choice, Flag, Id, Instant, Link, Made, Many, Part, Reply, Tags, Text, Whole

LOAD_BALANCER = Part(
    {
        "ID": Id("number"),
        "Name": Text("name"),
        "Description": Text("description"),
        "Tags": Tags("tags"),
        "State": Choice("state", {state: state.value for state in LoadBalancer.State}),
        "Zone": Link("zone", {"Name": Text("code")}),
        "IPAddress": Text("shared_address__address"),
        "HealthCheck": {"Path": Text("check_path"), "Host": Text("check_host"), "Seconds": Whole("check_seconds")},
        "Sticky": Flag("is_sticky"),
        "Ports": Many(
            lambda: Listener.objects.order_by("port"), by="load_balancer",
            fields={"Port": Whole("port"), "Protocol": Text("mode"), "RedirectsToHTTPS": Flag("redirects")},
        ),
        "Servers": Many(
            lambda: Target.objects.order_by("pk"), by="load_balancer",
            fields={"IPAddress": Text("address"), "Port": Whole("port"), "Enabled": Flag("enabled")},
        ),
        "Certificates": Many(
            lambda: BalancerCertificate.objects.order_by("pk"), by="load_balancer",
            fields={
                "Fingerprint": Text("fingerprint"), "Names": Made(list, "names"), "NotBefore": Instant("not_before"),
                "NotAfter": Instant("not_after"), "SuppliedByCustomer": Flag("is_supplied"),
            },
        ),
        "Error": Text("error"),
        "ConfiguredAt": Instant("configured_at"),
        "CreatedAt": Instant("created_at"),
    }
)  # fmt: skip


class LoadBalancers(Resources):
    """The load balancers of the key's project. Every change is put to work by a worker: see ConfiguredAt and Error."""

    endpoint = PanelEndpoint


def of_project(request: Any) -> QuerySet[LoadBalancer]:
    rows = LoadBalancer.objects.filter(project=request.project)
    return rows.select_related("zone", "contract", "shared_address")


load_balancers = LoadBalancers(
    "load-balancers", "LoadBalancer", "LoadBalancers", rows=of_project, fields=LOAD_BALANCER
)  # fmt: skip


@load_balancers.creates(level=CREATE)
def create(request: Any, body: Body) -> LoadBalancer:
    """Order one: {"LoadBalancer": {"Name", "Zone": {"Name": "is1b"}}}."""
    code = body.text("LoadBalancer.Zone.Name")
    zone = Zone.objects.filter(code=code).first()
    if zone is None:
        raise BadQuery(_("There is no such zone. Zones are listed at zone."), field="LoadBalancer.Zone.Name")
    order = BalancerOrder(zone=zone, **labels(body, "LoadBalancer"))
    return actions.create(request.project, order, by=request.actor, at=request.now)


@load_balancers.changes(level=ARRANGE)
def change(request: Any, balancer: LoadBalancer, body: Body) -> LoadBalancer:
    """Change its name, description and tags; with HealthCheck or Sticky how servers are looked at."""
    actions.edit(balancer, **labels(body, "LoadBalancer", balancer), by=request.actor, at=request.now)
    at = "LoadBalancer.HealthCheck"
    if body.sends(at) or body.sends("LoadBalancer.Sticky"):
        health = Health(
            body.text(f"{at}.Path", balancer.check_path), body.text(f"{at}.Host", balancer.check_host),
            body.whole(f"{at}.Seconds", balancer.check_seconds),
        )  # fmt: skip
        sticky = body.flag("LoadBalancer.Sticky", default=balancer.is_sticky)
        actions.set_health(balancer, health, sticky=sticky, by=request.actor, at=request.now)
    return balancer


@load_balancers.deletes(level=LoadBalancer.MOVES["delete"].level)
def delete(request: Any, balancer: LoadBalancer, body: Body) -> None:
    """Delete it."""
    actions.delete(balancer, by=request.actor, at=request.now)


@load_balancers.verb("POST", "ports", level=ARRANGE)
def listen(request: Any, balancer: LoadBalancer, body: Body) -> Reply:
    """Listen on one more port: {"Port", "Protocol": "http", "https" or "tcp", "RedirectsToHTTPS"}."""
    port, mode, redirects = body.whole("Port"), body.text("Protocol"), body.flag("RedirectsToHTTPS")
    actions.listen(balancer, port, mode, redirects=redirects, by=request.actor, at=request.now)
    return Reply(status=201, subject=balancer)


@load_balancers.verb("DELETE", "ports/<str:port>", level=ARRANGE)
def unlisten(request: Any, balancer: LoadBalancer, body: Body, port: str) -> LoadBalancer:
    """Close a port."""
    listener = balancer.listeners.filter(port=int(port)).first() if port.isdecimal() and len(port) < 6 else None
    if listener is None:
        raise Http404
    actions.unlisten(listener, by=request.actor, at=request.now)
    return balancer


@load_balancers.verb("POST", "servers", level=ARRANGE)
def add_target(request: Any, balancer: LoadBalancer, body: Body) -> Reply:
    """Put one more server behind it: {"IPAddress", "Port"}."""
    actions.add_target(balancer, body.text("IPAddress"), body.whole("Port"), by=request.actor, at=request.now)
    return Reply(status=201, subject=balancer)


@load_balancers.verb("PUT", "servers/<str:server>", level=ARRANGE)
def switch_target(request: Any, balancer: LoadBalancer, body: Body, server: str) -> LoadBalancer:
    """Use a server ("198.18.64.5:80") again, or for now no more: {"Enabled"}."""
    actions.enable(target_of(balancer, server), enabled=body.flag("Enabled"), by=request.actor, at=request.now)
    return balancer


@load_balancers.verb("DELETE", "servers/<str:server>", level=ARRANGE)
def remove_target(request: Any, balancer: LoadBalancer, body: Body, server: str) -> LoadBalancer:
    """Take a server out."""
    actions.remove_target(target_of(balancer, server), by=request.actor, at=request.now)
    return balancer


def target_of(balancer: LoadBalancer, server: str) -> Target:
    """The server of "address:port". Raises Http404."""
    found = next((target for target in balancer.targets.all() if str(target) == server), None)
    if found is None:
        raise Http404
    return found


@load_balancers.verb("POST", "certificates", level=ARRANGE)
def install(request: Any, balancer: LoadBalancer, body: Body) -> Reply:
    """Install a certificate of one's own: {"Chain", "PrivateKey"}, both PEM."""
    actions.install(balancer, body.text("Chain"), body.text("PrivateKey"), by=request.actor, at=request.now)
    return Reply(status=201, subject=balancer)


@load_balancers.verb("DELETE", "certificates/<str:fingerprint>", level=ARRANGE)
def uninstall(request: Any, balancer: LoadBalancer, body: Body, fingerprint: str) -> LoadBalancer:
    """Remove a certificate."""
    certificate = balancer.certificates.filter(fingerprint=fingerprint.lower()).first()
    if certificate is None:
        raise Http404
    actions.uninstall(certificate, by=request.actor, at=request.now)
    return balancer
