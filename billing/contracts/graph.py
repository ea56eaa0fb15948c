"""What hangs on a contract: the cascade, and the list of dependants that a refusal shows."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from billing.contracts.models import ENDS, REFUSES, Contract, Link
from core.errors import Refused

# Dependants that a refusal names.
NAMED = 10
BASE = "server"  # the item of a base service: the virtual server (2-1)


@dataclass(frozen=True)
class Family:
    """What ending a contract would touch: what ends with it, what forbids it, what goes on and keeps being charged."""

    contract: Contract
    ending: list[Contract]
    refusing: list[Contract]
    surviving: list[Contract]

    def refusal(self) -> Refused | None:
        """Why the contract can't be ended now, naming what must be ended first (AM-12), or None."""
        if not self.refusing:
            return None
        text = _("“%(contract)s” is still needed by: %(dependants)s. End or detach these first.")
        names = _(", ").join(str(one) for one in self.refusing[:NAMED])
        if len(self.refusing) > NAMED:
            names = _("%(names)s and %(count)s more") % {"names": names, "count": f"{len(self.refusing) - NAMED:,}"}
        return Refused(text % {"contract": self.contract, "dependants": names}, code="still_needed")


def dependants(contract: Contract, *, lock: bool = False) -> Family:
    """Everything that ending the contract would touch, at any depth. One query per level.

    lock: also lock the rows, so that nothing can be attached until the transaction ends.
    """
    ending: dict[int, Contract] = {}
    refusing: dict[int, Contract] = {}
    surviving: dict[int, Contract] = {}
    level = {contract.pk}
    while level:
        below: set[int] = set()
        for link in _links(level, lock=lock):
            if link.on_end == ENDS and link.contract_id not in ending:
                ending[link.contract_id] = link.contract
                below.add(link.contract_id)
            elif link.on_end != ENDS:
                (refusing if link.on_end == REFUSES else surviving)[link.contract_id] = link.contract
        level = below
    ends_anyway = ending.keys()
    return Family(
        contract,
        list(ending.values()),
        [one for pk, one in refusing.items() if pk not in ends_anyway],
        [one for pk, one in surviving.items() if pk not in ends_anyway],
    )


def _links(needs: set[int], *, lock: bool) -> QuerySet[Link]:
    links = Link.objects.filter(needs__in=needs, contract__state__in=Contract.LIVE)
    links = links.select_related("contract").order_by("contract_id")
    return links.select_for_update(of=("contract",), no_key=True) if lock else links


def may_end(contract: Contract) -> Refused | None:
    """The refusal that ending the contract would meet now, or None when it may end."""
    return dependants(contract).refusal()


def base_services(organisation_pk: int) -> QuerySet[Contract]:
    """The organisation's base services in use: virtual servers (2-1, 12-1)."""
    return Contract.objects.running().filter(organisation=organisation_pk, terms__item=BASE)


def outliving(contract: Contract) -> list[Contract]:
    """What goes on and keeps being charged when this contract ends as the last base service (14-1, 74-2).

    Nothing when it is no base service, or not the last one. At most two queries.
    """
    if contract.terms.get("item") != BASE or base_services(contract.organisation_id).exclude(pk=contract.pk).exists():
        return []
    rows = Contract.objects.live().filter(organisation=contract.organisation_id, terms__survives__gt="")
    return list(rows.order_by("pk"))
