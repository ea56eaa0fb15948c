"""Trying a beta: the setting, the contract on its completion, its end (61 to 66)."""

from collections.abc import Collection
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts import audit, deadlines, notices
from accounts.access import SYSTEM, Actor
from accounts.projects.models import Project
from billing import contracts
from billing.contracts import ENDS, Contract
from core import operations
from core.calendar import end_of_day, jst_date
from core.errors import Refused
from mobile.betas.models import Beta, Enrolment
from mobile.connect import actions as connect
from mobile.connect.models import Interruption
from mobile.mono import projects as monos
from mobile.services import BETA


def parent(beta: Beta, project: Project) -> Contract:
    """The contract of the parent service, which runs. Raises Refused without it (61-1)."""
    kinds = {Beta.Parent.CONNECT: connect.of, Beta.Parent.MONO: monos.of}
    one = kinds[Beta.Parent(beta.parent)](project)
    if one is None or one.contract.state not in (Contract.State.PROVISIONAL, Contract.State.ACTIVE):
        text = _("“%(beta)s” is for those who use %(parent)s. Start using that first.")
        values = {"beta": beta.title, "parent": beta.get_parent_display()}
        raise Refused(text % values, clause="61-1", code="parent_needed")
    return one.contract


def offers(project: Project, at: datetime) -> list[Beta]:
    """What the project can try and doesn't yet. One query."""
    tried = Enrolment.objects.alive().filter(project=project).values("beta")
    return list(Beta.objects.open_on(jst_date(at)).exclude(pk__in=tried).order_by("pk"))


@transaction.atomic
def enrol(project: Project, beta: Beta, *, accepted: Collection[str] = (), by: Actor, at: datetime) -> Enrolment:
    """Ask for the setting of a beta; the contract is concluded when that is completed (62-1).

    Raises Refused, also while the parent is stopped (66-2).
    """
    connect.lock(project)
    if not Beta.objects.open_on(jst_date(at)).filter(pk=beta.pk).exists():
        raise Refused(_("This beta isn't offered now."), clause="63-2", code="not_offered")
    parent(beta, project)
    if is_stopped(project):
        raise Refused(_("The parent service is stopped now, and its betas with it."), clause="66-2", code="stopped")
    contracts.check(BETA, project, accepted=accepted, by=by, at=at)
    made = Enrolment(project=project, beta=beta, name=beta.title[:64], created_at=at, state_changed_at=at)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(_("This project tries this beta already."), clause="62-1", code="enrolled") from error
    operations.ask("beta.set_up", made, by=by, at=at)
    audit.record("beta.enrolled", made, by=by, at=at)
    return made


@transaction.atomic
def completed(enrolment: Enrolment, *, at: datetime) -> None:
    """The setting is completed: now the contract is concluded, for nothing (62-1).

    When it can't be any more, because the parent is ending for example, the enrolment is over.
    """
    if enrolment.state != Enrolment.State.SETTING:
        return  # given up or suspended meanwhile
    if enrolment.contract is not None:
        moved = enrolment.move("complete", at=at)
        audit.record("beta.resumed", enrolment, moved, by=SYSTEM, at=at)
        return
    connect.lock(enrolment.project)
    try:
        needs = [(parent(enrolment.beta, enrolment.project), ENDS)]
        contract = contracts.open(BETA, enrolment, project=enrolment.project, needs=needs, by=SYSTEM, at=at)
    except Refused as refusal:
        failed(enrolment, str(refusal), at=at)
        return
    moved = enrolment.move("complete", contract=contract, at=at)
    audit.record("beta.completed", enrolment, moved, by=SYSTEM, at=at)


@transaction.atomic
def failed(enrolment: Enrolment, reason: str, *, at: datetime) -> None:
    """It can't be set up: nothing was concluded (62-1). After a suspension it waits for staff, who see why."""
    if enrolment.contract is not None:
        audit.record("beta.not_resumed", enrolment, by=SYSTEM, at=at, reason=reason)
        return
    moved = enrolment.move("end", at=at)
    audit.record("beta.failed", enrolment, moved, by=SYSTEM, at=at, reason=reason)


@transaction.atomic
def end(enrolment: Enrolment, *, reason: str = "", by: Actor, at: datetime) -> None:
    """Try it no more from today; also when its contract was ended with the parent's (66-1)."""
    moved = enrolment.move("end", at=at)
    if enrolment.contract is not None and enrolment.contract.refreshed().is_live:
        contracts.close(enrolment.contract, reason=reason, by=by, at=at)
    deadlines.clear(enrolment, at=at)
    operations.ask("beta.take_down", enrolment, by=by, at=at)
    audit.record("beta.ended", enrolment, moved, by=by, at=at)


@transaction.atomic
def suspend(enrolment: Enrolment, *, at: datetime) -> None:
    """Its parent is stopped, so it is, too; its contract goes on, and it is told (66-2)."""
    moved = enrolment.move("suspend", at=at)
    operations.ask("beta.take_down", enrolment, by=SYSTEM, at=at)
    audit.record("beta.suspended", enrolment, moved, by=SYSTEM, at=at)
    announce(enrolment, "suspended", at=at)


@transaction.atomic
def resume(enrolment: Enrolment, *, at: datetime) -> None:
    """Its parent goes on, so it is set up again under the contract that it has (66-2)."""
    moved = enrolment.move("resume", at=at)
    operations.ask("beta.set_up", enrolment, by=SYSTEM, at=at)
    audit.record("beta.resuming", enrolment, moved, by=SYSTEM, at=at)
    announce(enrolment, "resuming", at=at)


def announce(enrolment: Enrolment, what: str, *, at: datetime) -> None:
    """Mail what became of it, once each time."""
    url, occasion = enrolment.get_absolute_url(), at.isoformat()
    notices.send(f"beta.{what}", enrolment, to=enrolment.project, occasion=occasion, act_url=url, at=at)


@transaction.atomic
def tell(enrolment: Enrolment, *, at: datetime) -> None:
    """Mail the last day, once for each day that staff set, with where to order the regular service (63-2, 65-1)."""
    beta = enrolment.beta
    rows = Enrolment.objects.to_tell().filter(pk=enrolment.pk, beta__ends_on=beta.ends_on)
    if beta.ends_on is None or not rows.exists():
        raise Refused(_("This was told already."))
    Enrolment.objects.filter(pk=enrolment.pk).update(told_for=beta.ends_on)
    url = beta.formal_path or enrolment.get_absolute_url()
    until, occasion = end_of_day(beta.ends_on), beta.ends_on.isoformat()
    what = "formal" if beta.formal_path else "abolished"
    deadlines.clear(enrolment, at=at)  # of a day that was set before
    deadlines.put(f"deadline.beta_{what}", enrolment, occasion=occasion, due_at=until, act_url=url, at=at)
    notices.send(
        f"beta.{what}", enrolment, to=enrolment.project, occasion=occasion, act_url=url, deadline=until, at=at,
        ends_on=beta.ends_on,
    )  # fmt: skip


def is_stopped(project: Project) -> bool:
    """Whether a project's betas stop with their parents, which both stand on Secure Mobile Connect (51-1)."""
    return Interruption.objects.touching(project).exists()
