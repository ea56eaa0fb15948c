"""What running things cost this month: so far, and at the month's end if nothing changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from accounts.organisations.models import Organisation
from accounts.projects.models import Project
from billing.contracts.models import Contract
from billing.estimates import facts
from billing.estimates.facts import Facts
from billing.invoices import rating
from billing.invoices.rating import Line, Sums
from billing.prices.book import Book
from core.calendar import Month


@dataclass(frozen=True)
class ContractCharges:
    """One contract in a month: its lines up to `at`, and those that the invoice will have if nothing changes."""

    contract: Contract
    at: datetime
    lines: list[Line]
    coming: list[Line]

    @property
    def so_far(self) -> int:
        """Yen without tax."""
        return sum(line.amount for line in self.lines)

    @property
    def forecast(self) -> int:
        """Yen without tax at the month's end."""
        return sum(line.amount for line in self.coming)

    @property
    def month(self) -> Month:
        return Month.of(self.at)


@dataclass(frozen=True)
class ProjectCharges:
    """One project in a month: the dearest contract first. so_far and forecast: yen without tax."""

    project: Project
    contracts: list[ContractCharges]

    @property
    def so_far(self) -> int:
        return sum(one.so_far for one in self.contracts)

    @property
    def forecast(self) -> int:
        return sum(one.forecast for one in self.contracts)


@dataclass(frozen=True)
class MonthSoFar:
    """All of an organisation in a month. now and coming: the sums of its invoices, tax floored per rate and invoice."""

    month: Month
    at: datetime
    projects: list[ProjectCharges]
    now: Sums
    coming: Sums

    @property
    def so_far(self) -> int:
        """Yen with tax."""
        return self.now.total

    @property
    def forecast(self) -> int:
        """Yen with tax at the month's end if nothing changes."""
        return self.coming.total


def of_contract(contract: Contract, *, at: datetime) -> ContractCharges:
    """What a contract costs this month. Four queries."""
    month = Month.of(at)
    return _charges(facts.of_contracts([contract], month)[0], Book(month), at)


def month_so_far(contracts: Iterable[int], *, at: datetime) -> dict[int, int]:
    """Yen without tax so far this month, by contract (primary key); what has cost nothing is left out. Four queries."""
    month = Month.of(at)
    book = Book(month)
    found = facts.of_month(month, contract__in=list(contracts))
    totals = {one.contract.pk: sum(line.amount for line in one.rated(book, until=at)) for one in found}
    return {pk: total for pk, total in totals.items() if total}


def this_month(organisation: Organisation, *, at: datetime) -> MonthSoFar:
    """What an organisation's invoices of this month say so far and will say. Four queries."""
    month = Month.of(at)
    book = Book(month)
    found = [_charges(one, book, at) for one in facts.of_month(month, contract__organisation=organisation)]
    return MonthSoFar(
        month=month,
        at=at,
        projects=_projects([one for one in found if one.coming]),
        now=_sums((line for one in found for line in one.lines), month),
        coming=_sums((line for one in found for line in one.coming), month),
    )


def _charges(of: Facts, book: Book, at: datetime) -> ContractCharges:
    return ContractCharges(of.contract, at, of.rated(book, until=at), of.rated(book, until=book.month.end))


def _projects(found: list[ContractCharges]) -> list[ProjectCharges]:
    """The charges by project, projects in the order of their creation."""
    found.sort(key=lambda one: (one.contract.project_id, -one.forecast, one.contract.pk))
    by_project = groupby(found, key=lambda one: one.contract.project)
    return [ProjectCharges(project, list(ones)) for project, ones in by_project]


def _sums(lines: Iterable[Line], month: Month) -> Sums:
    """The sums of all invoices of the month: each stream has its own, and its own rounding."""

    def stream(line: Line) -> str:
        return rating.stream_of(line.contract, month)

    invoices = [rating.sums(own) for _stream, own in groupby(sorted(lines, key=stream), key=stream)]
    return Sums(sum(one.subtotal for one in invoices), sum(one.tax for one in invoices))
