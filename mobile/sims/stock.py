"""Reading the supplier's list of cards: CSV with the columns iccid, passcode and, if it has them, imsi."""

import csv
import io

from django.utils.translation import gettext as _

from core.errors import Refused
from core.sheets import text_of
from mobile.sims import numbers
from mobile.sims.cards import LENGTH, NewCard

SHOWN = 5


def read(content: bytes) -> list[NewCard]:
    """The cards of a file. Raises Refused naming the first bad lines; then nothing of the file is taken."""
    rows = csv.DictReader(io.StringIO(text_of(content)), skipinitialspace=True)
    if not {"iccid", "passcode"} <= set(rows.fieldnames or ()):
        raise bad(_("The first line must name the columns: iccid,passcode and maybe imsi."))
    cards: list[NewCard] = []
    problems: list[str] = []
    seen: set[str] = set()
    for row in rows:
        try:
            card = card_of(row)
        except Refused as refusal:
            problems.append(_("line %(line)s: %(problem)s") % {"line": rows.line_num, "problem": refusal})
            continue
        if card.iccid in seen:
            problems.append(_("line %(line)s: the same ICCID stands further up") % {"line": rows.line_num})
        seen.add(card.iccid)
        cards.append(card)
    if problems:
        raise bad("; ".join(problems[:SHOWN]) + (" …" if len(problems) > SHOWN else ""))
    return cards


def card_of(row: dict[str, str | None]) -> NewCard:
    """One line. Raises Refused."""
    passcode = (row["passcode"] or "").strip()
    if not (4 <= len(passcode) <= LENGTH and passcode.isascii() and passcode.isprintable()):
        raise bad(_("a PASSCODE has 4 to 64 letters and digits"))
    imsi = tuple((row.get("imsi") or "").split())
    if any(not (one.isascii() and one.isdigit() and 6 <= len(one) <= 15) for one in imsi):
        raise bad(_("an IMSI has up to 15 digits; several are separated by spaces"))
    return NewCard(numbers.iccid(row["iccid"] or ""), passcode, imsi)


def bad(text: str) -> Refused:
    return Refused(text, field="file", code="invalid_file", status=400)
