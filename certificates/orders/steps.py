"""The verbs of workers: each stores what a step brought, in one transaction, before the next is begun."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts import audit, deadlines, notices
from accounts.access import SYSTEM
from accounts.notices import Topic
from billing import contracts
from certificates.drivers import Question
from certificates.orders import endings, issuing
from certificates.orders.models import Certificate, Challenge, Issuance
from certificates.reasons import Reason, Trouble
from certificates.rules import pause
from compute.load_balancers import actions as balancers
from compute.load_balancers import managed, pem
from compute.load_balancers.models import Listener
from core.calendar import end_of_day, jst_date
from core.errors import Refused
from core.web import address

# What the customer can mend: they are told when it stays so.
TO_MEND = (
    Reason.NO_ADDRESS, Reason.ELSEWHERE, Reason.CAA, Reason.NO_PORT, Reason.NO_ANSWER, Reason.NO_RECORD,
    Reason.INVALID, Reason.SUPPLIED,
)  # fmt: skip
PATIENCE = 3
HTTPS = 443
# How far clocks may be apart, so that a certificate is waited for.
EARLY = timedelta(days=2)
# A record that the customer is to enter is looked for often, on the first day.
LOOKS, FIRST = timedelta(minutes=5), timedelta(days=1)


def went(issuance: Issuance, step: str, *, at: datetime, **values: Any) -> None:
    """The step is done: store it, say so in the timeline, go on."""
    issuance.move(step, trouble="", error="", next_at=None, at=at, **values)
    audit.record(f"certificate.{step}", issuance.certificate, by=SYSTEM, at=at, authority=issuance.authority.name)
    if not issuance.is_over:
        issuing.go_on(issuance, by=SYSTEM, at=at)


@transaction.atomic
def checked(issuance: Issuance, _result: None, *, at: datetime) -> None:
    """All names lead here and nothing forbids the authority."""
    went(issuance, "checked", at=at)


@transaction.atomic
def ordered(issuance: Issuance, url: str, *, at: datetime) -> None:
    """The authority took the order: its address is kept before anything else is asked."""
    if Issuance.objects.filter(authority=issuance.authority, order_url=url).exclude(pk=issuance.pk).exists():
        return stumbled(issuance, Trouble(Reason.UNUSABLE, _("This order is for something else already.")), at=at)
    return went(issuance, "ordered", order_url=url, ordered_at=at, at=at)


@transaction.atomic
def answered(issuance: Issuance, questions: Sequence[Question], *, at: datetime) -> None:
    """The load balancer is told what to answer; with DNS-01 the customer sees the records to set."""
    issuance.challenges.all().delete()
    Challenge.objects.bulk_create(
        Challenge(issuance=issuance, name=one.name, token=one.token, answer=one.answer, record=one.record)
        for one in questions
    )
    went(issuance, "answered", at=at)
    issuing.serve(issuance.certificate.balancer, at=at)


@transaction.atomic
def validated(issuance: Issuance, _result: None, *, at: datetime) -> None:
    """The authority has checked all names."""
    went(issuance, "validated", at=at)


@transaction.atomic
def finalised(issuance: Issuance, _result: None, *, at: datetime) -> None:
    """The authority has our request."""
    went(issuance, "finalised", at=at)


@transaction.atomic
def fetched(issuance: Issuance, chain: str, *, at: datetime) -> None:
    """The certificate exists, valid from its issue until the day the authority set (84-1)."""
    try:
        pair = usable(issuance, chain, at)
    except Trouble as trouble:
        return stumbled(issuance, trouble, at=at)
    serial = f"{x509.load_pem_x509_certificate(pair.chain.encode()).serial_number:x}"
    return went(
        issuance, "fetched", chain=pair.chain, fingerprint=pair.fingerprint, serial=serial, not_before=pair.not_before,
        not_after=pair.not_after, at=at,
    )  # fmt: skip


def usable(issuance: Issuance, chain: str, at: datetime) -> pem.Pair:
    """What the authority sent, if every browser can use it.

    Raises Trouble: what is no chain, for another key or other names, expired or without its issuer is ordered anew; one
    that is to be valid soon is waited for, since one of our clocks is wrong.
    """
    try:
        begins = pem.certificates_of(chain)[0].not_valid_before_utc
        if at < begins <= at + EARLY:
            moment = date_format(localtime(begins), "DATETIME_FORMAT")
            raise Trouble(Reason.NOT_YET, moment, seconds=(begins - at).total_seconds())
        pair = pem.pair(chain, issuance.key(issuance.certificate.project_id), at=at)
    except Refused as refusal:
        raise Trouble(Reason.UNUSABLE, str(refusal), starts_over=True) from refusal
    if set(pair.names) != set(issuance.certificate.names):
        raise Trouble(Reason.UNUSABLE, ", ".join(pair.names), starts_over=True)
    if len(pem.certificates_of(pair.chain)) == 1:
        raise Trouble(Reason.UNUSABLE, _("The certificate of its issuer is missing."), starts_over=True)
    return pair


@transaction.atomic
def installed(issuance: Issuance, _result: None, *, at: datetime) -> None:
    """Put it on the load balancer instead of its predecessor; what the customer supplied only goes with their yes."""
    certificate = issuance.certificate
    own = supplied(certificate)
    if own and not certificate.replaces_supplied:
        return stumbled(issuance, Trouble(Reason.SUPPLIED), at=at)
    former = certificate.issuances.exclude(pk=issuance.pk).exclude(fingerprint="")
    leave = [*own, *former.values_list("fingerprint", flat=True)]
    balancer, key = certificate.balancer, issuance.key(certificate.project_id)
    try:
        with transaction.atomic():
            managed.swap(balancer, issuance.chain, key, instead_of=leave, by=SYSTEM, at=at)
            if certificate.opens_ports and not closed_to_us(certificate):
                balancers.listen(balancer, HTTPS, Listener.Mode.HTTPS, by=SYSTEM, at=at)
    except Refused as refusal:
        return stumbled(issuance, Trouble(Reason.BALANCER, str(refusal)), at=at)
    went(issuance, "installed", at=at)
    return None


def supplied(certificate: Certificate) -> list[str]:
    """The fingerprints of the customer's own certificates for one of its names, on its load balancer."""
    own = certificate.balancer.certificates.filter(is_supplied=True, names__overlap=certificate.names)
    return list(own.values_list("fingerprint", flat=True))


def closed_to_us(certificate: Certificate) -> bool:
    """Whether there is no port for HTTPS to open: one speaks it already, or 443 is used for something else."""
    listeners = certificate.balancer.listeners
    return listeners.filter(mode=Listener.Mode.HTTPS).exists() or listeners.filter(port=HTTPS).exists()


@transaction.atomic
def proven(issuance: Issuance, is_served: bool, *, at: datetime) -> None:
    """It is shown to who asks for its name: it is in use until it expires, and renewed before (84-1, 84-2).

    is_served: False when no port speaks HTTPS yet, so that there is nothing to look at.
    """
    certificate, life = issuance.certificate, issuance.life
    chance = issuing.chance()
    went(issuance, "proven", attempts=0, done_at=at, at=at)
    certificate.move(
        "issue", current=issuance, authority=issuance.authority, not_after=life.not_after, chance=chance,
        renew_at=life.renewal(None, chance), watched_at=None, reason="", at=at,
    )  # fmt: skip
    contracts.set_term(certificate.contract, jst_date(life.not_after))
    if not is_served:
        audit.record("certificate.unserved", certificate, by=SYSTEM, at=at)
    issuing.serve(certificate.balancer, at=at)
    put_deadline(certificate, issuance, at=at)
    tell_issued(certificate, issuance, at=at)


def put_deadline(certificate: Certificate, issuance: Issuance, *, at: datetime) -> None:
    """Until when the renewal can be declined stands in the list of deadlines (84-2)."""
    deadlines.clear(certificate, at=at)
    last = issuance.life.opt_out_until
    if jst_date(at) <= last:
        deadlines.put(
            "deadline.certificate_opt_out", certificate, occasion=f"{issuance.ordinal}", due_at=end_of_day(last),
            act_url=address("certificate_opt_out", certificate.number), at=at, day=last.isoformat(),
        )  # fmt: skip


def tell_issued(certificate: Certificate, issuance: Issuance, *, at: datetime) -> None:
    """That it is in use; said once for each."""
    notices.send(
        "certificate.issued", certificate, to=certificate.project, topic=Topic.SERVICE, occasion=f"{issuance.ordinal}",
        act_url=certificate.get_absolute_url(), at=at, issuance=issuance, last=issuance.life.opt_out_until,
    )  # fmt: skip


@transaction.atomic
def stumbled(issuance: Issuance, trouble: Trouble, *, at: datetime) -> None:
    """A step did not succeed: say why, try again in 1, 10, 100 minutes, then daily, never before we were told to.

    A refusal of the authority for good ends a first order (81-2); a renewal goes on being tried. That a DNS record is
    not there yet is no failure of anything: it is looked for every few minutes, and what follows begins anew.
    """
    if trouble.is_final and issuance.purpose == Issuance.Purpose.ISSUE:
        return endings.refuse_by_ca(issuance.certificate, trouble.text or str(trouble.reason.label), at=at)
    looks, looked = (reason == Reason.NO_RECORD for reason in (trouble.reason, issuance.trouble))
    attempts = 1 if looked and not looks else issuance.attempts + 1
    wait = pause(attempts, trouble.seconds, issuing.chance())
    if looks and at < issuance.state_changed_at + FIRST:
        wait = min(wait, LOOKS)
    values: dict[str, Any] = {
        "attempts": attempts, "tried_at": at, "trouble": trouble.reason, "error": trouble.text[:500],
        "next_at": at + wait,
    }  # fmt: skip
    if trouble.starts_over and issuance.can("restart"):
        issuance.challenges.all().delete()
        issuance.move("restart", order_url="", **values, at=at)
    else:
        Issuance.objects.filter(pk=issuance.pk, state=issuance.state).update(**values)
    certificate = issuance.certificate
    if certificate.can("fail"):
        certificate.move("fail", at=at)
    if not (looks and looked):
        verb = f"certificate.stuck_{trouble.reason.lower()}"
        audit.record(verb, certificate, by=SYSTEM, at=at, said=trouble.text[:200])
    if attempts == PATIENCE and trouble.reason in TO_MEND and issuance.purpose == Issuance.Purpose.ISSUE:
        notices.send(
            "certificate.waits", certificate, to=certificate.project, topic=Topic.SERVICE, occasion=trouble.reason,
            act_url=certificate.get_absolute_url(), at=at, trouble=trouble,
        )  # fmt: skip
    return None
