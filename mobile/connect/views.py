"""The page of Secure Mobile Connect: its contract, what it is, what it costs."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from accounts import audit
from accounts.access import CREATE
from accounts.gates import in_project
from billing.contracts import Contract
from mobile.connect import actions
from mobile.connect.models import Interruption


@in_project
def index(request: Any) -> HttpResponse:
    """The control panel's page of the service (31-2): all about the contract, or what would conclude one."""
    connect = actions.of(request.project)
    parts = Contract.objects.live().filter(project=request.project, service__in=actions.PARTS)
    context = {
        "connect": connect,
        "sims": parts.filter(service="sim").count(),
        "gateways": parts.filter(service="gateway").count(),
        "events": audit.timeline(connect) if connect else [],
        "may_order": request.actor.level_in(request.project.pk) >= CREATE,
        "interruptions": Interruption.objects.touching(request.project),
        "individual": request.project.organisation.is_individual,
    }
    return render(request, "mobile/connect/index.html", context)
