"""How the event log is listed and exported."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from accounts.audit.models import AuditEvent
from accounts.members.models import Member
from core.calendar import JST, Month
from core.errors import Text
from core.marks import copy, when
from core.pages import Column, Filter, Listing

MONTHS_BACK = 24
KINDS = {
    "user": gettext_lazy("person"),
    "key": gettext_lazy("API key"),
    "staff": gettext_lazy("our staff"),
    "system": gettext_lazy("the system"),
}
NOT_PEOPLE = [(kind, KINDS[kind]) for kind in ("key", "staff", "system")]


def what(event: AuditEvent) -> SafeString:
    """The sentence, with the subject's number."""
    number = copy(event.subject_number) if event.subject_number else ""
    return format_html("{}<small>{}</small>", event.sentence, number)


def who(event: AuditEvent) -> SafeString:
    """The actor, and what kind of actor it is."""
    kind = KINDS.get(event.actor_kind, event.actor_kind)
    return format_html('<span class="nowrap">{}</span><small>{}</small>', event.actor_label, kind)


def time_of(event: AuditEvent) -> str:
    """The JST time for CSV."""
    return f"{event.at.astimezone(JST):%Y-%m-%d %H:%M:%S}"


def listing(now: datetime, members: Iterable[Member]) -> Listing:
    """The event log: newest first, by month, by actor. members: the people to choose from, with their users."""
    users = {str(member.number): member.user for member in members}
    actors: list[tuple[str, Text]] = [
        *((number, str(user)) for number, user in users.items()),
        *NOT_PEOPLE,
    ]

    def by_actor(events: QuerySet[AuditEvent], value: str) -> QuerySet[AuditEvent]:
        return events.filter(actor_user=users[value]) if value in users else events.filter(actor_kind=value)

    return Listing(
        columns=[
            Column(gettext_lazy("Event"), what, text=lambda event: event.sentence, look="wide"),
            Column(gettext_lazy("Time (JST)"), lambda event: when(event.at), text=time_of, sort="at"),
            Column(gettext_lazy("By"), who, text=lambda event: event.actor_label),
            Column(gettext_lazy("IP address"), lambda event: event.address or "—"),
            Column(gettext_lazy("State"), state),
        ],
        search=("subject_name", "actor_label"),
        number="subject_number",
        filters=[
            Filter("month", gettext_lazy("Period"), lambda: months(now), in_month),
            Filter("by", gettext_lazy("By"), lambda: actors, by_actor),
        ],
        sort="-at",
        filename="event-log",
    )


def state(event: AuditEvent) -> str:
    """From which state to which, in the words of the subject's model."""
    if not event.target or event.source == event.target:
        return "—"
    labels = state_labels(event.subject_kind)
    return f"{labels.get(event.source, event.source)} → {labels.get(event.target, event.target)}"


@cache
def state_labels(kind: str) -> dict[str, Text]:
    """What the states of a kind of thing are called."""
    try:
        return dict(apps.get_model(kind)._meta.get_field("state").flatchoices)
    except (LookupError, FieldDoesNotExist):
        return {}


def months(now: datetime) -> list[tuple[str, Text]]:
    """The months to choose from, newest first."""
    this = Month.of(now)
    return [(str(month), str(month)) for month in (this.plus(-back) for back in range(MONTHS_BACK))]


def in_month(events: QuerySet[AuditEvent], value: str) -> QuerySet[AuditEvent]:
    month = Month.parse(value)
    return events.filter(at__gte=month.start, at__lt=month.end)
