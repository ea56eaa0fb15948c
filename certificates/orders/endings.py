"""How certificates end: cancelled, with their load balancer, expired, refused, revoked."""

from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit, deadlines, notices
from accounts.access import SYSTEM, Actor
from billing import contracts
from certificates.orders import issuing
from certificates.orders.models import Certificate, Issuance
from compute.load_balancers import managed
from core import operations
from core.errors import Refused

# Reasons of RFC 5280, 5.3.1, as far as who applied for a certificate may give them.
UNSPECIFIED, KEY_COMPROMISE, SUPERSEDED, CESSATION = 0, 1, 4, 5


class Ground(models.TextChoices):
    """The five grounds on which we revoke without notice (83-1)."""

    BREACH = "BREACH", gettext_lazy("Breach of the terms")
    REQUEST = "REQUEST", gettext_lazy("A valid request under the upper terms")
    LAW = "LAW", gettext_lazy("Law, or an order of a court or an authority")
    KEY = "KEY", gettext_lazy("The key is compromised")
    OTHER = "OTHER", gettext_lazy("Another reasonable cause")


CODES = {
    Ground.BREACH: CESSATION, Ground.REQUEST: CESSATION, Ground.LAW: CESSATION, Ground.KEY: KEY_COMPROMISE,
    Ground.OTHER: UNSPECIFIED,
}  # fmt: skip


@transaction.atomic
def cancel(certificate: Certificate, *, by: Actor, at: datetime) -> None:
    """The customer's notice: the contract ends this same day, whenever it comes (84-3); what is refused is put away."""
    certificate.hold()
    if certificate.contract.refreshed().is_live:
        contracts.close(certificate.contract, reason="cancelled", immediately=True, by=by, at=at)
    ended(certificate, by=by, at=at)


@transaction.atomic
def ended(certificate: Certificate, *, by: Actor, at: datetime) -> None:
    """Its contract has ended, alone or with its load balancer's (84-4): it is taken off and revoked (84-5).

    What has expired by then, as after an opt-out, needs no revocation (AM-15); staff may spare others.
    """
    issuing.drop(certificate, at=at)
    moved = certificate.move("end", renew_at=None, at=at)
    take_off(certificate, at=at)
    if not certificate.is_spared:
        ask_revocation(certificate, CESSATION, by=by, at=at)
    deadlines.clear(certificate, at=at)
    audit.record("certificate.ended", certificate, moved, by=by, at=at)


def take_off(certificate: Certificate, *, at: datetime) -> None:
    """Nobody is shown it any more, and its key leaves the load balancer."""
    if certificate.balancer.refreshed().state in issuing.CHANGEABLE:
        known = list(certificate.issuances.exclude(fingerprint="").values_list("fingerprint", flat=True))
        managed.take_off(certificate.balancer, known, by=SYSTEM, at=at)


def ask_revocation(certificate: Certificate, code: int, *, by: Actor, at: datetime) -> None:
    """Ask for the revocation of all of it that is still valid. code: of RFC 5280."""
    for issuance in certificate.issuances.filter(revoked_at=None, not_after__gt=at):
        operations.ask("certificate.revoke", issuance, payload={"reason": code}, by=by, at=at)


@transaction.atomic
def revoked(issuance: Issuance, *, at: datetime) -> None:
    """The authority has revoked it."""
    Issuance.objects.filter(pk=issuance.pk).update(revoked_at=at)
    audit.record("certificate.revoked_there", issuance.certificate, by=SYSTEM, at=at, serial=issuance.serial)


@transaction.atomic
def revoke(certificate: Certificate, ground: str, *, reason: str, by: Actor, at: datetime) -> None:
    """We revoke it without prior notice on one of five grounds, and say why afterwards (83-1).

    There is no objection (83-2). After a compromised key a new one is made and installed at once; on the other grounds
    the contract ends and it is taken off the load balancer.
    """
    issuing.drop(certificate, at=at)
    moved = certificate.move("revoke", renew_at=None, reason=reason[:200], at=at)
    ask_revocation(certificate, CODES[Ground(ground)], by=by, at=at)
    deadlines.clear(certificate, at=at)
    audit.record("certificate.revoked", certificate, moved, by=by, at=at, reason=reason, ground=ground)
    if goes_on := ground == Ground.KEY and certificate.contract.refreshed().state != "ENDING":
        issuing.begin(certificate, Issuance.Purpose.REISSUE, by=by, at=at)
    else:
        contracts.close(certificate.contract, reason=reason, immediately=True, by=by, at=at)
        take_off(certificate, at=at)
    notices.send(
        "certificate.revoked", certificate, to=certificate.project, occasion=at.isoformat(),
        act_url=certificate.get_absolute_url(), at=at, reason=reason, ground=Ground(ground).label, goes_on=goes_on,
    )  # fmt: skip


@transaction.atomic
def revoked_by_ca(certificate: Certificate, *, at: datetime) -> None:
    """The authority has revoked it by itself: the customer is told what to do now (83-1)."""
    issuing.drop(certificate, at=at)
    moved = certificate.move("revoke", renew_at=None, reason=_("Revoked by the certification authority"), at=at)
    certificate.issuances.filter(pk=certificate.current_id).update(revoked_at=at)  # type: ignore[misc]
    audit.record("certificate.revoked_by_ca", certificate, moved, by=SYSTEM, at=at)
    notices.send(
        "certificate.revoked_by_ca", certificate, to=certificate.project, occasion=f"{certificate.current_id}",
        act_url=certificate.get_absolute_url(), at=at,
    )  # fmt: skip


@transaction.atomic
def refuse(certificate: Certificate, *, reason: str, by: Actor, at: datetime) -> None:
    """We refuse the application, on grounds of the basic terms or as unfit under the upper terms (81-1)."""
    refused(certificate, "refuse", reason, by=by, at=at)


@transaction.atomic
def refuse_by_ca(certificate: Certificate, reason: str, *, at: datetime) -> None:
    """The authority refuses to issue it (81-2)."""
    refused(certificate, "refuse_by_ca", reason, by=SYSTEM, at=at)


def refused(certificate: Certificate, move: str, reason: str, *, by: Actor, at: datetime) -> None:
    """The contract ends the same day, the customer reads why."""
    moved = certificate.move(move, reason=reason[:200], at=at)
    issuing.drop(certificate, at=at)
    contracts.close(certificate.contract, reason=reason, immediately=True, by=by, at=at)
    audit.record(f"certificate.{move}", certificate, moved, by=by, at=at, reason=reason)
    notices.send(
        "certificate.refused", certificate, to=certificate.project, occasion=move,
        act_url=certificate.get_absolute_url(), at=at, reason=reason, by_us=move == "refuse",
    )  # fmt: skip


@transaction.atomic
def expire(certificate: Certificate, *, at: datetime) -> None:
    """Its validity is over and no renewal succeeded; trying goes on."""
    moved = certificate.move("expire", at=at)
    audit.record("certificate.expired", certificate, moved, by=SYSTEM, at=at)
    notices.send(
        "certificate.expired", certificate, to=certificate.project, occasion=f"{certificate.not_after}",
        act_url=certificate.get_absolute_url(), at=at, issuance=issuing.under_way(certificate),
    )  # fmt: skip


@transaction.atomic
def spare(certificate: Certificate, *, spared: bool, by: Actor, at: datetime) -> None:
    """Staff decide that it isn't revoked when its contract ends, or is after all (84-5)."""
    if not Certificate.objects.filter(pk=certificate.pk).exclude(is_spared=spared).update(is_spared=spared):
        raise Refused(_("This is so already."))
    audit.record("certificate.spared" if spared else "certificate.not_spared", certificate, by=by, at=at)
