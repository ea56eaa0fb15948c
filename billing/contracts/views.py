"""Pages of contracts: the list, and the tree each stands in."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render

from accounts import audit
from accounts.gates import in_project, signed_in
from billing import estimates
from billing.contracts import listing, tree
from billing.contracts.models import Contract


@in_project
def index(request: Any) -> HttpResponseBase:
    """The contracts of the project, newest first."""
    rows = Contract.objects.filter(project=request.project)
    return listing.LISTING.answer(request, rows, "billing/contracts/list.html")


@signed_in
def detail(request: Any, number: int) -> HttpResponse:
    """One contract: its days, what it needs, what hangs on it, and what ending it would do."""
    contract = found(request, number)
    context = {
        "contract": contract,
        "chip": listing.state_chip(contract),
        "tops": tree.of(contract, request.actor, at=request.now),
        "ending": estimates.of_ending(contract, at=request.now) if contract.is_live else None,
        "charges": estimates.of_contract(contract, at=request.now),
        "events": audit.timeline(contract),
    }
    return render(request, "billing/contracts/detail.html", context)


def found(request: Any, number: int) -> Contract:
    """The contract with this number, if the person may see it; raises Http404."""
    wanted = Contract.objects.select_related("project__organisation").visible_to(request.actor)
    return get_object_or_404(wanted, number=number)
