"""Sweeps over certificates: due and not yet done."""

from datetime import datetime, timedelta

from django.db.models import F, Min, Q, QuerySet

from accounts.access import SYSTEM
from accounts.deadlines.models import Deadline
from certificates.authorities import actions as authorities
from certificates.authorities.models import Authority
from certificates.orders import endings, issuing
from certificates.orders.models import Certificate, Issuance
from certificates.renewals import actions
from core import operations
from core.schedule import Daily, Every, each, sweep

REMINDER = timedelta(days=7)
LOOKED_AT = timedelta(days=1)
NEAR = timedelta(days=31)


def whole(rows: QuerySet[Certificate]) -> QuerySet[Certificate]:
    """With what the verbs need, in one query."""
    return rows.select_related(
        "project__organisation", "contract", "authority__successor", "balancer__contract", "balancer__shared_address",
        "current__authority",
    )  # fmt: skip


def next_over(at: datetime) -> datetime | None:
    return at if Certificate.objects.over().exists() else None


@sweep(Every(minutes=5), next_due=next_over)
def end_certificates(at: datetime) -> None:
    """Take off and revoke what has no contract any more: its load balancer's ended, or its opt-out came due (84-4)."""
    each(whole(Certificate.objects.over()), lambda one: endings.ended(one, by=SYSTEM, at=at))


def unrenewed() -> QuerySet[Certificate]:
    return Certificate.objects.filter(state__in=("ISSUED", "RENEWING", "RENEWAL_FAILED"))


def next_expiry(at: datetime) -> datetime | None:
    first = unrenewed().aggregate(at=Min("not_after"))["at"]
    return max(at, first) if first else None


@sweep(Every(minutes=10), next_due=next_expiry)
def expire_certificates(at: datetime) -> None:
    """Say that a certificate has expired although renewing it was tried."""
    each(whole(unrenewed().filter(not_after__lte=at)), lambda one: endings.expire(one, at=at))


def next_renewal(at: datetime) -> datetime | None:
    first = Certificate.objects.filter(state__in=("ISSUED", "EXPIRED")).aggregate(at=Min("renew_at"))["at"]
    return max(at, first) if first else None


@sweep(Every(minutes=10), next_due=next_renewal)
def renew_certificates(at: datetime) -> None:
    """Begin what is due, the most urgent first, as far as each authority's limit goes (84-2)."""
    for authority in Authority.objects.filter(pk__in=Certificate.objects.to_renew(at).values("authority")):
        due = whole(Certificate.objects.to_renew(at).filter(authority=authority))
        each(due[: authorities.room(authority, at)], lambda one: actions.start(one, by=SYSTEM, at=at))


def to_try(at: datetime) -> QuerySet[Issuance]:
    return Issuance.objects.filter(next_at__lte=at).exclude(state__in=issuing.OVER)


def next_try(at: datetime) -> datetime | None:
    first = Issuance.objects.exclude(state__in=issuing.OVER).aggregate(at=Min("next_at"))["at"]
    return max(at, first) if first else None


def once_more(issuance: Issuance, at: datetime) -> None:
    if Issuance.objects.filter(pk=issuance.pk, next_at=issuance.next_at).update(next_at=None):
        issuing.go_on(issuance, by=SYSTEM, at=at)


@sweep(Every(minutes=1), next_due=next_try)
def try_again(at: datetime) -> None:
    """Take the step that did not succeed once more."""
    each(to_try(at), lambda one: once_more(one, at))


def failing() -> QuerySet[Certificate]:
    return Certificate.objects.filter(state=Certificate.State.RENEWAL_FAILED)


@sweep(Daily(3), next_due=lambda at: at if failing().filter(not_after__lte=at + NEAR).exists() else None)
def tell_failing(at: datetime) -> None:
    """Tell of renewals that fail (85-4)."""
    each(whole(failing().filter(not_after__gt=at)), lambda one: actions.tell_failing(one, at=at))


def to_remind(at: datetime) -> QuerySet[Certificate]:
    """Those whose last day to decline the renewal is at most a week away."""
    near = Deadline.objects.filter(kind="deadline.certificate_opt_out").ahead(at).filter(due_at__lte=at + REMINDER)
    return Certificate.objects.filter(state=Certificate.State.ISSUED, pk__in=near.values("subject_pk"))


@sweep(Daily(3, 10), next_due=lambda _at: None)
def remind(at: datetime) -> None:
    """Remind of the last day to decline a renewal (84-2)."""
    each(whole(to_remind(at)), lambda one: actions.remind(one, at=at))


def unseen(at: datetime) -> QuerySet[Certificate]:
    """Those nobody has looked up at their authority since yesterday."""
    alive = Certificate.objects.looked_after().filter(not_after__gt=at)
    return alive.filter(Q(watched_at=None) | Q(watched_at__lte=at - LOOKED_AT)).order_by(
        F("watched_at").asc(nulls_first=True)
    )


@sweep(Every(minutes=30), next_due=lambda _at: None)
def watch(at: datetime) -> None:
    """Ask authorities about their certificates: revoked, or to be renewed early (83-1, AM-15)."""
    for certificate in unseen(at)[:500]:
        if operations.pending(certificate) is None:
            operations.ask("certificate.watch", certificate, by=SYSTEM, at=at)


@sweep(Every(minutes=30), next_due=lambda _at: None)
def leave_authorities(at: datetime) -> None:
    """Have certificates of an authority that stops reissued by its successor, within that one's limit (85-3)."""
    for successor in Authority.objects.filter(pk__in=Authority.objects.exclude(successor=None).values("successor")):
        rows = Certificate.objects.filter(state=Certificate.State.ISSUED, authority__successor=successor)
        each(whole(rows)[: authorities.room(successor, at)], lambda one: actions.switch(one, by=SYSTEM, at=at))


SWEEPS = (
    end_certificates, expire_certificates, renew_certificates, try_again, tell_failing, remind, watch,
    leave_authorities,
)  # fmt: skip
