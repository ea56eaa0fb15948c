"""What our routers measured on the lines to AWS, read from a file of theirs (24-2).

CSV with the columns vlan, hour, to_aws and from_aws: the line, the beginning of the hour (ISO 8601 with an offset), and
the bytes in each direction. AWS is not asked: what we charge is what we measured.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from compute.drivers.direct_connect import Transfer
from compute.networks.aws import actions
from compute.networks.aws.models import AwsConnection
from core.errors import Refused
from core.sheets import text_of

COLUMNS = {"vlan", "hour", "to_aws", "from_aws"}
HOUR, SHOWN, MOST_BYTES = timedelta(hours=1), 5, 10**16


class Reading(NamedTuple):
    """One hour of one line."""

    vlan: int
    transfer: Transfer


class Counted(NamedTuple):
    """What became of a file. strange: hours of lines that were nobody's then."""

    hours: int
    strange: list[Reading]


def read(content: bytes, *, at: datetime) -> list[Reading]:
    """The hours of a file. Raises Refused naming the first bad lines; then nothing of the file is taken."""
    rows = csv.DictReader(io.StringIO(text_of(content)), skipinitialspace=True)
    if not set(rows.fieldnames or ()) >= COLUMNS:
        raise bad(_("The first line must name the columns: vlan,hour,to_aws,from_aws."))
    readings: dict[tuple[int, datetime], Reading] = {}
    problems = []
    for row in rows:
        try:
            one = reading_of(row, at)
            if readings.setdefault((one.vlan, one.transfer.at), one) != one:
                raise bad(_("the same hour of this line stands further up with other numbers"))
        except Refused as refusal:
            problems.append(_("line %(line)s: %(problem)s") % {"line": rows.line_num, "problem": refusal})
    if problems:
        raise bad("; ".join(problems[:SHOWN]) + (" …" if len(problems) > SHOWN else ""))
    return list(readings.values())


def reading_of(row: dict[str, str | None], at: datetime) -> Reading:
    """One line. Raises Refused."""
    numbers = []
    for name in ("vlan", "to_aws", "from_aws"):
        text = (row[name] or "").strip()
        if not (text.isascii() and text.isdigit() and len(text) <= 17 and int(text) <= MOST_BYTES):
            raise bad(_("%(column)s must be a whole number from 0 to 10,000 TB") % {"column": name})
        numbers.append(int(text))
    try:
        hour = parse_datetime((row["hour"] or "").strip())
    except ValueError:
        hour = None
    if hour is None or hour.tzinfo is None or hour.minute or hour.second or hour.microsecond:
        raise bad(_("hour must be the beginning of an hour with its offset, e.g. 2026-04-20T10:00:00+09:00"))
    if hour + HOUR > at:
        raise bad(_("this hour is not over yet"))
    return Reading(numbers[0], Transfer(hour.astimezone(UTC), *numbers[1:]))


@transaction.atomic
def take(readings: Iterable[Reading], *, at: datetime) -> Counted:
    """Count the hours for whoever had the line then, each hour once, however often a file is taken."""
    lines = defaultdict(list)
    for one in readings:
        lines[one.vlan].append(one)
    hours, strange = 0, []
    owners = AwsConnection.objects.filter(vlan__in=lines).select_related("contract").order_by("-created_at", "-pk")
    by_line = defaultdict(list)
    for connection in owners:
        by_line[connection.vlan].append(connection)
    for vlan, found in lines.items():
        for one in found:
            owner = next((each for each in by_line[vlan] if had(each, one.transfer.at)), None)
            if owner is None:
                strange.append(one)
                continue
            actions.count(owner, [one.transfer], until=one.transfer.at + HOUR, at=at)
            hours += 1
    return Counted(hours, strange)


def had(connection: AwsConnection, hour: datetime) -> bool:
    """Whether the line was this connection's at any time of the hour."""
    closed = connection.contract.closed_at
    return connection.created_at < hour + HOUR and (closed is None or closed > hour)


def bad(text: str) -> Refused:
    return Refused(text, field="file", code="invalid_file", status=400)
