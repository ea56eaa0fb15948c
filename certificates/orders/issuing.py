"""Applying for a certificate: what every order, renewal and reissue begins with, and what the load balancer answers."""

import random
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.access import SYSTEM, Actor
from certificates.authorities.models import Authority
from certificates.orders import keys
from certificates.orders.models import Certificate, Challenge, Issuance, bound
from compute.load_balancers import managed
from compute.load_balancers.models import LoadBalancer
from core import operations
from core.errors import Refused
from core.secrets import seal

ADVANCE = "certificate.advance"
OVER = (Issuance.State.DONE, Issuance.State.DROPPED)
CHANGEABLE = (LoadBalancer.State.PROVISIONING, LoadBalancer.State.RUNNING)


@transaction.atomic
def begin(
    certificate: Certificate, purpose: str, *, authority: Authority | None = None, by: Actor, at: datetime
) -> Issuance:
    """Apply for it on the customer's behalf, with a new key (78-1). Raises Refused while that is under way already."""
    last = certificate.issuances.order_by("-ordinal").first()
    ordinal = last.ordinal + 1 if last else 0
    key = keys.generate(certificate.key_kind)
    issuance = Issuance(
        certificate=certificate, authority=authority or certificate.authority, ordinal=ordinal, purpose=purpose,
        private_key=seal(key.encode(), bound(certificate.project_id, certificate.pk, ordinal)),
        csr=keys.request(key, certificate.names), created_at=at, state_changed_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            issuance.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(_("It is being applied for already.")) from error
    serve(certificate.balancer, at=at)
    go_on(issuance, by=by, at=at)
    return issuance


def go_on(issuance: Issuance, *, by: Actor, at: datetime) -> None:
    """Let a worker take the next step."""
    operations.ask(ADVANCE, issuance, by=by, at=at)


def under_way(certificate: Certificate) -> Issuance | None:
    """The application that is under way, or None. One query."""
    active = certificate.issuances.exclude(state__in=OVER).select_related("authority")
    return active.order_by("-ordinal").first()


def drop(certificate: Certificate, *, at: datetime) -> None:
    """Give up what is under way: its result no longer counts."""
    for issuance in certificate.issuances.exclude(state__in=OVER):
        issuance.move("drop", order_url="", next_at=None, done_at=at, at=at)
        operations.supersede(ADVANCE, issuance, at=at)
    if certificate.balancer.refreshed().state in CHANGEABLE:
        serve(certificate.balancer, at=at)


def serve(balancer: LoadBalancer, *, at: datetime) -> None:
    """Let the load balancer answer what is asked of the names of everything under way there, and nothing else."""
    waiting = Certificate.objects.filter(balancer=balancer, issuances__in=Issuance.objects.exclude(state__in=OVER))
    asked = Challenge.objects.filter(issuance__certificate__balancer=balancer, record="")
    answers = dict(certificate.probe for certificate in waiting)
    answers |= {one.path: one.answer for one in asked.exclude(issuance__state__in=OVER)}
    managed.answer(balancer, answers, by=SYSTEM, at=at)


def chance() -> float:
    """Where in its window something happens, so that not all do at once."""
    return random.random()  # noqa: S311  no secret
