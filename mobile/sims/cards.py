"""The provider's stock of cards: importing them, and proving that one holds a card.

A PASSCODE is kept in an envelope, never shown or logged. A wrong one is counted; what is answered never says which part
was wrong, nor whether such a card exists (43-2).
"""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.projects.models import Project
from core.errors import Refused
from core.secrets import Unreadable, seal, unseal
from mobile.sims import numbers
from mobile.sims.models import Card

# Wrong ones an hour: by a project, and for one ICCID whoever tries.
PER_PROJECT, PER_CARD = 10, 5
LENGTH = 64
COUNT = """
INSERT INTO mobile_miss (scope, hour, count) VALUES (%s, date_trunc('hour', %s::timestamptz), 1)
ON CONFLICT (scope, hour) DO UPDATE SET count = mobile_miss.count + 1 RETURNING count
"""
GIVE_BACK = (
    "UPDATE mobile_miss SET count = count - 1"
    " WHERE scope = ANY(%s) AND hour = date_trunc('hour', %s::timestamptz) AND count > 0"
)


@dataclass(frozen=True)
class NewCard:
    """A card as the supplier delivers it. passcode: as printed on it."""

    iccid: str
    passcode: str
    imsi: tuple[str, ...] = ()


def bound(iccid: str) -> str:
    """What the envelope of a PASSCODE is bound to."""
    return f"{iccid}:sim:passcode"


@transaction.atomic
def bring_in(cards: Iterable[NewCard], *, by: str, at: datetime) -> int:
    """Put cards into stock; those that are there already stay as they are. Returns how many are new."""
    rows = [
        Card(
            iccid=card.iccid, passcode=seal(card.passcode.encode(), bound(card.iccid)), imsi=list(card.imsi),
            imported_at=at, imported_by=by[:64],
        )
        for card in cards
    ]  # fmt: skip
    before = Card.objects.count()
    Card.objects.bulk_create(rows, batch_size=5000, ignore_conflicts=True)
    return Card.objects.count() - before


def prove(project: Project, iccid: str, passcode: str, *, at: datetime) -> Card:
    """The card of that ICCID, if the PASSCODE is its own (43-2). Raises Refused in the same words whatever is wrong.

    A wrong try is counted: call it outside the transaction that may be refused. After too many of a project in an hour
    nothing is looked at any more; after too many for one ICCID even the right PASSCODE is answered like a wrong one.
    """
    scopes = [f"project:{project.pk}", f"card:{numbers.iccid(iccid)}"]
    tries = [_count(scope, at) for scope in scopes]
    if tries[0] > PER_PROJECT:
        raise too_many()
    card = Card.objects.filter(iccid=numbers.iccid(iccid)).first()
    if not fits(card, passcode) or card is None or tries[1] > PER_CARD:
        refuse()
    with connection.cursor() as cursor:
        cursor.execute(GIVE_BACK, [scopes, at])
    return card


def fits(card: Card | None, passcode: str) -> bool:
    """Whether it is the card's PASSCODE; as long in answering when there is no such card."""
    typed = passcode.strip()[:LENGTH].encode()
    try:
        kept = unseal(bytes(card.passcode), bound(card.iccid)) if card else unseal(seal(b"", "none"), "none")
    except Unreadable:
        return False
    return hmac.compare_digest(kept, typed) and card is not None


def refuse() -> NoReturn:
    text = _(
        "This ICCID and PASSCODE can't be registered. Check both on the card. After several wrong tries even the right "
        "ones are refused for an hour."
    )
    raise Refused(text, clause="43-2", field="passcode", code="invalid_sim", status=400)


def too_many() -> Refused:
    text = _("Too many wrong PASSCODEs were tried in this project. Wait an hour, then try again.")
    return Refused(text, clause="43-2", field="passcode", code="too_many_tries", status=429)


def _count(scope: str, at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [scope, at])
        count: int = cursor.fetchone()[0]
    return count
