"""How workers apply for certificates: one step at a time, each resumable, each ended by a verb."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from certificates.authorities import actions as authorities
from certificates.drivers import Ca, Question, dns
from certificates.drivers.looking import Caa, looker
from certificates.orders import endings, issuing, steps
from certificates.orders.models import Certificate, Issuance
from certificates.reasons import Reason, Trouble
from compute.drivers.balancing import balancer as balancing
from compute.load_balancers.models import Listener, LoadBalancer
from core import operations
from core.operations import Pending, Rejected
from core.operations.models import Operation
from core.operations.performing import Performer

LOOK_AGAIN = 1.0
# After so long at one step an authority isn't looked at every few seconds any more.
PATIENCE = timedelta(minutes=10)


def subject(operation: Operation) -> Issuance:
    wanted = Issuance.objects.select_related(
        "authority", "certificate__project__organisation", "certificate__contract", "certificate__balancer",
        "certificate__balancer__shared_address", "certificate__current",
    )  # fmt: skip
    return wanted.get(pk=operation.subject_pk)


def check(issuance: Issuance, at: datetime) -> None:
    """Look at all names as the authority will: CAA, and that each leads to the load balancer."""
    wait_for(issuance.certificate.balancer)
    for name in issuance.certificate.names:
        check_caa(name, looker().caa(name), issuance.authority.caa)
        if issuance.certificate.method == Certificate.Method.HTTP:
            check_answer(name, issuance.certificate)


def wait_for(balancer: LoadBalancer) -> None:
    """Until the load balancer works with what it was told last. Raises Pending, Trouble."""
    if balancer.state not in issuing.CHANGEABLE:
        raise Trouble(Reason.BALANCER, balancer.state_label())
    if operations.pending(balancer) is not None:
        raise Pending(LOOK_AGAIN)
    if balancer.error:
        raise Trouble(Reason.BALANCER, balancer.error)


def check_caa(name: str, records: list[Caa], ours: list[str]) -> None:
    """Raise Trouble when the domain's records name authorities, but not this one (RFC 8659)."""
    wild = [record for record in records if record.tag == "issuewild"] if name.startswith("*.") else []
    asked = wild or [record for record in records if record.tag == "issue"]
    unknown = [one for one in records if one.is_critical and one.tag not in ("issue", "issuewild", "iodef")]
    if unknown or (asked and not {record.value for record in asked} & set(ours)):
        raise Trouble(Reason.CAA, f"{name}: {', '.join(f'{one.tag} {one.value}' for one in asked or unknown)}")


def check_answer(name: str, certificate: Certificate) -> None:
    """Raise Trouble, with the most likely reason, unless the load balancer answers at the name."""
    path, body = certificate.probe
    if looker().answer(name, path, hoped=body) == body:
        return
    found = looker().addresses(name, hoped=certificate.balancer.address)
    if not found:
        raise Trouble(Reason.NO_ADDRESS, name)
    if found != [certificate.balancer.address]:
        raise Trouble(Reason.ELSEWHERE, f"{name}: {', '.join(found)}")
    if not certificate.balancer.listeners.filter(mode=Listener.Mode.HTTP).exists():
        raise Trouble(Reason.NO_PORT, name)
    raise Trouble(Reason.NO_ANSWER, name)


def begin(issuance: Issuance, at: datetime) -> str:
    """Order at the authority, within its limits; a renewal names what it replaces."""
    authorities.check_limit(issuance.authority, at)
    driver, current = authorities.reached(issuance.authority), issuance.certificate.current
    same = current is not None and issuance.authority_id == current.authority_id and current.revoked_at is None
    replaces = driver.reference(current.chain) if current is not None and same else ""
    return driver.begin(tuple(issuance.certificate.names), replaces=replaces, at=at)


def questions(issuance: Issuance, at: datetime) -> tuple[Question, ...]:
    return reached(issuance).questions(issuance.order_url, dns=is_dns(issuance))


def validate(issuance: Issuance, at: datetime) -> None:
    """Say that the answers stand once they do, and wait for the authority's word."""
    wait_for(issuance.certificate.balancer)
    if is_dns(issuance):
        for challenge in issuance.challenges.order_by("pk"):
            if challenge.record not in looker().texts(challenge.place, hoped=challenge.record):
                raise Trouble(Reason.NO_RECORD, challenge.place)
    reached(issuance).validate(issuance.order_url, dns=is_dns(issuance))


def finalise(issuance: Issuance, at: datetime) -> None:
    reached(issuance).finalise(issuance.order_url, issuance.csr)


def fetch(issuance: Issuance, at: datetime) -> str:
    return reached(issuance).fetch(issuance.order_url, at=at)


def install(issuance: Issuance, at: datetime) -> None:
    """The verb does it all: it is our own load balancer."""


def prove(issuance: Issuance, at: datetime) -> bool:
    """Ask the load balancer by TLS for each name; False when no port speaks HTTPS."""
    certificate, balancer = issuance.certificate, issuance.certificate.balancer
    wait_for(balancer)
    listener = balancer.listeners.filter(mode=Listener.Mode.HTTPS).order_by("port").first()
    if listener is None:
        return False
    for name in certificate.names:
        host = name.replace("*", "www")
        if not balancing().serves(
            balancer.ref, issuance.fingerprint, name=host, address=balancer.address, port=listener.port
        ):
            raise Trouble(Reason.NOT_SERVED, host)
    return True


def reached(issuance: Issuance) -> Ca:
    return authorities.reached(issuance.authority)


def is_dns(issuance: Issuance) -> bool:
    return issuance.certificate.method == Certificate.Method.DNS


@dataclass(frozen=True)
class Step:
    """What a worker does outside any transaction, and the verb that stores what came of it."""

    call: Callable[[Issuance, datetime], Any]
    done: Callable[..., None]


State = Issuance.State
STEPS: dict[str, Step] = {
    State.CHECKING: Step(check, steps.checked),
    State.ORDERING: Step(begin, steps.ordered),
    State.ANSWERING: Step(questions, steps.answered),
    State.VALIDATING: Step(validate, steps.validated),
    State.FINALISING: Step(finalise, steps.finalised),
    State.FETCHING: Step(fetch, steps.fetched),
    State.INSTALLING: Step(install, steps.installed),
    State.PROVING: Step(prove, steps.proven),
}


@dataclass(frozen=True)
class Outcome:
    """What a step brought: the state it began in, and its result or its trouble."""

    state: str
    result: Any = None
    trouble: Trouble | None = None


def advance(operation: Operation, at: datetime) -> Outcome | None:
    """Take the step that is next; None when nothing is to be done, as while information is waited for (82-1)."""
    issuance = subject(operation)
    if issuance.is_over or issuance.certificate.state == Certificate.State.INFO_REQUIRED:
        return None
    try:
        return Outcome(issuance.state, result=STEPS[issuance.state].call(issuance, at))
    except Trouble as trouble:
        if trouble.reason == Reason.ACCOUNT:
            authorities.forget_account(issuance.authority)
        return Outcome(issuance.state, trouble=trouble)
    except Pending:
        if issuance.state not in Issuance.AT_CA or at < operation.created_at + PATIENCE:
            raise
        return Outcome(issuance.state, trouble=Trouble(Reason.DOWN, _("It is still at work.")))
    except dns.Unanswered as error:
        return Outcome(issuance.state, trouble=Trouble(Reason.NO_ADDRESS, str(error)))


def advanced(operation: Operation, outcome: Outcome | None, at: datetime) -> None:
    """Store what came of it."""
    issuance = subject(operation)
    if outcome is None or issuance.state != outcome.state:
        return
    if outcome.trouble is not None:
        steps.stumbled(issuance, outcome.trouble, at=at)
    else:
        STEPS[outcome.state].done(issuance, outcome.result, at=at)


def given_up(operation: Operation, text: str, at: datetime) -> None:
    """The worker could not even try: tried again later like any trouble."""
    issuance = subject(operation)
    if not issuance.is_over:
        steps.stumbled(issuance, Trouble(Reason.DOWN, text), at=at)


def revoke(operation: Operation, at: datetime) -> bool:
    """Ask the authority to revoke it: it is asked, less and less often, until it does. False: it has expired first."""
    issuance = subject(operation)
    if issuance.life.not_after <= at:
        return False
    try:
        reached(issuance).revoke(issuance.chain, operation.payload["reason"], at=at)
    except Trouble as trouble:
        if trouble.is_final:
            raise Rejected(str(trouble)) from trouble
        if trouble.reason == Reason.ACCOUNT:
            authorities.forget_account(issuance.authority)
        since = (at - operation.created_at).total_seconds()
        raise Pending(max(60.0, trouble.seconds, min(3600.0, since / 10))) from trouble
    return True


def revoked(operation: Operation, is_revoked: bool, at: datetime) -> None:
    """Store that it did."""
    if is_revoked:
        endings.revoked(subject(operation), at=at)


PERFORMERS = {
    issuing.ADVANCE: Performer(advance, advanced, given_up),
    "certificate.revoke": Performer(revoke, revoked),
}
