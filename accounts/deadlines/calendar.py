"""Deadlines as an iCalendar file (RFC 5545)."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from django.conf import settings

from accounts.deadlines.models import Deadline

LINE_OCTETS = 75
ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


def render(deadlines: Iterable[Deadline], *, title: str, at: datetime) -> str:
    """The whole file, its lines folded at 75 octets and ended as the standard wants."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Engawa//Deadlines//EN", f"X-WR-CALNAME:{escaped(title)}"]
    for deadline in deadlines:
        lines += event(deadline, at)
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in folded(line))


def event(deadline: Deadline, at: datetime) -> list[str]:
    """One event, with a reminder the day before."""
    summary = escaped(deadline.sentence)
    host = settings.BASE_URL.rpartition("/")[2]
    return [
        "BEGIN:VEVENT",
        f"UID:{deadline.kind}-{deadline.pk}@{host}",
        f"DTSTAMP:{utc(at)}",
        f"DTSTART:{utc(deadline.due_at)}",
        f"SUMMARY:{summary}",
        f"URL:{settings.BASE_URL}{deadline.act_url}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{summary}",
        "TRIGGER:-P1D",
        "END:VALARM",
        "END:VEVENT",
    ]


def utc(at: datetime) -> str:
    """An instant as the standard writes it: 20260401T030000Z."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """Text with what would end or split a value made harmless."""
    return text.translate(ESCAPES)


def folded(line: str) -> Iterator[str]:
    """The line in parts of at most 75 octets, never splitting a character; later parts start with a space."""
    part = ""
    for letter in line:
        if len((part + letter).encode()) > LINE_OCTETS:
            yield part
            part = " "
        part += letter
    yield part
