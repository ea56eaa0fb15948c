"""What is looked after for the customer on a load balancer: certificates that we order, answers to authorities."""

import re
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import Actor
from compute.load_balancers import actions, pem
from compute.load_balancers.models import BalancerAnswer, BalancerCertificate, Listener, LoadBalancer
from core import operations
from core.errors import Refused

# What an authority asks for and is answered; both go into a configuration as they are.
CHALLENGE = re.compile(r"/\.well-known/acme-challenge/[A-Za-z0-9_-]{1,200}")
ANSWER = re.compile(r"[A-Za-z0-9._-]{1,300}")


@transaction.atomic
def swap(
    balancer: LoadBalancer, chain: str, private_key: str, *, instead_of: list[str], by: Actor, at: datetime
) -> BalancerCertificate:
    """Install a certificate that we look after and remove those with these fingerprints, in one configuration.

    What is installed already stays as it is. Raises Refused like install.
    """
    fingerprint = pem.pair(chain, private_key, at=at).fingerprint
    known = balancer.certificates.filter(fingerprint=fingerprint).first()
    installed = known or actions.install(balancer, chain, private_key, supplied=False, by=by, at=at)
    for former in balancer.certificates.filter(fingerprint__in=instead_of).exclude(pk=installed.pk):
        actions.uninstall(former, by=by, at=at)
    return installed


@transaction.atomic
def take_off(balancer: LoadBalancer, fingerprints: list[str], *, by: Actor, at: datetime) -> None:
    """Remove certificates that are no longer to be served; HTTPS ports that are left without any are closed."""
    gone = list(balancer.certificates.filter(fingerprint__in=fingerprints))
    if gone and not balancer.certificates.exclude(fingerprint__in=fingerprints).exists():
        for listener in balancer.listeners.filter(mode=Listener.Mode.HTTPS):
            actions.unlisten(listener, by=by, at=at)
    for certificate in gone:
        actions.uninstall(certificate, by=by, at=at)


@transaction.atomic
def answer(balancer: LoadBalancer, answers: dict[str, str], *, by: Actor, at: datetime) -> None:
    """Answer these paths below /.well-known/acme-challenge/ by itself, and no others any more."""
    if not all(CHALLENGE.fullmatch(path) and ANSWER.fullmatch(body) for path, body in answers.items()):
        raise Refused(_("An authority asked for something that can't be answered."), code="invalid_challenge")
    present = dict(actions.held(balancer).answers.values_list("path", "body"))
    if present == answers:
        return
    balancer.answers.all().delete()
    rows = [BalancerAnswer(load_balancer=balancer, path=path, body=body) for path, body in answers.items()]
    BalancerAnswer.objects.bulk_create(rows)
    operations.supersede("balancer.configure", balancer, at=at)
    operations.ask("balancer.configure", balancer, by=by, at=at)
