"""How messages look: masked numbers, state in a word and a colour; the text never in a list."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import marks
from core.errors import Refused
from core.pages import Column, Listing, by_field
from sms import numbers
from sms.messages.models import Message
from sms.subscriptions.models import Kind

State = Message.State
TONES = {
    State.DRAFT: "idle", State.INVALID: "bad", State.WAITING: "busy", State.SENDING: "busy", State.SENT: "busy",
    State.DELIVERED: "ok", State.FAILED: "bad", State.UNKNOWN: "warn", State.REFUSED: "bad", State.SKIPPED: "idle",
    State.STOPPED: "idle",
}  # fmt: skip
# The look of the last step, when it isn't a good one.
ENDS = {State.FAILED: "failed", State.REFUSED: "failed", State.INVALID: "failed"}


def state_chip(message: Any) -> SafeString:
    return marks.chip(TONES[State(message.state)], message.get_state_display())


def number_cell(message: Any) -> SafeString:
    masked = numbers.masked(message.destination) if message.destination else "—"
    return format_html('<a class="mono" href="{}">{}</a>', message.get_absolute_url(), masked)


def took(message: Any) -> str:
    """Seconds from the hand-over to the final report."""
    if message.done_at is None or message.submitted_at is None:
        return "—"
    return _("%(seconds)s s") % {"seconds": f"{(message.done_at - message.submitted_at).total_seconds():.1f}"}


def steps(message: Message) -> list[tuple[str, datetime | None, str]]:
    """Its way so far: (word, when, look) of accepted, handed over and final; look: "done", "now" or ""."""
    handed, final = message.submitted_at, message.done_at
    waits = "now" if message.state in (State.WAITING, State.SENDING) else ""
    first = (_("Taken in"), message.created_at, "done")
    if final is not None and handed is None:
        return [first, (message.state_label(), final, ENDS.get(State(message.state), "done"))]
    second = (_("Handed over"), handed, "done" if handed and message.state != State.SENDING else waits)
    word = message.state_label() if final else _("Reported by the network")
    return [
        first,
        second,
        (
            word,
            final,
            ENDS.get(State(message.state), "done") if final else "now" if message.state == State.SENT else "",
        ),
    ]


def masked(message: Any) -> str:
    return numbers.masked(message.destination)


def dress(messages: Sequence[Any], at: datetime) -> None:
    """The list refreshes itself while one of a page is on its way."""
    for message in messages:
        message.is_busy = message.is_live(at)


def searched(rows: QuerySet[Message], words: str) -> QuerySet[Message]:
    """The messages to a whole phone number, however it is written, else the one with this reference."""
    try:
        return rows.filter(destination=numbers.parse(words))
    except Refused:
        return rows.filter(reference=words)


COLUMNS = [
    Column(gettext_lazy("Number"), number_cell, text=masked),
    Column(gettext_lazy("State"), state_chip, text=lambda m: m.get_state_display(), look="corner"),
    Column(gettext_lazy("Kind"), lambda m: m.subscription.get_kind_display()),
    Column(gettext_lazy("Sender"), lambda m: m.sender or "—"),
    Column(gettext_lazy("Segments"), lambda m: str(m.segments), look="num"),
    Column(gettext_lazy("Delivery time"), took, look="num"),
    Column(gettext_lazy("Attempts"), lambda m: str(m.attempts), look="num"),
    Column(gettext_lazy("Taken in"), lambda m: marks.when(m.created_at), sort="created_at"),
]
LOG = Listing(
    columns=COLUMNS,
    filters=[
        by_field(
            "state", gettext_lazy("State"), lambda: [c for c in State.choices if c[0] not in ("DRAFT", "INVALID")]
        ),
        by_field("kind", gettext_lazy("Kind"), lambda: Kind.choices, field="subscription__kind"),
    ],
    find=searched,
    dress=dress,
    hint=gettext_lazy("Whole phone number or reference"),
    sort="-created_at",
    filename="sms",
)
