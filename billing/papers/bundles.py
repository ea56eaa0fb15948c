"""All papers of a year in one ZIP file: asked for, packed by a worker, kept a week."""

import csv
import io
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts import audit
from accounts.organisations.models import Organisation
from billing.papers.models import Bundle, BundlePart, Document
from core import operations
from core.errors import Refused
from core.sheets import disarmed
from core.uploads import MEGABYTE

if TYPE_CHECKING:
    from accounts.access import Actor

KEPT = timedelta(days=7)
INDEX = "index.csv"
INDEX_HEAD = ("file", "kind", "number", "language", "issued_on", "total_with_tax", "sha256")


@dataclass(frozen=True)
class Packed:
    """The file as a worker wrote it, and how many papers it holds."""

    file: IO[bytes]
    papers: int


def papers_of(organisation: Organisation | int, year: int) -> QuerySet[Document]:
    """Papers issued in a year (JST), in the order of issue, without their bytes."""
    rows = Document.objects.filter(organisation=organisation, issued_on__year=year)
    return rows.defer("content").order_by("issued_on", "number", "language")


def years_of(organisation: Organisation) -> list[int]:
    """The years with papers, the newest first. One query."""
    days = Document.objects.filter(organisation=organisation).dates("issued_on", "year", order="DESC")
    return [day.year for day in days]


@transaction.atomic
def ask(organisation: Organisation, year: int, *, by: "Actor", at: datetime) -> Bundle:
    """Have the papers of a year packed; one that still holds all of them is taken as it is.

    Raises Refused for a year without papers and while that year is being packed.
    """
    count = papers_of(organisation, year).count()
    if not count:
        raise Refused(_("There are no papers of %(year)s.") % {"year": year}, field="year")
    ready = Bundle.objects.filter(organisation=organisation, year=year, state=Bundle.State.READY, papers=count)
    if (found := ready.order_by("-pk").first()) is not None:
        return found
    try:
        with transaction.atomic():
            bundle = Bundle.objects.create(organisation=organisation, year=year, asked_at=at, state_changed_at=at)
    except IntegrityError as error:
        raise Refused(_("The papers of %(year)s are being packed already.") % {"year": year}, field="year") from error
    operations.ask("bundle.pack", bundle, by=by, at=at)
    audit.record("bundle.asked", bundle, by=by, at=at)
    return bundle


def pack(bundle: Bundle) -> Packed:
    """Write the ZIP to a file that vanishes by itself: papers in order, then a table of them. One paper in memory."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  handed on
    keys = list(papers_of(bundle.organisation_id, bundle.year).values_list("pk", flat=True))
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(INDEX_HEAD)
    with zipfile.ZipFile(file, "w") as archive:
        for key in keys:
            paper = Document.objects.get(pk=key)
            archive.writestr(entry(paper.filename, paper.issued_on.timetuple()[:6]), bytes(paper.content))
            said = (
                paper.filename,
                paper.kind,
                paper.number,
                paper.language,
                paper.issued_on,
                paper.total,
                paper.sha256,
            )
            rows.writerow([disarmed(str(value)) for value in said])
        last = entry(INDEX, (bundle.year, 12, 31, 0, 0, 0), zipfile.ZIP_DEFLATED)
        archive.writestr(last, "\ufeff" + table.getvalue())
    return Packed(file, len(keys))


def entry(name: str, when: tuple[int, ...], method: int = zipfile.ZIP_STORED) -> zipfile.ZipInfo:
    """A member of the ZIP; PDFs are packed already and are stored as they are."""
    year, month, day, hour, minute, second = when
    info = zipfile.ZipInfo(name, (year, month, day, hour, minute, second))
    info.compress_type = method
    return info


@transaction.atomic
def finish(bundle: Bundle, packed: Packed, *, at: datetime) -> None:
    """Keep the file in parts. Raises Refused when it was finished before."""
    size = packed.file.seek(0, io.SEEK_END)
    bundle.move("finish", at=at, papers=packed.papers, size=size)
    packed.file.seek(0)
    for position, content in enumerate(iter(lambda: packed.file.read(MEGABYTE), b"")):
        BundlePart.objects.create(bundle=bundle, position=position, content=content)
    packed.file.close()


@transaction.atomic
def fail(bundle: Bundle, *, at: datetime) -> None:
    """It can't be packed; the customer may ask again."""
    bundle.move("fail", at=at)


def stream(bundle: Bundle) -> Iterator[bytes]:
    """The file, part by part."""
    for position in range(bundle.parts.count()):
        yield bytes(BundlePart.objects.get(bundle=bundle, position=position).content)


def stale(at: datetime) -> QuerySet[Bundle]:
    """Those that were made long ago: the papers themselves stay, the ZIP can be asked for anew."""
    return Bundle.objects.exclude(state=Bundle.State.ASKED).filter(state_changed_at__lte=at - KEPT)
