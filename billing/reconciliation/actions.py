"""Asking for a comparison with the gateway, and keeping what it found."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import audit
from accounts.access import SYSTEM
from accounts.notices import letters
from billing.payments.drivers import Transaction
from billing.payments.models import PaymentAttempt
from billing.reconciliation.comparing import compare
from billing.reconciliation.models import Difference, Reconciliation
from billing.refunds import actions as refunds
from billing.refunds.models import Refund
from core import operations
from core.errors import Refused
from core.operations.models import Operation

if TYPE_CHECKING:
    from accounts.access import Actor


@transaction.atomic
def ask(*, by: "Actor", at: datetime) -> Reconciliation:
    """Ask a worker to compare; outcomes that are unknown are looked up first. Raises Refused while one compares."""
    since = at - timedelta(days=settings.RECONCILE_DAYS)
    try:
        with transaction.atomic():
            made = Reconciliation.objects.create(asked_at=at, since=since, state_changed_at=at)
    except IntegrityError as error:
        raise Refused(_("A comparison is under way. Look again in a moment."), code="conflict") from error
    operations.hasten(unknown(), at=at)
    operations.ask("gateway.reconcile", made, by=by, at=at)
    audit.record("reconciliation.asked", made, by=by, at=at)
    return made


def unknown() -> QuerySet[Operation]:
    """What was asked of the gateway about payments and refunds whose outcome isn't known."""
    taking = PaymentAttempt.objects.filter(state=PaymentAttempt.State.OPEN).values("pk")
    giving = Refund.objects.filter(state=Refund.State.ASKED).values("pk")
    asked = Operation.objects.filter(kind="payment.take", subject_pk__in=taking)
    return asked | Operation.objects.filter(kind="refund.give", subject_pk__in=giving)


@transaction.atomic
def finish(made: Reconciliation, transactions: Iterable[Transaction], *, before: datetime, at: datetime) -> None:
    """Keep what the comparison found, and tell staff of differences. Raises Refused unless it is under way."""
    found = compare(transactions, since=made.since, before=before)
    made.move("finish", at=at, payments=found.payments, theirs=found.theirs, ours=found.ours)
    for difference in found.differences:
        difference.reconciliation = made
    Difference.objects.bulk_create(found.differences)
    audit.record("reconciliation.finished", made, by=SYSTEM, at=at, differences=len(found.differences))
    if found.differences and settings.STAFF_ADDRESS:
        with translation.override(settings.LANGUAGE_CODE):
            where = reverse("admin:billing_reconciliation_change", args=[made.pk])
            count = len(found.differences)
            letters.post("gateway_differs", settings.STAFF_ADDRESS, act_url=where, count=count, by=SYSTEM, at=at)


@transaction.atomic
def fail(made: Reconciliation, *, at: datetime) -> None:
    """The gateway gave no list; the next night tries again."""
    made.move("fail", at=at)
    audit.record("reconciliation.failed", made, by=SYSTEM, at=at)


def note_refund(difference: Difference, reason: str, *, by: "Actor", at: datetime) -> Refund:
    """Book what somebody gave back by hand at the gateway. Raises Refused unless it has less than our books."""
    if difference.kind != Difference.Kind.AMOUNT or difference.attempt is None or difference.theirs >= difference.ours:
        raise Refused(_("Only where the gateway has less than our books something was given back by hand."))
    return refunds.by_hand(difference.attempt, difference.ours - difference.theirs, reason, by=by, at=at)
