"""This month's charges by project, the dearest contracts first."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from accounts.organisations.models import Organisation
from accounts.projects.models import Project
from billing.contracts.models import Contract
from billing.estimates.charges import ContractCharges, of_contracts
from billing.invoices import closing
from core.calendar import Month

SHOWN = 25
BY_CONTRACT = (
    closing.RATED
    + """
SELECT c.project_id, r.contract_id, sum(r.amount)::bigint
FROM rated r
JOIN billing_contract c ON c.id = r.contract_id
GROUP BY c.project_id, r.contract_id
"""
)


@dataclass(frozen=True)
class ContractSums:
    """What one contract costs this month: yen without tax, so far and at the month's end."""

    contract: int
    so_far: int
    forecast: int


@dataclass(frozen=True)
class ProjectCharges:
    """What a project costs this month. shown: the dearest contracts, explained; the others are only summed up."""

    project: Project
    sums: list[ContractSums]
    shown: list[ContractCharges]

    @property
    def so_far(self) -> int:
        """Yen without tax."""
        return sum(one.so_far for one in self.sums)

    @property
    def forecast(self) -> int:
        """Yen without tax at the month's end."""
        return sum(one.forecast for one in self.sums)

    @property
    def others(self) -> int:
        """How many contracts aren't shown."""
        return len(self.sums) - len(self.shown)

    @property
    def others_so_far(self) -> int:
        return self.so_far - sum(one.so_far for one in self.shown)

    @property
    def others_forecast(self) -> int:
        return self.forecast - sum(one.forecast for one in self.shown)


def by_project(organisation: Organisation, *, at: datetime) -> list[ProjectCharges]:
    """The projects that cost something this month, the oldest first. Eight queries."""
    sums = sums_by_project(organisation, at=at)
    projects = Project.objects.filter(pk__in=list(sums)).order_by("pk")
    dearest = {one.contract for ones in sums.values() for one in ones[:SHOWN]}
    explained = of_contracts(Contract.objects.filter(pk__in=dearest), at=at)
    shown = sorted(explained, key=lambda one: (-one.forecast, one.contract.pk))
    return [
        ProjectCharges(project, sums[project.pk], [one for one in shown if one.contract.project_id == project.pk])
        for project in projects
    ]


def sums_by_project(organisation: Organisation, *, at: datetime) -> dict[int, list[ContractSums]]:
    """What each contract costs this month, the dearest first, by project (primary key). Two queries."""
    month = Month.of(at)
    so_far = {contract: amount for _project, contract, amount in _amounts(organisation, month, at)}
    found: dict[int, list[ContractSums]] = defaultdict(list)
    for project, contract, amount in _amounts(organisation, month, month.end):
        found[project].append(ContractSums(contract, so_far.get(contract, 0), amount))
    for ones in found.values():
        ones.sort(key=lambda one: (-one.forecast, one.contract))
    return found


def csv_rows(organisation: Organisation, *, at: datetime) -> Iterator[list[str]]:
    """Project, number, service, name, yen so far and at the month's end of every contract."""
    sums = {one.contract: one for ones in sums_by_project(organisation, at=at).values() for one in ones}
    contracts = Contract.objects.filter(organisation=organisation, pk__in=list(sums)).select_related("project")
    for one in contracts.order_by("project", "pk").iterator(1000):
        own = sums[one.pk]
        yield [one.project.name, str(one.number), one.title, one.name, str(own.so_far), str(own.forecast)]


def _amounts(organisation: Organisation, month: Month, until: datetime) -> list[tuple[int, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(BY_CONTRACT, {**closing.parameters(month, until=until), "organisations": [organisation.pk]})
        rows: list[tuple[int, int, int]] = cursor.fetchall()
    return rows
