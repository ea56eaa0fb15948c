"""Tables as CSV files that a spreadsheet opens safely."""

import csv
import html
import re
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.errors import Refused


class Echo:
    """A file that returns what is written to it."""

    def write(self, value: str) -> str:
        return value


def csv_response(filename: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> StreamingHttpResponse:
    """A CSV download, streamed; cells that a spreadsheet would run as a formula are disarmed."""
    writer = csv.writer(Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow([disarmed(cell) for cell in head])
        for row in rows:
            yield writer.writerow([disarmed(cell) for cell in row])

    headers = {"Content-Disposition": f'attachment; filename="{filename}.csv"'}
    return StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8", headers=headers)


def plain(cell: str) -> str:
    """The words of a cell made for a page: no tags, entities read, one space between words."""
    if not isinstance(cell, SafeString):
        return str(cell)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", cell)).split())


def disarmed(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet takes for a formula; numbers stay numbers."""
    text = str(cell)
    if text[:1] in ("=", "@", "\t", "\r", "|") or (
        text[:1] in ("+", "-") and not text[1:].replace(",", "").replace(".", "").isdigit()
    ):
        return "'" + text
    return text


def text_of(content: bytes) -> str:
    """The text of a file in either of the two codings that spreadsheets write. Raises Refused for anything else."""
    for coding in ("utf-8-sig", "cp932"):
        try:
            text = content.decode(coding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    text = _("The file is neither UTF-8 nor Shift_JIS text.")
    raise Refused(text, field="file", code="invalid_file", status=400)
