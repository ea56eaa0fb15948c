"""What running things cost this month: so far, and at the month's end if nothing changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from accounts.organisations.models import Organisation
from billing.contracts.models import Contract
from billing.estimates import facts
from billing.estimates.facts import Facts
from billing.invoices import closing
from billing.invoices.explaining import Explained, explain
from billing.invoices.rating import Line, Sums
from core.calendar import Month


@dataclass(frozen=True)
class ContractCharges:
    """One contract in a month: its lines up to now, and those that the invoice will have if nothing changes."""

    facts: Facts
    lines: list[Line]
    coming: list[Line]

    @property
    def contract(self) -> Contract:
        return self.facts.contract

    @property
    def so_far(self) -> int:
        """Yen without tax."""
        return sum(line.amount for line in self.lines)

    @property
    def forecast(self) -> int:
        """Yen without tax at the month's end."""
        return sum(line.amount for line in self.coming)

    def explained(self) -> list[Explained]:
        """The lines up to now, each with its price, use and arithmetic."""
        return [
            explain(
                line.price, line.use, line.amount, name=self.contract.name,
                spans=self.facts.spans, began=line.began, ended=line.ended,
            )
            for line in self.lines
        ]  # fmt: skip


@dataclass(frozen=True)
class MonthSoFar:
    """All invoices of an organisation in a month: their sums now, and at the month's end if nothing changes."""

    month: Month
    now: Sums
    coming: Sums

    @property
    def so_far(self) -> int:
        """Yen with tax."""
        return self.now.total

    @property
    def forecast(self) -> int:
        """Yen with tax at the month's end."""
        return self.coming.total


def of_contract(contract: Contract, *, at: datetime) -> ContractCharges:
    """What a contract costs this month. Four queries."""
    return of_contracts([contract], at=at)[0]


def of_contracts(contracts: Iterable[Contract], *, at: datetime) -> list[ContractCharges]:
    """What each of the contracts costs this month. Four queries."""
    month = Month.of(at)
    found = facts.of_contracts(contracts, month)
    book = facts.book_of(found, month)
    return [ContractCharges(one, one.rated(book, until=at), one.rated(book, until=month.end)) for one in found]


def month_so_far(contracts: Iterable[int], *, at: datetime) -> dict[int, int]:
    """Yen without tax so far this month, by contract (primary key); those without use are left out. One query."""
    values = {**closing.parameters(Month.of(at), until=at), "contracts": list(contracts)}
    with connection.cursor() as cursor:
        cursor.execute(closing.AMOUNTS, values)
        return dict(cursor.fetchall())


def this_month(organisation: Organisation, *, at: datetime) -> MonthSoFar:
    """What an organisation's invoices of this month say now and will say. Two queries, however much it uses."""
    month = Month.of(at)
    return MonthSoFar(month, _sums(organisation, month, at), _sums(organisation, month, month.end))


def _sums(organisation: Organisation, month: Month, until: datetime) -> Sums:
    """The sums of all the invoices together; each has its own rounding of the tax."""
    values = {**closing.parameters(month, until=until), "organisations": [organisation.pk]}
    with connection.cursor() as cursor:
        cursor.execute(closing.TOTALS, values)
        rows = cursor.fetchall()
    return Sums(sum(row[2] for row in rows), sum(row[3] for row in rows))
