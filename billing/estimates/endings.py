"""What ending something costs now, and the day on which it costs nothing more."""

from dataclasses import dataclass
from datetime import date, datetime

from billing.contracts import endings
from billing.contracts.graph import dependants
from billing.contracts.models import Contract
from billing.estimates.months import Facts
from billing.invoices import rating
from billing.prices.book import Book
from core.calendar import DAY, Month, end_of_day, jst_date


@dataclass(frozen=True)
class EndingPrice:
    """Yen with tax for this month: if ended now, and if it runs on to the month's end.

    ends_on: the last day if notice is given now. best_on: the last day of this month on which notice costs no more than
    now. ending: what ends with it. surviving: what goes on and keeps being charged.
    """

    ends_on: date
    now: int
    month_end: int
    best_on: date
    ending: list[Contract]
    surviving: list[Contract]

    @property
    def saves(self) -> int:
        """Yen that ending now saves this month."""
        return self.month_end - self.now

    @property
    def can_wait(self) -> bool:
        """Whether waiting costs nothing more, so that there is no hurry."""
        return self.saves == 0


def of_ending(contract: Contract, *, at: datetime) -> EndingPrice:
    """What giving notice now costs, with everything that would end with it. About five queries."""
    family = dependants(contract)
    contracts, month, today = [contract, *family.ending], Month.of(at), jst_date(at)
    book, facts = Book(month), Facts(contracts, month)

    def cost(until: datetime) -> int:
        return rating.sums(line for one in contracts for line in facts.rate(one, book, until=until)).total

    def last_day(notice_on: date) -> date:
        return endings.ends_on(contract.terms["closing"], notice_on, term_on=contract.term_on)

    def no_dearer(notice_on: date) -> bool:
        last = last_day(notice_on)
        return Month.of(last) == Month.of(ends_on) and cost(min(end_of_day(last), month.end)) == now

    ends_on = last_day(today)
    now = cost(at if ends_on == today else min(end_of_day(ends_on), month.end))
    best_on = today
    while best_on < month.last_day and no_dearer(best_on + DAY):
        best_on += DAY
    return EndingPrice(ends_on, now, cost(month.end), best_on, family.ending, family.surviving)
