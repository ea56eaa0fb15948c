"""This month's charges in the panel's API."""

from typing import Any

from django.db.models import QuerySet

from accounts.api import Collection, PanelEndpoint, of_bills
from billing.contracts.models import Contract
from billing.estimates import charges as estimates
from billing.estimates.projects import ContractSums, sums_by_project
from core.api import Id, Made, Part, Reply, Text

NAMES = {
    "Contract": Id("number"),
    "Project": Id("project__number"),
    "Service": Text("service"),
    "Name": Text("name"),
}
CHARGE = Part({**NAMES, "SoFar": Made(int, "pk"), "Forecast": Made(int, "pk")})


class Charges(Collection):
    """What this month costs, in yen without tax: so far, and at its end if nothing changes, by contract.

    SoFar and Forecast beside the list are those of the whole organisation, tax included: what the invoices will say.
    """

    endpoint = PanelEndpoint

    def visible(self, request: Any) -> QuerySet[Any, Any]:
        request.sums = {
            one.contract: one
            for ones in sums_by_project(request.project.organisation, at=request.now).values()
            for one in ones
        }
        return self.rows(request).filter(pk__in=list(request.sums))

    def answer_list(self, request: Any) -> Reply:
        reply = super().answer_list(request)
        month = estimates.this_month(request.project.organisation, at=request.now)
        found = [_with_sums(row, request.sums[row["SoFar"]]) for row in reply.value[self.plural]]
        sums = {"Month": str(month.month), "SoFar": month.so_far, "Forecast": month.forecast}
        return Reply({**reply.value, self.plural: found, **sums}, success=None)


def _with_sums(row: dict[str, Any], sums: ContractSums) -> dict[str, Any]:
    return {**row, "SoFar": sums.so_far, "Forecast": sums.forecast}


def charged(request: Any) -> QuerySet[Contract]:
    """The contracts of the key's organisation, oldest first. Raises Forbidden without the right to bills."""
    return Contract.objects.filter(organisation=of_bills(request)).order_by("pk")


charges = Charges("charges", "Charge", "Charges", rows=charged, fields=CHARGE, key="")
