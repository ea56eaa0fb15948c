"""Asking authorities once a day what has become of their certificates."""

from datetime import datetime

from certificates.authorities import actions as authorities
from certificates.drivers import Window
from certificates.orders.models import Certificate
from certificates.reasons import Trouble
from certificates.renewals import actions
from core.operations import Rejected
from core.operations.models import Operation
from core.operations.performing import Performer

Seen = tuple[Window | None, bool]


def subject(operation: Operation) -> Certificate:
    wanted = Certificate.objects.select_related("project__organisation", "contract", "balancer", "current__authority")
    found: Certificate = wanted.get(pk=operation.subject_pk)
    return found


def watch(operation: Operation, at: datetime) -> Seen:
    """Its renewal window (ARI), and whether it is on the list of revoked certificates. Tomorrow is another day."""
    current = subject(operation).current
    assert current is not None
    try:
        driver = authorities.reached(current.authority)
        return driver.window(current.chain), driver.is_revoked(current.chain)
    except Trouble as trouble:
        raise Rejected(str(trouble)) from trouble


def watched(operation: Operation, seen: Seen, at: datetime) -> None:
    actions.watched(subject(operation), seen[0], revoked=seen[1], at=at)


PERFORMERS = {"certificate.watch": Performer(watch, watched)}
