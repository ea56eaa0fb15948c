"""What apps tell the frame around all pages: search hits, tiles, and what needs attention."""

from dataclasses import dataclass

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
