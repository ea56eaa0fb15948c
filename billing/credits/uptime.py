"""The rule of the quality guarantee: uptime of a month, and the part of the fee credited for it (9-1, 77-1).

uptime = (total - outage) / total, total = the whole calendar month in seconds. Only faults count, and of them not the
time in which maintenance was announced or the customer had stopped the service; what SMS caused is no fault of ours.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.utils.module_loading import import_string

from billing.contracts.models import Contract
from billing.credits.models import Outage, SlaGrade
from core.calendar import Month

Stretch = tuple[datetime, datetime]
EXCUSES = (Outage.Cause.MAINTENANCE, Outage.Cause.OWN_STOP)


@dataclass(frozen=True)
class Uptime:
    """Of one service in one month. outage: seconds that count; total: seconds of the month."""

    month: Month
    outage: int
    total: int

    @property
    def up(self) -> int:
        return self.total - self.outage

    def is_below(self, share: Decimal) -> bool:
        """Whether it is below a share such as 0.9995; exact."""
        return self.up < share * self.total

    @property
    def percent(self) -> str:
        """As people read it, never better than it was: "99.949 %"."""
        thousandths = self.up * 100_000 // self.total
        return f"{thousandths // 1000}.{thousandths % 1000:03d} %"

    @property
    def minutes(self) -> str:
        """Minutes of outage: "21.6"."""
        return f"{Decimal(self.outage) / 60:.2f}".rstrip("0").rstrip(".")


def seconds_of(month: Month) -> int:
    """How long a calendar month is."""
    return int((month.end - month.start).total_seconds())


def uptime(month: Month, faults: Iterable[Stretch], excused: Iterable[Stretch] = ()) -> Uptime:
    """The uptime of a month; stretches may overlap and reach beyond it."""
    down = without(joined(clip(faults, month)), joined(clip(excused, month)))
    return Uptime(month, sum(int((end - start).total_seconds()) for start, end in down), seconds_of(month))


def clip(stretches: Iterable[Stretch], month: Month) -> list[Stretch]:
    """The parts within the month."""
    found = ((max(start, month.start), min(end, month.end)) for start, end in stretches)
    return [(start, end) for start, end in found if start < end]


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """In order and without overlaps, so that nothing counts twice."""
    whole: list[Stretch] = []
    for start, end in sorted(stretches):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(whole[-1][1], end))
        else:
            whole.append((start, end))
    return whole


def without(stretches: Sequence[Stretch], taken: Sequence[Stretch]) -> list[Stretch]:
    """What is left of joined stretches when other joined ones are taken away."""
    left = []
    for start, end in stretches:
        for from_, to in taken:
            if to <= start or from_ >= end:
                continue
            if from_ > start:
                left.append((start, from_))
            start = max(start, to)
        if start < end:
            left.append((start, end))
    return left


def of(contract: Contract, month: Month, *, until: datetime, proven: Iterable[Stretch] = ()) -> Uptime:
    """The uptime of a contract's service by the facts; what lasts counts to `until`. proven: more faults. One query."""
    facts = Outage.objects.filter(contract=contract).touching(month.start, month.end)
    return from_facts(contract, facts, month, until, proven)


def from_facts(
    contract: Contract, facts: Iterable[Outage], month: Month, until: datetime, proven: Iterable[Stretch] = ()
) -> Uptime:
    """The uptime of a month from the facts of one contract."""
    faults, excused = list(proven), []
    for fact in facts:
        stretch = (fact.period.lower, fact.period.upper or until)
        if fact.cause == Outage.Cause.FAULT:
            faults.append(stretch)
        elif fact.cause in EXCUSES:
            excused.append(stretch)
    if faults:
        excused += excluded(contract, month)
    return uptime(month, faults, excused)


def excluded(contract: Contract, month: Month) -> list[Stretch]:
    """Time that upper apps know to be outside the guarantee, as what SMS caused (77-1; settings.SLA_EXCLUSIONS)."""
    return [stretch for path in settings.SLA_EXCLUSIONS for stretch in import_string(path)(contract, month)]


def history(contract: Contract, months: int, at: datetime) -> list[Uptime]:
    """The last months in which there was a contract, this one first. One query."""
    this, first = Month.of(at), Month.of(contract.concluded_at)
    last = Month.of(contract.closed_at) if contract.closed_at else this
    wanted = [month for month in (this.plus(-back) for back in range(months)) if first <= month <= last]
    if not wanted:
        return []
    facts = list(Outage.objects.filter(contract=contract).touching(wanted[-1].start, wanted[0].end))
    return [from_facts(contract, facts, month, at) for month in wanted]


def grade(found: Uptime) -> SlaGrade | None:
    """The grade the uptime falls into: the most that is credited; None when it is as guaranteed. One query."""
    table = SlaGrade.objects.filter(valid__contains=found.month.last_day)
    return next((row for row in table.order_by("-credit") if found.is_below(row.below)), None)
