"""Asking authorities once a day what has become of their certificates."""

from datetime import datetime

from certificates.authorities import actions as authorities
from certificates.drivers import driver_of
from certificates.orders.models import Certificate
from certificates.reasons import Trouble
from certificates.renewals import actions
from certificates.renewals.actions import Seen
from core.operations.models import Operation
from core.operations.performing import Performer


def subject(operation: Operation) -> Certificate:
    wanted = Certificate.objects.select_related("project__organisation", "contract", "balancer", "current__authority")
    found: Certificate = wanted.get(pk=operation.subject_pk)
    return found


def watch(operation: Operation, at: datetime) -> Seen:
    """Its renewal window (ARI), and whether it is on the list of revoked certificates; each if the other fails."""
    current = subject(operation).current
    assert current is not None
    window, is_revoked, troubles = None, False, []
    try:
        window = authorities.reached(current.authority).window(current.chain)
    except Trouble as trouble:
        troubles.append(str(trouble))
    try:
        is_revoked = driver_of(current.authority).is_revoked(current.chain, at=at)
    except Trouble as trouble:
        troubles.append(str(trouble))
    return Seen(window, is_revoked=is_revoked, trouble=" ".join(troubles))


def watched(operation: Operation, seen: Seen, at: datetime) -> None:
    actions.watched(subject(operation), seen, at=at)


PERFORMERS = {"certificate.watch": Performer(watch, watched)}
