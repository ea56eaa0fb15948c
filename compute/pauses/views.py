"""The page of a pause case: what it is about, until when, and the customer's two choices (7-4)."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from accounts.access import visible
from accounts.gates import in_project, signed_in
from compute.pauses.models import PauseCase
from compute.servers import listing


@in_project
def index(request: Any) -> HttpResponse:
    """Cases of the project that wait for the customer."""
    cases = PauseCase.objects.visible_to(request.actor).unresolved().filter(server__project=request.project)
    waiting = cases.select_related("server").order_by("limit_on", "pk")
    return render(request, "compute/pauses/list.html", {"cases": waiting})


@signed_in
def detail(request: Any, number: int) -> HttpResponse:
    """One case: what happened, the deadline, and the buttons to resume or delete."""
    wanted = PauseCase.objects.select_related("server__project", "server__zone", "server__plan")
    case = visible(request, wanted, number)
    verbs = {verb.icon: verb for verb in listing.more_verbs(case.server, request.actor)}
    context = {
        "case": case,
        "server": case.server,
        "resume": listing.power_verbs(case.server, request.actor),
        "delete": verbs["trash"],
        "measures": case.measures.order_by("taken_at"),
    }
    return render(request, "compute/pauses/detail.html", context)
