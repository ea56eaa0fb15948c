"""What apps tell the frame around all pages: search hits, tiles, and what needs attention."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from core.errors import Text


@dataclass(frozen=True)
class Hit:
    """Something found: what it is called, what it is, where it leads."""

    label: Text
    detail: Text
    url: str
    icon: str


@dataclass(frozen=True)
class Tile:
    """A figure on the dashboard. tone of the note: "", ok, warn, bad."""

    title: Text
    figure: str
    note: Text = ""
    tone: str = ""
    url: str = ""


@dataclass(frozen=True)
class Line:
    """A line of the staff's home: what, how it stands, where it is looked after. is_bad: somebody must act."""

    label: Text
    value: Text
    url: str
    is_bad: bool = False


@dataclass(frozen=True)
class Attention:
    """Something that waits for the customer: one sentence and where to act."""

    text: Text
    url: str
    tone: str = "warn"
    clause: str = ""


@dataclass(frozen=True)
class Disruption:
    """A row of the public status page that is no incident of a zone: what, its cause, and what it concerns (`zone`).

    [starts_at, ends_at); None while it goes on. It has no page of its own.
    """

    title: Text
    cause: Text
    zone: Text
    starts_at: datetime
    ends_at: datetime | None

    @property
    def tone(self) -> str:
        return "ok" if self.ends_at else "bad"

    @property
    def state_label(self) -> str:
        return _("Ended") if self.ends_at else _("Going on")

    def get_cause_display(self) -> Text:
        return self.cause

    def get_absolute_url(self) -> str:
        return ""
