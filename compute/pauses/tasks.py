"""Sweeps over pauses: due and not yet done, so that a missed night heals itself (Article 7)."""

from datetime import datetime

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts import audit
from accounts.access import SYSTEM
from compute.pauses import actions, rules
from compute.pauses.models import PauseCase
from compute.servers.models import Server
from core.calendar import end_of_day, jst_date
from core.schedule import Daily, Every, each, sweep


def paused_without_case() -> QuerySet[Server]:
    """Servers whose present pause has no case yet."""
    of_this_pause = PauseCase.objects.filter(server=OuterRef("pk"), stopped_since=OuterRef("stopped_since"))
    paused = Server.objects.alive().exclude(stopped_since=None)
    return paused.filter(~Exists(of_this_pause)).select_related("project__organisation")


def cases(*states: str) -> QuerySet[PauseCase]:
    return PauseCase.objects.filter(state__in=states).select_related("server__project__organisation")


def still_paused(*states: str) -> QuerySet[PauseCase]:
    """Cases whose pause goes on."""
    return cases(*states).filter(server__stopped_since=F("stopped_since")).exclude(server__state="DELETED")


def over() -> QuerySet[PauseCase]:
    """Unresolved cases whose pause has ended: the server runs, was stopped anew, or is gone."""
    ended = ~Q(server__stopped_since=F("stopped_since")) | Q(server__stopped_since=None) | Q(server__state="DELETED")
    return cases(*PauseCase.UNRESOLVED).filter(ended, resumed_late_at=None)


def next_over(at: datetime) -> datetime | None:
    return at if over().exists() else None


@sweep(Every(minutes=5), next_due=next_over)
def resolve_cases(at: datetime) -> None:
    """Close cases whose server was resumed or deleted."""
    each(over(), lambda case: actions.resolve(case, resumed_at=resumed_at(case), at=at))


def resumed_at(case: PauseCase) -> datetime | None:
    """When the server first ran again; None when it was deleted instead."""
    return audit.first_since("server.powered_on", case.server, case.stopped_since)


def next_pause_step(at: datetime) -> datetime | None:
    """The earliest step due for any paused server, for the simulation."""
    paused = paused_without_case().values_list("stopped_since", flat=True)
    steps = [rules.stages(since)[0] for since in paused if since is not None]
    for case in still_paused("WATCHING", "VIOLATED", "NOTICED"):
        _first, second, violation = rules.stages(case.stopped_since)
        if case.state == "NOTICED" and case.deadline_on is not None:
            steps.append(end_of_day(case.deadline_on))
        elif case.state == "WATCHING":
            steps.append(violation if case.warned_again_at else second)
        elif settings.PAUSE_NOTICE == "automatic":
            steps.append(at)
    return max(at, min(steps)) if steps else None


@sweep(Daily(2), next_due=next_pause_step)
def watch_pauses(at: datetime) -> None:
    """Warn at 2 months and 14 days before the limit, notify after 3 months, hand over to staff after the grace."""
    warned_before = rules.warned_if_stopped_before(at)
    each(paused_without_case().filter(stopped_since__lt=warned_before), lambda server: actions.open_case(server, at=at))
    each(still_paused("WATCHING"), lambda case: step(case, at))
    if settings.PAUSE_NOTICE == "automatic":
        each(still_paused("VIOLATED"), lambda case: actions.notify(case, by=SYSTEM, at=at))
    each(still_paused("NOTICED").filter(deadline_on__lt=jst_date(at)), lambda case: actions.expire(case, at=at))


def step(case: PauseCase, at: datetime) -> None:
    """Warn again, or record the violation, if it is time. A warning that comes too late to act on is left out."""
    _first, second, violation = rules.stages(case.stopped_since)
    if violation <= at:
        actions.violate(case, at=at)
    elif second <= at and case.warned_again_at is None:
        actions.warn_again(case, at=at)
