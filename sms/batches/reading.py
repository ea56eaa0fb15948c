"""Reading a CSV of numbers and merge fields, and writing a text for each row."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.errors import Refused
from core.sheets import text_of
from sms import numbers
from sms.messages import actions as messages

MOST_ROWS, MOST_BYTES = 10_000, 2 * 1024 * 1024
NUMBER_COLUMNS = ("number", "phone", "tel", "電話番号", "携帯電話", "携帯番号")
FIELD = re.compile(r"\{\{\s*([^{}]{1,40}?)\s*\}\}")


@dataclass(frozen=True)
class Row:
    """One row: its line, number and text, or what is wrong with it."""

    line: int
    destination: str
    body: str
    problem: str = ""


@dataclass(frozen=True)
class Table:
    """The head and the rows of a CSV; number: which column holds the phone number."""

    head: list[str]
    rows: list[list[str]] = field(default_factory=list)
    number: int = 0


def read(content: bytes) -> Table:
    """The table in a file: UTF-8 or Shift_JIS, its first line the head. Raises Refused for what can't be read."""
    if len(content) > MOST_BYTES:
        raise bad(_("The file is too large: 2 MB at most."))
    lines = table(text_of(content))
    if len(lines) < 2:
        raise bad(_("The file has no rows. Its first line names the columns, each further line is one message."))
    if len(lines) - 1 > MOST_ROWS:
        text = _("The file has %(rows)s rows; at most %(most)s can be sent at once. Split it.")
        raise bad(text % {"rows": f"{len(lines) - 1:,}", "most": f"{MOST_ROWS:,}"})
    head = [cell.strip() for cell in lines[0]]
    wanted = [at for at, name in enumerate(head) if name.lower() in NUMBER_COLUMNS]
    if not wanted:
        raise bad(_("No column is called “number” or “電話番号”."))
    return Table(head, lines[1:], wanted[0])


def table(text: str) -> list[list[str]]:
    """The rows with anything in them. Raises Refused for a field without an end."""
    try:
        return [row for row in csv.reader(io.StringIO(text, newline="")) if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise bad(_("The file can't be read as CSV: look for a quotation mark that is never closed.")) from error


def bad(text: str) -> Refused:
    return Refused(text, field="file", code="invalid_file", status=400)


def rows(table: Table, template: str, opted_out: set[str]) -> Iterator[Row]:
    """A message for each row, with its problem if it can't be sent; the same number twice is sent to once."""
    unknown = [name for name in FIELD.findall(template) if name not in table.head]
    if unknown:
        text = _("The file has no column “%(name)s”, which the text asks for.")
        raise Refused(text % {"name": unknown[0]}, field="body", code="invalid_text", status=400)
    seen: set[str] = set()
    for line, cells in enumerate(table.rows, 2):
        padded = [*cells, *[""] * (len(table.head) - len(cells))]
        values = dict(zip(table.head, (cell.strip() for cell in padded), strict=False))
        body = FIELD.sub(lambda found, values=values: values[found[1]], template)  # type: ignore[misc]
        typed = padded[table.number]
        try:
            destination = numbers.parse(typed)
            messages.check_body(body)
        except Refused as refusal:
            yield Row(line, "", body, str(refusal))
            continue
        problem = ""
        if destination in seen:
            problem = _("The same number stands further up.")
        elif destination in opted_out:
            problem = gettext_noop("The number opted out.")
        seen.add(destination)
        yield Row(line, destination, body, problem)
