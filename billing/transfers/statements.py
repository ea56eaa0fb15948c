"""Reading a bank's statement: a CSV file with one received transfer a line; each line gets an answer."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.organisations.models import Organisation
from billing.invoices.models import Invoice
from billing.transfers import actions
from billing.transfers.models import BankTransfer
from core.errors import Refused

if TYPE_CHECKING:
    from accounts.access import Actor

MAX_ROWS = 5_000
# What banks call the columns; `message` may be missing.
HEADS = {
    "date": ("date", "日付", "取引日", "入金日"),
    "amount": ("amount", "金額", "入金金額", "お預入金額", "入金額"),
    "payer": ("payer", "振込依頼人名", "依頼人名", "摘要"),
    "reference": ("reference", "照会番号", "取引番号", "明細番号"),
    "message": ("message", "EDI情報", "備考"),
}
LABEL = re.compile(r"E(\d{9})(?!\d)")
NUMBER = re.compile(r"(?<!\d)(\d{12})(?!\d)")


class Answer(models.TextChoices):
    """What became of a line; in a dry run, what would."""

    RECORDED = "RECORDED", gettext_lazy("Recorded")
    KNOWN = "KNOWN", gettext_lazy("Already known")
    UNKNOWN = "UNKNOWN", gettext_lazy("Unknown payer")
    BROKEN = "BROKEN", gettext_lazy("Can't be read")


@dataclass(frozen=True)
class Line:
    """One line of a statement. amount: yen."""

    received_on: date
    amount: int
    payer: str
    reference: str
    message: str = ""


@dataclass(frozen=True)
class Result:
    """The answer to line `no` of the file."""

    no: int
    answer: Answer
    line: Line | None = None
    organisation: Organisation | None = None
    invoices: tuple[Invoice, ...] = ()
    problem: str = ""


def read(content: bytes) -> list[tuple[int, Line | str]]:
    """The lines with their numbers in the file; a text says why a line can't be read.

    UTF-8 or Shift_JIS. Raises Refused when it is no such file, lacks a column or has more than 5,000 lines.
    """
    try:
        rows = list(csv.DictReader(io.StringIO(decoded(content))))
    except csv.Error as error:
        raise Refused(_("This is no CSV file."), field="file") from error
    if len(rows) > MAX_ROWS:
        raise Refused(_("A file may have 5,000 lines at most. Divide it."), field="file")
    names = {unicodedata.normalize("NFKC", name or "").strip(): name for name in (rows[0] if rows else {}) if name}
    columns = {key: next((names[n] for n in heads if n in names), None) for key, heads in HEADS.items()}
    lacking = [key for key, name in columns.items() if name is None and key != "message"]
    if lacking:
        text = _("These columns are missing: %(columns)s.")
        raise Refused(text % {"columns": ", ".join(lacking)}, field="file")
    return [
        (no, line_of({key: (row.get(name) if name else "") or "" for key, name in columns.items()}))
        for no, row in enumerate(rows, start=2)
    ]


def decoded(content: bytes) -> str:
    """The file as text. Raises Refused."""
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refused(_("This is no CSV file."), field="file")


def line_of(cells: dict[str, str]) -> Line | str:
    """One line, or why it can't be read."""
    plain = {key: " ".join(unicodedata.normalize("NFKC", cell).split()) for key, cell in cells.items()}
    digits = plain["amount"].replace(",", "").removeprefix("¥").removesuffix("円")
    if not (digits.isascii() and digits.isdigit() and 0 < int(digits[:13]) <= actions.MOST):
        return _("The amount is no number of yen: “%(text)s”.") % {"text": plain["amount"][:40]}
    try:
        received_on = date.fromisoformat(plain["date"].replace("/", "-").replace(".", "-"))
    except ValueError:
        return _("The date is none: “%(text)s”. Write it as 2026-04-30.") % {"text": plain["date"][:40]}
    if not plain["reference"]:
        return _("The bank's reference is missing, so it can't be told from others.")
    if max(len(plain["reference"]), len(plain["payer"])) > 100:
        return _("The payer or the reference is longer than 100 letters.")
    return Line(received_on, int(digits), plain["payer"], plain["reference"], plain["message"])


def take(content: bytes, *, dry: bool, by: "Actor", at: datetime) -> list[Result]:
    """Record every line whose payer is known; answers for all. dry: only answer, write nothing. Safe to repeat.

    Raises Refused when the file as a whole can't be read; then nothing was recorded.
    """
    lines = read(content)
    return list(answered(lines, dry=dry, by=by, at=at))


def answered(lines: list[tuple[int, Line | str]], *, dry: bool, by: "Actor", at: datetime) -> Iterator[Result]:
    """Line by line, each in its own transaction; one that is refused doesn't hold up the others."""
    seen: set[str] = set()
    for no, line in lines:
        if isinstance(line, str):
            yield Result(no, Answer.BROKEN, problem=line)
            continue
        known = line.reference in seen or is_known(line.reference)
        seen.add(line.reference)
        organisation, invoices = (None, ()) if known else payer_of(line)
        if known or organisation is None:
            yield Result(no, Answer.KNOWN if known else Answer.UNKNOWN, line)
            continue
        try:
            with transaction.atomic():
                record(line, organisation, invoices, by=by, at=at)
                transaction.set_rollback(dry)
        except Refused as refusal:
            yield Result(no, Answer.BROKEN, line, organisation, problem=str(refusal))
        else:
            yield Result(no, Answer.RECORDED, line, organisation, invoices)


def record(line: Line, organisation: Organisation, invoices: tuple[Invoice, ...], *, by: "Actor", at: datetime) -> None:
    """Record one line as a transfer that pays the invoices it names."""
    values = {"amount": line.amount, "received_on": line.received_on, "reference": line.reference, "payer": line.payer}
    actions.record(organisation, invoices=invoices, by=by, at=at, **values)  # type: ignore[arg-type]


def is_known(reference: str) -> bool:
    """Whether a transfer with the bank's reference stands in the books."""
    return BankTransfer.objects.filter(reference=reference, withdrawn_at=None).exists()


def payer_of(line: Line) -> tuple[Organisation | None, tuple[Invoice, ...]]:
    """Whose money it is, and the invoices it names.

    By the numbers of invoices, by the customer's number, else by who paid under that name before; never by a guess:
    numbers of two customers, or a name that two have used, are nobody's.
    """
    words = f"{line.payer} {line.message}".upper()
    numbers = [int(digits) for digits in LABEL.findall(words)]
    found = Invoice.objects.filter(number__in=numbers, state="ISSUED").select_related("organisation")
    invoices = tuple(sorted(found, key=lambda invoice: numbers.index(invoice.number or 0)))
    owners = {invoice.organisation for invoice in invoices}
    owners |= set(Organisation.objects.filter(number__in=[int(digits) for digits in NUMBER.findall(words)]))
    if not owners and line.payer:
        before = BankTransfer.objects.filter(payer=line.payer, withdrawn_at=None)
        owners = set(Organisation.objects.filter(pk__in=before.values("organisation")))
    return (owners.pop(), invoices) if len(owners) == 1 else (None, ())
