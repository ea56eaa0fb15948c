"""The verbs of a load balancer. Each changes rows and asks a worker to give it the configuration of then."""

import re
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address, ip_address, ip_network

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, deadlines
from accounts.access import SYSTEM, Actor
from accounts.projects.models import Project
from billing import contracts, meters
from compute.library import labels
from compute.load_balancers import pem
from compute.load_balancers.models import BalancerCertificate, Listener, LoadBalancer, Target, bound
from compute.networks.addressing import plan, shared
from compute.services import LOAD_BALANCER
from compute.zones import Zone
from core import ids, operations
from core.errors import Refused
from core.secrets import seal

LISTENERS, TARGETS, CERTIFICATES = 10, 40, 20
SECONDS = range(5, 301)
PATH = re.compile(r"(/[A-Za-z0-9/._~%-]{0,199})?")
HOST = re.compile(r"([A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?)?")
PORTS = range(1, 65536)


@dataclass(frozen=True)
class BalancerOrder:
    """What a customer orders."""

    name: str
    zone: Zone
    description: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Health:
    """How targets are looked at: by GET of a path, by connecting when it is "". seconds: between two looks."""

    path: str = "/"
    host: str = ""
    seconds: int = 10

    def check(self) -> None:
        """Raise Refused, naming the field, for what no HTTP request takes."""
        if not PATH.fullmatch(self.path):
            text = _("A path begins with “/” and has letters, digits and ._~%-/ only.")
            raise Refused(text, field="path", code="invalid_path", status=400)
        if not HOST.fullmatch(self.host):
            raise Refused(_("This is no host name."), field="host", code="invalid_host", status=400)
        if self.seconds not in SECONDS:
            raise Refused(_("Choose 5 to 300 seconds."), field="seconds", code="invalid_seconds", status=400)


@transaction.atomic
def create(project: Project, order: BalancerOrder, *, by: Actor, at: datetime) -> LoadBalancer:
    """Order a load balancer; it is charged from now until it is deleted (2-1)."""
    order.zone.check_open()
    balancer = LoadBalancer(
        project=project, zone=order.zone, name=order.name, description=order.description, tags=list(order.tags),
        created_at=at, state_changed_at=at,
    )  # fmt: skip
    ids.reserve(balancer)
    balancer.contract = contracts.open(
        LOAD_BALANCER, balancer, project=project, zone=order.zone.code, charged=not order.zone.is_sandbox, by=by, at=at
    )
    balancer.shared_address = shared.take(order.zone)
    balancer.save(force_insert=True)
    meters.start(balancer.contract, "load-balancer", at=at)
    operations.ask("balancer.create", balancer, by=by, at=at)
    audit.record("balancer.created", balancer, by=by, at=at)
    return balancer


@transaction.atomic
def provisioned(balancer: LoadBalancer, *, at: datetime) -> None:
    """It answers at its address."""
    moved = balancer.move("provisioned", configured_at=at, error="", at=at)
    audit.record("balancer.provisioned", balancer, moved, by=SYSTEM, at=at)


@transaction.atomic
def provisioning_failed(balancer: LoadBalancer, text: str, *, at: datetime) -> None:
    """It could not be made: it is charged no longer, the customer deletes it or asks us."""
    moved = balancer.move("provisioning_failed", error=text[:200], at=at)
    meters.stop(balancer.contract, at=at)
    audit.record("balancer.provisioning_failed", balancer, moved, by=SYSTEM, at=at, reason=text)


@transaction.atomic
def configured(balancer: LoadBalancer, *, at: datetime) -> None:
    """What was changed is at work."""
    LoadBalancer.objects.filter(pk=balancer.pk).update(configured_at=at, error="")


@transaction.atomic
def not_configured(balancer: LoadBalancer, text: str, *, at: datetime) -> None:
    """What was changed could not be put to work; it goes on with what it had."""
    LoadBalancer.objects.filter(pk=balancer.pk).update(error=text[:200])
    audit.record("balancer.not_configured", balancer, by=SYSTEM, at=at, reason=text)


def changed(balancer: LoadBalancer, verb: str, *, by: Actor, at: datetime, **data: str) -> None:
    """Record what was changed, and let a worker put the present configuration to work; an earlier wish is dropped."""
    operations.supersede("balancer.configure", balancer, at=at)
    operations.ask("balancer.configure", balancer, by=by, at=at)
    audit.record(verb, balancer, by=by, at=at, **data)


def held(balancer: LoadBalancer) -> LoadBalancer:
    """The load balancer, so that nobody else changes it meanwhile. Raises Refused for one that failed or is gone."""
    if balancer.hold().state not in (LoadBalancer.State.PROVISIONING, LoadBalancer.State.RUNNING):
        text = _("A load balancer that is “%(state)s” can't be changed.")
        raise Refused(text % {"state": balancer.state_label()}, code="conflict")
    return balancer


@transaction.atomic
def edit(balancer: LoadBalancer, *, name: str, description: str, tags: list[str], by: Actor, at: datetime) -> None:
    """Change what the customer calls it."""
    values = {"name": name, "description": description, "tags": tags}
    labels.edit(balancer, "balancer.edited", **values, by=by, at=at)


@transaction.atomic
def set_health(balancer: LoadBalancer, health: Health, *, sticky: bool, by: Actor, at: datetime) -> None:
    """Change how targets are looked at, and whether browsers stay with one."""
    health.check()
    held(balancer)
    LoadBalancer.objects.filter(pk=balancer.pk).update(
        check_path=health.path, check_host=health.host, check_seconds=health.seconds, is_sticky=sticky
    )
    changed(balancer, "balancer.health_changed", by=by, at=at)


@transaction.atomic
def listen(
    balancer: LoadBalancer, port: int, mode: str, *, redirects: bool = False, by: Actor, at: datetime
) -> Listener:
    """Listen on one more port. Raises Refused for HTTPS without a certificate."""
    check_port(port)
    if mode not in Listener.Mode.values:
        raise Refused(_("Choose HTTP, HTTPS or TCP."), field="mode", code="invalid_mode", status=400)
    if redirects and mode != Listener.Mode.HTTP:
        raise Refused(_("Only HTTP can be sent on to HTTPS."), field="redirects", code="invalid_mode", status=400)
    listeners = held(balancer).listeners
    if listeners.filter(port=port).exists():
        raise Refused(_("This port is listened on already."), field="port", code="duplicate_port")
    if listeners.count() >= LISTENERS:
        raise Refused(_("A load balancer has at most 10 ports."), code="limit")
    if mode == Listener.Mode.HTTPS and not balancer.certificates.exists():
        raise Refused(_("HTTPS needs a certificate. Install one first."), field="mode", code="certificate_needed")
    listener = Listener.objects.create(load_balancer=balancer, port=port, mode=mode, redirects=redirects)
    changed(balancer, "balancer.port_opened", by=by, at=at, port=str(listener))
    return listener


def check_port(port: int) -> None:
    if port not in PORTS:
        raise Refused(_("Ports are 1 to 65535."), field="port", code="invalid_port", status=400)


@transaction.atomic
def unlisten(listener: Listener, *, by: Actor, at: datetime) -> None:
    """Listen on this port no longer."""
    balancer = held(listener.load_balancer)
    if not Listener.objects.filter(pk=listener.pk).delete()[0]:
        raise Refused(_("This port was closed meanwhile."))
    changed(balancer, "balancer.port_closed", by=by, at=at, port=str(listener))


@transaction.atomic
def add_target(balancer: LoadBalancer, address: str, port: int, *, by: Actor, at: datetime) -> Target:
    """Hand requests to one more server. Raises Refused for an address that is none, or not reached from here."""
    check_port(port)
    reached = reachable(address)
    targets = held(balancer).targets
    if str(reached) == balancer.address:
        raise Refused(
            _("This is the load balancer's own address."), field="address", code="invalid_address", status=400
        )
    if targets.filter(address=str(reached), port=port).exists():
        raise Refused(_("This server is there already."), field="address", code="duplicate_target")
    if targets.count() >= TARGETS:
        raise Refused(_("A load balancer has at most 40 servers."), code="limit")
    target = Target.objects.create(load_balancer=balancer, address=str(reached), port=port)
    changed(balancer, "balancer.target_added", by=by, at=at, target=str(target))
    return target


def reachable(address: str) -> IPv4Address:
    """The address, of a zone's shared segment, a router's network or the internet. Raises Refused for any other."""
    try:
        found = ip_address(address.strip())
    except ValueError:
        found = None
    if isinstance(found, IPv4Address):
        shared = any(found in ip_network(network) for network in Zone.objects.values_list("network", flat=True))
        if shared or plan.of_a_pool(found) or (found.is_global and not found.is_multicast):
            return found
    text = _("Enter the IPv4 address of a server on a shared segment, on a router’s network or on the internet.")
    raise Refused(text, field="address", code="invalid_address", status=400)


@transaction.atomic
def enable(target: Target, *, enabled: bool, by: Actor, at: datetime) -> None:
    """Hand requests to this server again, or for now no more."""
    balancer = held(target.load_balancer)
    if not Target.objects.filter(pk=target.pk).update(enabled=enabled):
        raise Refused(_("This server was taken out meanwhile."))
    verb = "balancer.target_enabled" if enabled else "balancer.target_disabled"
    changed(balancer, verb, by=by, at=at, target=str(target))


@transaction.atomic
def remove_target(target: Target, *, by: Actor, at: datetime) -> None:
    """Take this server out."""
    balancer = held(target.load_balancer)
    if not Target.objects.filter(pk=target.pk).delete()[0]:
        raise Refused(_("This server was taken out meanwhile."))
    changed(balancer, "balancer.target_removed", by=by, at=at, target=str(target))


@transaction.atomic
def install(
    balancer: LoadBalancer, chain: str, private_key: str, *, supplied: bool = True, by: Actor, at: datetime
) -> BalancerCertificate:
    """Install a certificate with its key, which is kept in an envelope. Raises Refused for a pair of no use."""
    pair = pem.pair(chain, private_key, at=at)
    if held(balancer).certificates.filter(fingerprint=pair.fingerprint).exists():
        raise Refused(_("This certificate is installed already."), field="chain", code="duplicate_certificate")
    if balancer.certificates.count() >= CERTIFICATES:
        raise Refused(_("A load balancer has at most 20 certificates."), code="limit")
    certificate = BalancerCertificate.objects.create(
        load_balancer=balancer, names=list(pair.names), chain=pair.chain, fingerprint=pair.fingerprint,
        private_key=seal(pair.private_key.encode(), bound(balancer.pk, pair.fingerprint)),
        not_before=pair.not_before, not_after=pair.not_after, is_supplied=supplied, created_at=at,
    )  # fmt: skip
    if supplied:
        deadlines.put(
            "deadline.balancer_certificate", balancer, occasion=pair.fingerprint, due_at=pair.not_after,
            act_url=balancer.get_absolute_url(), at=at, site=pair.names[0],
        )  # fmt: skip
    changed(balancer, "balancer.certificate_installed", by=by, at=at, site=pair.names[0])
    return certificate


@transaction.atomic
def uninstall(certificate: BalancerCertificate, *, by: Actor, at: datetime) -> None:
    """Remove a certificate and forget its key. Raises Refused for the last one while HTTPS is listened on.

    One that we look after (78-1) is removed by ending its contract.
    """
    if not certificate.is_supplied and not by.sees_all:
        text = _("We look after this certificate. Cancel it on the page “Certificates”; then it is removed.")
        raise Refused(text, code="in_use")
    balancer = held(certificate.load_balancer)
    others = balancer.certificates.exclude(pk=certificate.pk)
    if not others.exists() and balancer.listeners.filter(mode=Listener.Mode.HTTPS).exists():
        raise Refused(_("HTTPS needs a certificate. Close its port first, or install another one."), code="in_use")
    if not BalancerCertificate.objects.filter(pk=certificate.pk).delete()[0]:
        raise Refused(_("This certificate was removed meanwhile."))
    deadlines.clear(balancer, occasion=certificate.fingerprint, at=at)
    changed(balancer, "balancer.certificate_removed", by=by, at=at, site=certificate.names[0])


@transaction.atomic
def delete(balancer: LoadBalancer, *, by: Actor, at: datetime) -> None:
    """Delete it; its contract ends the same day (6-1), its address is given back, its private keys are forgotten."""
    if balancer.hold("protected").protected:
        raise Refused(_("This is protected against deletion. Remove the protection first."))
    address = balancer.shared_address
    moved = balancer.move("delete", shared_address=None, at=at)
    if balancer.contract.is_running:
        contracts.close(balancer.contract, reason="cancelled", by=by, at=at)
    for rows in (balancer.listeners, balancer.targets, balancer.certificates, balancer.answers):
        rows.all().delete()
    shared.give_back(*([address.pk] if address else []))
    deadlines.clear(balancer, at=at)
    operations.supersede("balancer.configure", balancer, at=at)
    operations.ask("balancer.delete", balancer, by=by, at=at)
    audit.record("balancer.deleted", balancer, moved, by=by, at=at)
