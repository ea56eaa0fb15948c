"""Recording an incident, announcing maintenance, news, the end; each writes the facts and tells whom it touches."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, notices
from accounts.access import SYSTEM, Actor
from accounts.notices import Topic
from accounts.projects.models import Project
from billing.credits import outages
from billing.credits.models import Outage
from billing.credits.outages import Fact
from compute.incidents.models import Affected, Incident, IncidentUpdate
from compute.incidents.stops import own_stops
from compute.servers.models import Server
from compute.zones import Zone
from core.errors import Refused

Cause = Incident.Cause


@dataclass(frozen=True)
class Report:
    """What staff say: in which zone, in both languages, from which minute to which."""

    cause: str
    zone: Zone
    title_ja: str
    title_en: str
    text_ja: str
    text_en: str
    starts_at: datetime
    ends_at: datetime | None = None


@transaction.atomic
def record(report: Report, servers: Sequence[Server], *, by: Actor, at: datetime) -> Incident:
    """Record an incident, or announce maintenance, that touches these servers of its zone.

    Maintenance is announced before it begins and says when it ends; a fault has begun. Raises Refused otherwise.
    """
    check(report, servers, at)
    values = {**vars(report), "starts_at": to_minute(report.starts_at), "ends_at": to_minute(report.ends_at)}
    incident = Incident.objects.create(
        **values,
        state=state_of(report),
        state_changed_at=at,
        created_at=at,
        announced_until=values["ends_at"] if report.cause == Cause.MAINTENANCE else None,
    )
    Affected.objects.bulk_create(Affected(incident=incident, server=server) for server in servers)
    write_facts(incident)
    audit.record("incident.recorded", incident, by=by, at=at, servers=len(servers))
    tell(incident, "recorded", incident.text_ja, incident.text_en, at=at)
    return incident


def check(report: Report, servers: Sequence[Server], at: datetime) -> None:
    """Raise Refused unless the report makes sense now."""
    if report.ends_at is not None and report.ends_at <= report.starts_at:
        raise Refused(_("The end must be after the beginning."), field="ends_at")
    if report.cause == Cause.MAINTENANCE:
        if report.ends_at is None:
            raise Refused(_("Say until when the maintenance lasts."), field="ends_at")
        if report.starts_at <= at:
            text = _("Maintenance is announced before it begins; what was not announced is a fault.")
            raise Refused(text, clause="9-1", field="starts_at")
    elif report.starts_at > at or (report.ends_at is not None and report.ends_at > at):
        raise Refused(_("A fault can't be recorded before it happens."), field="starts_at")
    if not servers:
        raise Refused(_("Name at least one server that it touches."), field="servers")
    if any(server.zone_id != report.zone.pk for server in servers):
        raise Refused(_("All servers must be in the zone of the incident."), field="servers")


def to_minute(at: datetime | None) -> datetime | None:
    """The minute; seconds don't count."""
    return at.replace(second=0, microsecond=0) if at else None


def state_of(report: Report) -> str:
    if report.cause == Cause.MAINTENANCE:
        return Incident.State.ANNOUNCED
    return Incident.State.ENDED if report.ends_at else Incident.State.ONGOING


@transaction.atomic
def say(incident: Incident, *, text_ja: str, text_en: str, by: Actor, at: datetime) -> IncidentUpdate:
    """News about an incident that isn't over, on the status page and by mail. Raises Refused afterwards."""
    if not incident.hold().is_open:
        raise Refused(_("It is over. Record a new one instead."))
    update = IncidentUpdate.objects.create(incident=incident, text_ja=text_ja, text_en=text_en, at=at)
    audit.record("incident.updated", incident, by=by, at=at)
    tell(incident, f"update:{update.pk}", text_ja, text_en, at=at)
    return update


@transaction.atomic
def end(incident: Incident, *, ends_at: datetime, text_ja: str, text_en: str, by: Actor, at: datetime) -> None:
    """It is over since that minute; said once more afterwards, another minute counts.

    What maintenance lasts beyond its announced end is a fault (9-1). Raises Refused for an end before the beginning or
    in the future.
    """
    ended_at = to_minute(ends_at)
    assert ended_at is not None
    if not incident.starts_at < ended_at <= at:
        raise Refused(_("The end must be after the beginning, and not in the future."), field="ends_at")
    moved = incident.move("end", ends_at=ended_at, at=at)
    IncidentUpdate.objects.create(incident=incident, text_ja=text_ja, text_en=text_en, at=at)
    write_facts(incident)
    audit.record("incident.ended", incident, moved, by=by, at=at)
    tell(incident, f"ended:{ended_at.isoformat()}", text_ja, text_en, at=at)


@transaction.atomic
def begin(incident: Incident, *, at: datetime) -> None:
    """Announced maintenance has begun."""
    moved = incident.move("begin", at=at)
    audit.record("incident.begun", incident, moved, by=SYSTEM, at=at)


@transaction.atomic
def finish(incident: Incident, *, at: datetime) -> None:
    """Maintenance is over as announced; staff who know better say so by `end`."""
    moved = incident.move("finish", at=at)
    audit.record("incident.ended", incident, moved, by=SYSTEM, at=at)


@transaction.atomic
def cancel(incident: Incident, *, text_ja: str, text_en: str, by: Actor, at: datetime) -> None:
    """Announced maintenance is called off before it begins. Raises Refused once it has begun."""
    if incident.starts_at <= at:
        raise Refused(_("It has begun. End it instead."))
    moved = incident.move("cancel", at=at)
    IncidentUpdate.objects.create(incident=incident, text_ja=text_ja, text_en=text_en, at=at)
    outages.record(incident, [])
    audit.record("incident.cancelled", incident, moved, by=by, at=at)
    tell(incident, "cancelled", text_ja, text_en, at=at)


def write_facts(incident: Incident) -> None:
    """Billing's facts of every affected server: the outage, and within it the customer's own stops (9-1, 77-1)."""
    affected = Affected.objects.filter(incident=incident).select_related("server__contract").order_by("server")
    outages.record(incident, [fact for one in affected for fact in facts(incident, one.server)])


def facts(incident: Incident, server: Server) -> Iterable[Fact]:
    """What an incident means for one server."""
    start, finish = incident.starts_at, incident.ends_at
    if incident.cause == Cause.MAINTENANCE and incident.announced_until and finish:
        yield Fact(server.contract, Outage.Cause.MAINTENANCE, start, min(finish, incident.announced_until))
        if finish > incident.announced_until:
            yield Fact(server.contract, Outage.Cause.FAULT, incident.announced_until, finish)
    else:
        yield Fact(server.contract, incident.cause, start, finish)
    for stopped_at, started_at in own_stops(server, start, finish):
        yield Fact(server.contract, Outage.Cause.OWN_STOP, stopped_at, started_at)


def tell(incident: Incident, occasion: str, text_ja: str, text_en: str, *, at: datetime) -> None:
    """Mail the projects whose servers it touches."""
    names: dict[int, list[str]] = {}
    touched = Affected.objects.filter(incident=incident).select_related("server").order_by("server__name", "pk")
    for one in touched:
        if one.server.state != Server.State.DELETED:
            names.setdefault(one.server.project_id, []).append(one.server.name)
    for project in Project.objects.filter(pk__in=names).select_related("organisation").order_by("pk"):
        notices.send(
            "incident", incident, to=project, topic=Topic.SERVICE, occasion=f"{occasion}:{project.pk}",
            act_url=incident.get_absolute_url(), at=at, text_ja=text_ja, text_en=text_en, servers=names[project.pk],
        )  # fmt: skip
