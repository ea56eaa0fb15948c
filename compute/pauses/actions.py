"""The verbs of a pause case: warn, notify, resolve, and staff's measures."""

from datetime import date, datetime

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import audit, deadlines, notices
from accounts.access import SYSTEM, Actor
from compute.disks.models import Disk
from compute.library import labels
from compute.pauses import rules
from compute.pauses.models import Measure, PauseCase
from compute.servers import actions as servers
from compute.servers.models import Server
from core.calendar import end_of_day, jst_date
from core.errors import Refused


@transaction.atomic
def open_case(server: Server, *, at: datetime) -> PauseCase:
    """Open the case with the first warning, 2 months into the pause (7-3)."""
    assert server.stopped_since is not None
    case = PauseCase.objects.create(
        server=server,
        stopped_since=server.stopped_since,
        limit_on=rules.limit(jst_date(server.stopped_since)),
        state_changed_at=at,
    )
    audit.record("pause.opened", server, by=SYSTEM, at=at)
    remind(case, "deadline.pause_limit", case.limit_on, at=at)
    warn(case, "first", at=at)
    return case


@transaction.atomic
def warn_again(case: PauseCase, *, at: datetime) -> None:
    """The second warning, 14 days before the limit (7-3)."""
    if PauseCase.objects.filter(pk=case.pk, warned_again_at=None).update(warned_again_at=at):
        warn(case, "second", at=at)


def remind(case: PauseCase, kind: str, day: date, *, at: datetime) -> None:
    """Put the last day on the customer's list of deadlines, instead of what stood there about this pause."""
    deadlines.clear(case.server, at=at)
    occasion = case.stopped_since.isoformat()
    due_at, page = end_of_day(day), case.get_absolute_url()
    deadlines.put(kind, case.server, occasion=occasion, due_at=due_at, act_url=page, at=at)


def warn(case: PauseCase, stage: str, *, at: datetime) -> None:
    """Tell the customer until when the server may stay stopped, and what to do."""
    notices.send(
        "pause.warning", case.server, to=case.server.project.organisation,
        occasion=f"{case.pk}:{stage}", deadline=end_of_day(case.limit_on), act_url=case.get_absolute_url(), at=at,
        server=case.server.name, stopped_on=str(jst_date(case.stopped_since)), limit_on=str(case.limit_on),
    )  # fmt: skip


@transaction.atomic
def violate(case: PauseCase, *, at: datetime) -> None:
    """The pause has lasted more than 3 months: a violation from the day after the limit (7-3)."""
    moved = case.move("violate", at=at)
    deadlines.clear(case.server, at=at)
    audit.record("pause.violated", case.server, moved, by=SYSTEM, at=at)


@transaction.atomic
def notify(case: PauseCase, *, deadline_on: date | None = None, by: Actor, at: datetime) -> None:
    """Send the notice with its grace: resume, or delete, by the last day (7-4).

    Staff may set a later `deadline_on`, never an earlier one: Refused.
    """
    shortest = rules.deadline(jst_date(at))
    if deadline_on is not None and deadline_on < shortest:
        text = _("The grace is at least one calendar month: until %(day)s or later.")
        raise Refused(text % {"day": date_format(shortest)}, clause="7-4", field="deadline_on")
    deadline = deadline_on or shortest
    moved = case.move("notify", noticed_at=at, deadline_on=deadline, at=at)
    remind(case, "deadline.pause_notice", deadline, at=at)
    notices.send(
        "pause.notice", case.server, to=case.server.project.organisation, occasion=str(case.pk),
        deadline=end_of_day(deadline), act_url=case.get_absolute_url(), at=at, server=case.server.name,
        stopped_on=str(jst_date(case.stopped_since)), limit_on=str(case.limit_on), deadline_on=str(deadline),
    )  # fmt: skip
    audit.record("pause.noticed", case.server, moved, by=by, at=at, deadline=str(deadline))


@transaction.atomic
def extend(case: PauseCase, *, deadline_on: date, by: Actor, at: datetime) -> None:
    """Staff give more time; never less (7-4)."""
    assert case.deadline_on is not None
    if deadline_on <= case.deadline_on:
        raise Refused(_("A grace that was given can only be made longer."), clause="7-4", field="deadline_on")
    moved = case.move("extend", deadline_on=deadline_on, at=at)
    remind(case, "deadline.pause_notice", deadline_on, at=at)
    audit.record("pause.extended", case.server, moved, by=by, at=at, deadline=str(deadline_on))


@transaction.atomic
def expire(case: PauseCase, *, at: datetime) -> None:
    """The grace is over and nothing was done: the case goes to staff; nothing happens by itself (7-5, AM-5)."""
    moved = case.move("expire", at=at)
    deadlines.clear(case.server, at=at)
    audit.record("pause.expired", case.server, moved, by=SYSTEM, at=at)


@transaction.atomic
def resolve(case: PauseCase, *, resumed_at: datetime | None, at: datetime) -> None:
    """The pause is over: the server runs again or is deleted.

    Within the grace this closes the case (AM-17); after it the case stays with staff, marked "resumed late" (7-4).
    """
    deadlines.clear(case.server, at=at)
    if resumed_at is None:
        moved = case.move("resolve", resolution=PauseCase.Resolution.TERMINATED, at=at)
        audit.record("pause.terminated", case.server, moved, by=SYSTEM, at=at)
    elif case.deadline_on is not None and resumed_at >= end_of_day(case.deadline_on):
        if PauseCase.objects.filter(pk=case.pk, resumed_late_at=None).update(resumed_late_at=resumed_at):
            audit.record("pause.resumed_late", case.server, by=SYSTEM, at=at)
    else:
        moved = case.move("resolve", resolution=PauseCase.Resolution.RESUMED, at=at)
        audit.record("pause.resumed", case.server, moved, by=SYSTEM, at=at)


@transaction.atomic
def measure(case: PauseCase, kind: str, *, reason: str, by: Actor, at: datetime) -> Measure:
    """Staff take one of the four measures against the paused service, never against the account (7-5).

    END and CANCEL delete the server and end its contract; its disks are kept and stay charged until deleted.
    """
    if case.resumed_late_at is not None and kind in (Measure.Kind.END, Measure.Kind.CANCEL):
        raise Refused(_("The server was resumed. Stop it first if its contract really must end."), clause="7-5")
    moved = case.move("measure", at=at)
    if case.measures.filter(kind=kind).exists():
        raise Refused(_("This measure was taken already."), clause="7-5")
    taken = Measure.objects.create(case=case, kind=kind, reason=reason, taken_by=by.label[:64], taken_at=at)
    if kind in (Measure.Kind.END, Measure.Kind.CANCEL):
        labels.protect(case.server, "server", protected=False, by=by, at=at)
        servers.delete(case.server, with_disks=list(Disk.objects.none()), by=by, at=at)
    if kind == Measure.Kind.RESTRICT:
        servers.restrict(case.server, restricted=True, by=by, at=at)
    notices.send(
        "pause.measure", case.server, to=case.server.project.organisation, occasion=f"{case.pk}:{kind}",
        act_url=case.get_absolute_url(), at=at,
        server=case.server.name, measure=taken.get_kind_display(), reason=reason,
    )  # fmt: skip
    audit.record("pause.measured", case.server, moved, by=by, at=at, measure=kind, reason=reason)
    return taken


@transaction.atomic
def close(case: PauseCase, *, by: Actor, at: datetime) -> None:
    """Staff close a case whose grace is over, for example one that was resumed late."""
    late = case.resumed_late_at is not None
    resolution = PauseCase.Resolution.RESUMED_LATE if late else PauseCase.Resolution.CLOSED
    moved = case.move("close", resolution=resolution, at=at)
    audit.record("pause.closed", case.server, moved, by=by, at=at)
