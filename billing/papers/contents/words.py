"""What the papers share: who to whom, days, clauses, sums per tax rate."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from billing.invoices.explaining import plain
from billing.papers.models import Paper
from core.calendar import jst_date
from core.money import yen

# A paper: title, head, recipient, issuer, panel, columns, rows, sums, total, after, notes.
Said = dict[str, Any]
Pair = tuple[str, str]
REDUCED_MARK = "※"
# Two-letter language of the originals.
ORIGINAL = "ja"


def letterhead(paper: Paper, title: str, *, number: str) -> Said:
    """Title, number, day of issue, addressee and issuer. number: what the number is called."""
    return {
        "title": title,
        "number": paper.label,
        "head": [(number, paper.label), (_("Issued on"), day(paper.issued_at))],
        "recipient": addressed(paper.recipient),
        "issuer": issuer(paper.issuer),
    }


def day(when: date | datetime) -> str:
    """A JST day as people write it: 2026年5月1日."""
    return date_format(jst_date(when) if isinstance(when, datetime) else when, "DATE_FORMAT")


def addressed(recipient: dict[str, str]) -> list[str]:
    """The name as Japanese letters address it, 御中 for organisations, 様 for people, else alone; then the address.

    An organisation that gave no address gets papers without one: the law asks for the name only.
    """
    name = recipient["name"]
    if get_language() == ORIGINAL:
        name += " 様" if recipient["kind"] == "INDIVIDUAL" else " 御中"
    return [name, *placed(recipient)]


def placed(who: dict[str, str]) -> list[str]:
    """The postal code and address as one line; none when there is neither."""
    code = f"〒{who['postal_code']}" if who["postal_code"] else ""
    return [line for line in [f"{code} {who['address']}".strip()] if line]


def issuer(kept: dict[str, str]) -> list[str]:
    """Who issues: name, registration number, address, contact."""
    number = f"{_('Registration number')} {kept['registration_number']}"
    return [kept["name"], number, *placed(kept), kept["contact"]]


def cited(clause: str) -> str:
    """A clause as papers cite it."""
    article, _dash, paragraph = clause.partition("-")
    return _("Art. %(article)s(%(paragraph)s)") % {"article": article, "paragraph": paragraph}


def columns(*words: tuple[str, str]) -> list[dict[str, str]]:
    """The head of the table: (word, "left" or "right")."""
    return [{"label": label, "align": align} for label, align in words]


def per_rate(subtotal: int, taxes: Iterable[tuple[Decimal, int, int]]) -> list[Pair]:
    """Subtotal, then for each rate its base and its tax, floored once. taxes: (rate, base, tax)."""
    rows = [(_("Subtotal, without tax"), yen(subtotal))]
    for rate, base, tax in sorted(taxes, reverse=True):
        percent = {"rate": plain(rate * 100)}
        rows.append((_("Subject to %(rate)s %%") % percent, yen(base)))
        rows.append((_("Consumption tax %(rate)s %%") % percent, yen(tax)))
    return rows


def notes(*said: str) -> list[str]:
    """The small print; a translation names its original."""
    translated = _("This is the English version of the Japanese original, which has the same number and prevails.")
    return [*(one for one in said if one), *([translated] if get_language() != ORIGINAL else [])]
