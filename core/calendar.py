"""Days and months of the terms: Japan Standard Time, half-open, never "30 days".

An instant is an aware datetime; a day is a `date` in JST; a month runs from JST midnight to JST midnight.
"""

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

JST = ZoneInfo("Asia/Tokyo")
DAY = timedelta(days=1)


def jst_date(at: datetime) -> date:
    """The JST day in which an instant lies: 2026-02-28T15:00Z is 1 March."""
    return at.astimezone(JST).date()


def midnight(day: date) -> datetime:
    """The first instant of a JST day."""
    return datetime(day.year, day.month, day.day, tzinfo=JST)


def end_of_day(day: date) -> datetime:
    """The first instant after a JST day; half-open, so 23:59:59.999 is still inside."""
    return midnight(day + DAY)


@dataclass(frozen=True, order=True)
class Month:
    """A JST calendar month, the half-open interval [start, end)."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1 <= self.month <= 12 and 1 <= self.year <= 9999):
            raise ValueError(f"no such month: {self.year}-{self.month}")

    @classmethod
    def of(cls, when: datetime | date) -> "Month":
        """The month of an instant (read in JST) or of a day."""
        day = jst_date(when) if isinstance(when, datetime) else when
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Month of "2026-10". Raises ValueError for anything else."""
        year, dash, month = text.partition("-")
        if not (dash and len(year) == 4 and len(month) == 2 and (year + month).isascii() and (year + month).isdigit()):
            raise ValueError(f"not a month (YYYY-MM): {text}")
        return cls(int(year), int(month))

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    def plus(self, months: int) -> "Month":
        """The month so many months later (or earlier when negative)."""
        index = self.year * 12 + self.month - 1 + months
        return Month(index // 12, index % 12 + 1)

    def minus(self, other: "Month") -> int:
        """Whole months from `other` to this one."""
        return (self.year - other.year) * 12 + self.month - other.month

    @property
    def next(self) -> "Month":
        return self.plus(1)

    @property
    def previous(self) -> "Month":
        return self.plus(-1)

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        return self.day(31)

    @property
    def start(self) -> datetime:
        return midnight(self.first_day)

    @property
    def end(self) -> datetime:
        return midnight(self.next.first_day)

    def day(self, day: int) -> date:
        """That day of the month, or the month's last day when it is shorter."""
        return date(self.year, self.month, min(day, calendar.monthrange(self.year, self.month)[1]))


def add_months(day: date, months: int) -> date:
    """The corresponding day so many months later; a missing day becomes the month's last day."""
    return Month.of(day).plus(months).day(day.day)


def period_end(start: date, months: int) -> date:
    """Last day of a period of `months` calendar months whose first counted day is `start`.

    Civil-Code counting: from a 1st to the last day of the n-th month; else to the day before the corresponding day;
    when the target month has no such day, to its last day. Used by 7-3, 7-4 and 49-1.
    """
    if start.day == 1:
        return Month.of(start).plus(months - 1).last_day
    target = Month.of(start).plus(months)
    if start.day > target.last_day.day:
        return target.last_day
    return target.day(start.day) - DAY
