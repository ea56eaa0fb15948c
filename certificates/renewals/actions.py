"""Renewing, looking at what the authority says of a certificate, telling of renewals that fail, changing authority."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, notices
from accounts.access import Actor
from accounts.notices import Topic
from certificates.drivers import Window
from certificates.orders import endings, issuing
from certificates.orders.models import Certificate, Issuance
from certificates.rules import stage
from core.calendar import end_of_day
from core.errors import Refused
from core.web import address


@transaction.atomic
def start(certificate: Certificate, *, by: Actor, at: datetime) -> None:
    """Carry out the renewal, which nobody declined in time (84-2); no consent is asked for again (79-2).

    Raises Refused when it is renewed already, or when its contract is to end.
    """
    if certificate.contract.refreshed().state not in ("PROVISIONAL", "ACTIVE"):
        raise Refused(_("Its renewal was declined."), clause="84-2")
    moved = certificate.move("renew", at=at)
    issuing.begin(certificate, Issuance.Purpose.RENEWAL, by=by, at=at)
    audit.record("certificate.renewal_started", certificate, moved, by=by, at=at)


@transaction.atomic
def switch(certificate: Certificate, *, by: Actor, at: datetime) -> None:
    """Have it reissued by the successor of its authority, which stops (85-3). Raises Refused when there is none."""
    successor = certificate.authority.successor
    if successor is None:
        raise Refused(_("Its authority has no successor."))
    certificate.move("reissue", renew_at=None, at=at)
    issuing.begin(certificate, Issuance.Purpose.REISSUE, authority=successor, by=by, at=at)
    audit.record("certificate.switched", certificate, by=by, at=at, authority=successor.name)


@dataclass(frozen=True)
class Seen:
    """What an authority says of a certificate. window: None when it says nothing. trouble: what couldn't be read."""

    window: Window | None = None
    is_revoked: bool = False
    trouble: str = ""


@transaction.atomic
def watched(certificate: Certificate, seen: Seen, *, at: datetime) -> None:
    """What the authority says today: whether it has revoked it, and when it wants it renewed (AM-15).

    What couldn't be read is shown to staff and changes nothing; tomorrow it is looked at again.
    """
    same = Certificate.objects.filter(pk=certificate.pk, current=certificate.current_id)
    same.update(watched_at=at, watch_trouble=seen.trouble[:300])
    if seen.is_revoked and certificate.can("revoke"):
        return endings.revoked_by_ca(certificate, at=at)
    assert certificate.current is not None
    if seen.window is not None or not seen.trouble:
        renew_at = certificate.current.life.renewal(seen.window, certificate.chance)
        same.filter(state=Certificate.State.ISSUED).update(renew_at=renew_at)
    return None


@transaction.atomic
def tell_failing(certificate: Certificate, *, at: datetime) -> None:
    """Say that renewing fails, why, and when it is tried again: 30, 14, 7, 3 and 1 days before the end (85-4)."""
    assert certificate.not_after is not None
    days = stage(certificate.not_after, at)
    issuance = issuing.under_way(certificate)
    if days is None or issuance is None:
        return
    notices.send(
        "certificate.renewal_fails", certificate, to=certificate.project, occasion=f"{certificate.current_id}:{days}",
        act_url=certificate.get_absolute_url(), deadline=certificate.not_after, at=at, issuance=issuance,
    )  # fmt: skip


def remind(certificate: Certificate, *, at: datetime) -> None:
    """Say once for each certificate until when its renewal can be declined (84-2)."""
    issuance = certificate.current
    assert issuance is not None
    notices.send(
        "certificate.opt_out_reminder", certificate, to=certificate.project, topic=Topic.SERVICE,
        occasion=f"{issuance.ordinal}", act_url=address("certificate_opt_out", certificate.number),
        deadline=end_of_day(issuance.life.opt_out_until), at=at, last=issuance.life.opt_out_until,
    )  # fmt: skip
