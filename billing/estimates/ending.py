"""What ending or stopping something now costs this month, against keeping it, and the best day for it."""

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from billing.contracts import endings
from billing.contracts.endings import Closing
from billing.contracts.graph import Family, dependants, outliving
from billing.contracts.models import Contract
from billing.estimates import facts
from billing.estimates.facts import Facts
from billing.prices.book import Book
from billing.prices.tariffs import Tariff
from core.calendar import DAY, JST, Month, end_of_day, jst_date
from core.errors import Text
from core.money import yen

SECOND = timedelta(seconds=1)
# Dependants of each kind that a dialog names.
SHOWN = 20
HYBRID = 12  # its article
ENDING: dict[str, Text] = {
    "sandbox": _("It is in a sandbox zone, which is never billed."),
    "idle": _("Nothing of it is in use now, so it costs the same on any day."),
    "whole": _("It is charged by whole months: ending it on any day until %(day)s costs the same."),
    "limit": _("It has reached its price of a whole month: ending it on any day until %(day)s costs the same."),
    "hour": _("Each started hour is charged: the price is the same until %(until)s, and %(more)s more on %(last)s."),
    "notice": _("It ends on %(ends)s, and is charged until then, on whichever day until %(day)s you give notice."),
}
STOPPING: dict[str, Text] = ENDING | {
    "limit": _("It has reached its price of a whole month: stopping it before %(day)s saves nothing this month."),
}


@dataclass(frozen=True)
class EndingPrice:
    """This month's charges in yen without tax: if it ends (or stops) now, and if it is kept to the month's end.

    ends_on: its last day. best_on: the last day on which doing it costs the same as now. advice: that in a sentence;
    clause: what makes it so. family: what ends with it, what must go first, and what goes on, by its links.
    parts: the first of what ends with it, each with its yen in `now`. outliving: what goes on being charged although
    this is the last base service (14-1, 74-2).
    """

    now: int
    at_month_end: int
    ends_on: date
    best_on: date
    advice: str
    clause: str
    family: Family
    parts: list[tuple[Contract, int]] = field(default_factory=list)
    outliving: list[Contract] = field(default_factory=list)
    stops: bool = False

    @property
    def following(self) -> list[Contract]:
        """What ends with it (11-2, 66-1, 84-4)."""
        return self.family.ending

    @property
    def following_more(self) -> int:
        """How many of those are not among the parts."""
        return len(self.following) - len(self.parts)

    @property
    def refusing(self) -> list[Contract]:
        """The first of what must be ended or detached before (AM-12)."""
        return self.family.refusing[:SHOWN]

    @property
    def refusing_more(self) -> int:
        """How many more of those there are."""
        return len(self.family.refusing) - len(self.refusing)

    @property
    def first_reason(self) -> str:
        """Why it can't be ended now; "" when it can."""
        return str(self.family.refusal() or "")

    @property
    def surviving(self) -> list[Contract]:
        """What needs it and yet goes on and keeps being charged (14-1, 74-2)."""
        return self.family.surviving

    @property
    def saved(self) -> int:
        """Yen without tax that doing it now saves this month."""
        return self.at_month_end - self.now


@dataclass(frozen=True)
class Course:
    """How the charges of some contracts grow until the end of the book's month."""

    found: list[Facts]
    book: Book
    at: datetime

    def cost(self, until: datetime) -> int:
        """Yen without tax if everything ends at that instant."""
        return sum(self.costs(until))

    def costs(self, until: datetime) -> list[int]:
        """That for each of the contracts, in their order."""
        return [sum(line.amount for line in one.rated(self.book, until=until)) for one in self.found]

    def parts(self, until: datetime) -> list[tuple[Contract, int]]:
        """The first of what ends with the first one, each with its yen without tax."""
        return [(one.contract, cost) for one, cost in zip(self.found, self.costs(until), strict=True)][1 : SHOWN + 1]

    def same_until(self) -> datetime:
        """The last instant of the month, to the second, at which ending costs no more than now."""
        now, end = self.cost(self.at), self.book.month.end
        if self.cost(end) == now:
            return end
        seconds = range((end - self.at) // SECOND + 1)
        return self.at + (bisect_right(seconds, now, key=lambda n: self.cost(self.at + n * SECOND)) - 1) * SECOND

    def kind(self) -> str:
        """Why the day matters or not: the key of its sentence."""
        if not self.found[0].contract.charged:
            return "sandbox"
        if not any(one.is_in_use for one in self.found):
            return "idle"
        if self.same_until() < self.book.month.end:
            return "hour"
        return "limit" if Tariff.LADDER in self.tariffs() else "whole"

    def tariffs(self) -> dict[str, str]:
        """How what is charged this month is charged, and the clause of each."""
        lines = [line for one in self.found for line in one.rated(self.book, until=self.book.month.end)]
        return {line.price.item.tariff: line.price.item.clause for line in reversed(lines)}


def of_ending(contract: Contract, *, at: datetime) -> EndingPrice:
    """What this month costs if notice is given now: the contract ends as its frozen terms say, what needs it with it.

    Four queries, one for each level of what hangs on it, and for a base service two (6-1, 11-2, 14-1, 49-2, 60-2, 74-1,
    84-2).
    """
    family = dependants(contract)
    course = _course([contract, *family.ending], at)
    closing = contract.terms["closing"]
    if closing == Closing.SAME_DAY:
        return replace(_at_once(course, ENDING, family), outliving=outliving(contract))
    today, month = jst_date(at), course.book.month
    ends_on = contract.ends_on or endings.ends_on(closing, today, term_on=contract.term_on)
    best_on = today
    while best_on < ends_on and endings.ends_on(closing, best_on + DAY, term_on=contract.term_on) == ends_on:
        best_on += DAY
    until = min(end_of_day(ends_on), month.end)
    return EndingPrice(
        now=course.cost(until),
        at_month_end=course.cost(month.end),
        ends_on=ends_on,
        best_on=best_on,
        advice=ENDING["notice"] % {"ends": _day(ends_on), "day": _day(best_on)},
        clause=_notice_clause(contract),
        family=family,
        parts=course.parts(until),
    )


def of_stopping(contract: Contract, *, at: datetime) -> EndingPrice:
    """What this month costs if the server of the contract is stopped now and stays so (7-1, 7-2). Four queries."""
    return _at_once(_course([contract], at), STOPPING, Family(contract, [], [], []))


def _course(contracts: list[Contract], at: datetime) -> Course:
    month = Month.of(at)
    found = facts.of_contracts(contracts, month)
    return Course(found, facts.book_of(found, month), at)


def _at_once(course: Course, words: dict[str, Text], family: Family) -> EndingPrice:
    """What ends the moment one says so."""
    kind, month, at = course.kind(), course.book.month, course.at
    now, at_month_end, same_until = course.cost(at), course.cost(month.end), course.same_until()
    best_on = jst_date(at) if kind in ("sandbox", "idle") else min(jst_date(same_until), month.last_day)
    values = {
        "day": _day(best_on),
        "last": _day(month.last_day),
        "until": f"{_day(jst_date(same_until))} {same_until.astimezone(JST):%H:%M}",
        "more": yen(at_month_end - now),
    }
    clause = next(iter(course.tariffs().values()), "")
    return EndingPrice(
        now, at_month_end, jst_date(at), best_on, words[kind] % values, clause, family, course.parts(at),
        stops=words is STOPPING,
    )  # fmt: skip


def _day(day: date) -> str:
    """ "30 November", as the reader's language has it."""
    return date_format(day, "MONTH_DAY_FORMAT")


def _notice_clause(contract: Contract) -> str:
    """The clause by which notice ends the contract later; Articles 50 to 60 are those of the Mono platform."""
    match contract.terms["closing"]:
        case Closing.TWENTIETH:
            return "74-1"
        case Closing.AT_EXPIRY:
            return "84-2"
        case _:
            article = int(contract.terms["clause"].partition("-")[0])
            if article == HYBRID:
                return "14-1"
            return "60-2" if 50 <= article <= 60 else "49-2"
