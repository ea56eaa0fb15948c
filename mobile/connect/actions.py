"""The contract of Secure Mobile Connect: concluded by the first SIM or gateway, ended by deleting the last."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, deadlines, notices
from accounts.access import SYSTEM, Actor
from accounts.organisations.models import Organisation
from accounts.projects.models import Project
from billing import contracts
from billing.contracts import Contract
from core import ids
from core.calendar import end_of_day, jst_date
from core.errors import Refused
from mobile.connect.models import Connect
from mobile.services import CONNECT

PAGE = "/connect"
# The services whose contracts keep it going: deleting all of them is the full deletion (49-1).
PARTS = ("sim", "gateway")
State = Contract.State


def of(project: Project) -> Connect | None:
    """Secure Mobile Connect of the project as the rows have it, or None. One query."""
    return Connect.objects.active().filter(project=project).select_related("contract").first()


def declared(organisation: Organisation) -> bool:
    """Whether the organisation declared business use for a contract of this service before (34-2). One query."""
    return Contract.objects.filter(organisation=organisation, service=CONNECT.code, business_use=True).exists()


@transaction.atomic
def contract_for(
    project: Project, *, business_use: bool = False, accepted: Collection[str] = (), by: Actor, at: datetime
) -> Contract:
    """The project's contract, for a SIM or a gateway that is being ordered: concluded now if there is none (34-1).

    An end that was announced by a full deletion is withdrawn: it goes on with its first anniversary (49-2, AM-10). Hang
    the child's contract on it with REFUSES. Locks the project until the caller's transaction ends. Raises Refused for
    individuals and without the declaration of business use (34-2), which counts for the organisation's later projects.
    """
    lock(project)
    connect = of(project)
    if connect is not None and _goes_on(connect, by=by, at=at):
        return connect.contract
    business_use = business_use or declared(project.organisation)
    connect = Connect(project=project, state_changed_at=at)
    ids.reserve(connect)
    contract = contracts.open(
        CONNECT, connect, project=project, accepted=accepted, business_use=business_use, by=by, at=at
    )
    connect.contract = contract
    connect.save(force_insert=True)
    audit.record("connect.concluded", connect, by=by, at=at, day=contract.started_on.isoformat())
    return contract


def lock(project: Project) -> None:
    """Let nobody else register, create or delete in the project until the transaction ends."""
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)


def _goes_on(connect: Connect, *, by: Actor, at: datetime) -> bool:
    """Whether its contract runs on now; one whose last day has passed is ended, whether or not the night came to it."""
    contract = connect.contract
    if contract.state == State.ENDING and contract.ends_on is not None and contract.ends_on < jst_date(at):
        contracts.end(contract, by=SYSTEM, at=at)
    if not contract.is_running:
        end(connect, at=at)
        return False
    if contract.state == State.ENDING:
        contracts.withdraw(contract, by=by, at=at)
        audit.record("connect.withdrawn", connect, by=by, at=at)
    return True


@transaction.atomic
def released(project: Project, *, by: Actor, at: datetime) -> None:
    """A SIM or a gateway was deleted: if it was the last, the contract ends at this month's end or its term's (49-2).

    Lock the project (`lock`) before deleting. Raises Refused when something else hangs on the contract (AM-12).
    """
    connect = of(project)
    if connect is None or Contract.objects.live().filter(project=project, service__in=PARTS).exists():
        return
    contract = connect.contract
    if contract.state not in (State.PROVISIONAL, State.ACTIVE):
        return
    if contract.term_on is not None and contract.term_on < jst_date(at):
        contracts.renew(contract, by=SYSTEM, at=at)  # the term was over before: it had been extended by then (49-1)
    ending = contracts.close(contract, reason="fully deleted", by=by, at=at)
    deadlines.clear(connect, at=at)
    audit.record("connect.announced", connect, by=by, at=at, day=ending.ends_on.isoformat())
    notices.send(
        "connect.ending", connect, to=project, occasion=at.isoformat(), act_url=PAGE, at=at, ends_on=ending.ends_on
    )


@transaction.atomic
def remind(connect: Connect, *, at: datetime) -> None:
    """Tell, 30 days before, that the contract is renewed unless everything is deleted by its last day (49-1)."""
    term_on = connect.contract.term_on
    told = Connect.objects.to_remind(at).filter(pk=connect.pk, contract__term_on=term_on)
    if term_on is None or not told.exists():
        raise Refused(_("This contract's term doesn't end soon, or that was told already."))
    Connect.objects.filter(pk=connect.pk).update(reminded_for=term_on)
    connect.reminded_for, until, occasion = term_on, end_of_day(term_on), term_on.isoformat()
    deadlines.put("deadline.connect_renewal", connect, occasion=occasion, due_at=until, act_url=PAGE, at=at)
    notices.send(
        "connect.renewal", connect, to=connect.project, occasion=occasion, act_url=PAGE, deadline=until, at=at,
        term_on=term_on,
    )  # fmt: skip


@transaction.atomic
def end(connect: Connect, *, at: datetime) -> None:
    """Its contract has ended (49-2)."""
    moved = connect.move("end", at=at)
    deadlines.clear(connect, at=at)
    audit.record("connect.ended", connect, moved, by=SYSTEM, at=at)
