"""The customer's verbs: order, decline the renewal, have it issued anew, call it something else."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import audit, deadlines, notices
from accounts.access import Actor
from accounts.cases import actions as cases
from accounts.cases.models import Case
from accounts.projects.models import Project
from billing import contracts
from billing.contracts import ENDS
from certificates import services
from certificates.authorities.models import Authority
from certificates.orders import issuing, names, steps
from certificates.orders.models import Certificate, Issuance
from compute.load_balancers import actions as balancers
from compute.load_balancers.models import Listener, LoadBalancer
from core import ids
from core.calendar import jst_date
from core.errors import Refused

HTTP = 80
ASK_AGAIN = timedelta(minutes=1)
# A certificate that was just issued isn't issued anew: authorities count.
YOUNG = timedelta(hours=24)


@dataclass(frozen=True)
class CertificateOrder:
    """What a customer orders. names: as typed, the main one first; key: "ecdsa" or "rsa".

    replaces_supplied: the explicit yes that a certificate of the customer's own for the same name is taken off.
    opens_ports: 80 and 443 are opened where they are needed and closed.
    """

    balancer: LoadBalancer
    authority: Authority
    names: str
    method: str = Certificate.Method.HTTP
    key: str = Certificate.Key.ECDSA
    replaces_supplied: bool = False
    opens_ports: bool = True
    description: str = ""
    tags: tuple[str, ...] = ()


@transaction.atomic
def order(
    project: Project, wanted: CertificateOrder, *, accepted: tuple[str, ...] = (), by: Actor, at: datetime
) -> Certificate:
    """Order a certificate, free of charge, for a load balancer in use (78-1, 78-2, 80-1); we apply for it at once.

    accepted: our words on certificates and the authority's upper terms, in their versions of now (79-1).
    """
    check_balancer(wanted.balancer, project)
    if not wanted.authority.is_open:
        raise Refused(_("This authority can't be ordered from now."), clause="78-2", field="authority")
    certificate = drawn_up(project, wanted, at=at)
    check_free(certificate)
    offer = services.certificate_of(wanted.authority.consents)
    certificate.contract = contracts.open(
        offer, certificate, project=project, needs=[(wanted.balancer.contract, ENDS)], accepted=accepted,
        zone=wanted.balancer.zone.code, by=by, at=at,
    )  # fmt: skip
    certificate.save(force_insert=True)
    audit.record("certificate.requested", certificate, by=by, at=at, authority=wanted.authority.name)
    open_port(certificate, by=by, at=at)
    issuing.begin(certificate, Issuance.Purpose.ISSUE, by=by, at=at)
    return certificate


def check_balancer(balancer: LoadBalancer, project: Project) -> None:
    """Raise Refused unless it is a designated service of the project, in use (80-1)."""
    if balancer.project_id != project.pk or not balancer.contract.is_running:
        text = _("A certificate is for a load balancer that you use. Order one first.")
        raise Refused(text, clause="80-1", code="not_running", field="balancer")
    balancers.held(balancer)


def drawn_up(project: Project, wanted: CertificateOrder, *, at: datetime) -> Certificate:
    """The row of what was ordered, with its key, not saved yet. Raises Refused for names that no certificate is for."""
    is_dns = wanted.method == Certificate.Method.DNS
    limit, wildcards = min(wanted.authority.names_limit, 20), is_dns and wanted.authority.takes_wildcards
    read = names.read(wanted.names, limit=limit, wildcards=wildcards)
    certificate = Certificate(
        project=project, name=names.shown(read[0])[:64], description=wanted.description, tags=list(wanted.tags),
        balancer=wanted.balancer, authority=wanted.authority, names=list(read), method=wanted.method,
        key_kind=wanted.key, replaces_supplied=wanted.replaces_supplied, opens_ports=wanted.opens_ports,
        created_at=at, state_changed_at=at,
    )  # fmt: skip
    ids.reserve(certificate)
    return certificate


def check_free(certificate: Certificate) -> None:
    """Raise Refused when a name has a certificate on the load balancer: ours, or without a yes the customer's."""
    others = Certificate.objects.alive().filter(balancer=certificate.balancer, names__overlap=certificate.names)
    running = others.filter(contract__state__in=("PROVISIONAL", "ACTIVE", "ENDING"))
    if other := running.first():
        common = names.overlap(certificate.names, other.names)[0]
        text = _("“%(name)s” has a certificate on this load balancer already.")
        raise Refused(text % {"name": names.shown(common)}, field="names", code="duplicate_name")
    if steps.supplied(certificate) and not certificate.replaces_supplied:
        text = _("You installed a certificate of your own for one of these names. Say that we may replace it.")
        raise Refused(text, field="replaces_supplied", code="supplied_certificate")


def open_port(certificate: Certificate, *, by: Actor, at: datetime) -> None:
    """Open port 80, where the authority asks, if that is wanted. Raises Refused when it stays closed."""
    listeners = certificate.balancer.listeners
    if certificate.method != Certificate.Method.HTTP or listeners.filter(port=HTTP, mode=Listener.Mode.HTTP).exists():
        return
    if not certificate.opens_ports or listeners.filter(port=HTTP).exists():
        text = _("The authority asks at port 80 by HTTP. Let us open it, or choose DNS-01.")
        raise Refused(text, field="opens_ports", code="port_needed")
    balancers.listen(certificate.balancer, HTTP, Listener.Mode.HTTP, redirects=True, by=by, at=at)


@transaction.atomic
def opt_out(certificate: Certificate, *, by: Actor, at: datetime) -> None:
    """Decline the renewal, until the end of the 30th day before it expires (84-2, AM-15).

    It stays installed until it expires; the contract ends that day. Raises Refused later.
    """
    certificate.hold()
    issuance = certificate.current
    if issuance is None or not certificate.can("opt_out"):
        raise Refused(_("There is no renewal to decline now."), clause="84-2")
    last = issuance.life.opt_out_until
    if jst_date(at) > last:
        text = _("The renewal could be declined until %(day)s. You can still cancel with effect today.")
        raise Refused(text % {"day": date_format(last)}, clause="84-2", code="too_late")
    issuing.drop(certificate, at=at)
    moved = certificate.move("opt_out", renew_at=None, at=at)
    ending = contracts.close(certificate.contract, reason="opted out", by=by, at=at)
    deadlines.clear(certificate, at=at)
    audit.record("certificate.opted_out", certificate, moved, by=by, at=at, day=ending.ends_on.isoformat())
    notices.send(
        "certificate.opted_out", certificate, to=certificate.project, occasion=f"{issuance.ordinal}",
        act_url=certificate.get_absolute_url(), at=at, ends_on=ending.ends_on,
    )  # fmt: skip


@transaction.atomic
def opt_in(certificate: Certificate, *, by: Actor, at: datetime) -> None:
    """Take the opt-out back while it is valid: it is renewed after all (84-2)."""
    certificate.hold()
    issuance = certificate.current
    if issuance is None or not certificate.can("opt_in") or issuance.life.not_after <= at:
        raise Refused(_("It has expired. Order a new one."), clause="84-2")
    contracts.withdraw(certificate.contract, by=by, at=at)
    moved = certificate.move("opt_in", renew_at=issuance.life.renewal(None, certificate.chance), at=at)
    steps.put_deadline(certificate, issuance, at=at)
    audit.record("certificate.opted_in", certificate, moved, by=by, at=at)


@transaction.atomic
def reissue(certificate: Certificate, *, by: Actor, at: datetime) -> None:
    """Have it issued anew with a new key: after a revocation, or to change the key."""
    issuance = certificate.hold().current
    if not certificate.contract.refreshed().is_running:
        raise Refused(_("Its contract has ended. Order a new one."), code="not_running")
    young = issuance is not None and issuance.done_at is not None and issuance.done_at > at - YOUNG
    if young and certificate.state != Certificate.State.REVOKED:
        raise Refused(_("It was issued less than a day ago. Try again tomorrow."), code="too_early")
    moved = certificate.move("reissue", renew_at=None, at=at)
    issuing.begin(certificate, Issuance.Purpose.REISSUE, by=by, at=at)
    audit.record("certificate.reissued", certificate, moved, by=by, at=at)


@transaction.atomic
def try_again(certificate: Certificate, *, by: Actor, at: datetime) -> None:
    """Try now what is to be tried later: the customer has mended something."""
    issuance = issuing.under_way(certificate)
    if issuance is None or issuance.next_at is None:
        raise Refused(_("Nothing waits to be tried again."))
    if issuance.tried_at is not None and issuance.tried_at > at - ASK_AGAIN:
        raise Refused(_("It was tried a moment ago. Wait a minute."), code="too_early")
    Issuance.objects.filter(pk=issuance.pk).update(next_at=None)
    issuing.go_on(issuance, by=by, at=at)
    audit.record("certificate.tried_again", certificate, by=by, at=at)


@transaction.atomic
def allow_replacing(certificate: Certificate, *, by: Actor, at: datetime) -> None:
    """The customer's explicit yes: their own certificate for the same name may be taken off."""
    if not Certificate.objects.filter(pk=certificate.pk, replaces_supplied=False).update(replaces_supplied=True):
        raise Refused(_("This is so already."))
    audit.record("certificate.may_replace", certificate, by=by, at=at)
    issuance = issuing.under_way(certificate)
    if issuance is not None and issuance.next_at is not None:
        Issuance.objects.filter(pk=issuance.pk).update(next_at=None)
        issuing.go_on(issuance, by=by, at=at)


@transaction.atomic
def edit(certificate: Certificate, *, name: str, description: str, tags: list[str], by: Actor, at: datetime) -> None:
    """Change what the customer calls it."""
    changed = {"name": name, "description": description, "tags": tags}
    Certificate.objects.filter(pk=certificate.pk).update(**changed)
    for field, value in changed.items():
        setattr(certificate, field, value)
    contracts.rename(certificate.contract, name)
    audit.record("certificate.edited", certificate, by=by, at=at)


@transaction.atomic
def ask_information(certificate: Certificate, *, text: str, by: Actor, at: datetime) -> Case:
    """Staff need to know more before we apply for it: it waits until the customer has answered (82-1)."""
    moved = certificate.move("ask", at=at)
    title = _("Information for the certificate of %(name)s") % {"name": certificate.name}
    case = cases.open(
        certificate.project.organisation, topic=Case.Topic.CERTIFICATE, title=title[:100], body=text, about=certificate,
        by=by, at=at,
    )  # fmt: skip
    Certificate.objects.filter(pk=certificate.pk).update(case=case)
    audit.record("certificate.information_asked", certificate, moved, by=by, at=at)
    return case


@transaction.atomic
def information_received(certificate: Certificate, *, by: Actor, at: datetime) -> None:
    """Staff know enough: we go on applying for it (82-1)."""
    moved = certificate.move("inform", at=at)
    audit.record("certificate.information_received", certificate, moved, by=by, at=at)
    issuance = issuing.under_way(certificate)
    if issuance is not None:
        issuing.go_on(issuance, by=by, at=at)
