"""The public status page: what goes on, what comes, what was; one incident with its news."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.gates import public
from compute.incidents import others
from compute.incidents.models import Affected, Incident
from core.console import Disruption

# How far back the page looks, and at most how many it shows.
PAST, MOST = timedelta(days=90), 50


def layout(request: Any) -> str:
    """The frame: the console's for those who are signed in."""
    return "layouts/console.html" if request.user.is_authenticated else "layouts/public.html"


def newest(incidents: Iterable[Incident], elsewhere: list[Disruption]) -> list[Incident | Disruption]:
    """Both kinds of rows in one order."""
    return sorted([*incidents, *elsewhere], key=lambda one: one.starts_at, reverse=True)


@public
def status(request: Any) -> HttpResponse:
    """Everything that isn't over, and the last 90 days."""
    rows = Incident.objects.select_related("zone").order_by("-starts_at", "-pk")
    elsewhere = others.since(request.now - PAST)
    past = rows.filter(state__in=("ENDED", "CANCELLED"), starts_at__gte=request.now - PAST)[:MOST]
    context = {
        "layout": layout(request),
        "ongoing": newest(rows.filter(state=Incident.State.ONGOING), [one for one in elsewhere if not one.ends_at]),
        "announced": rows.filter(state=Incident.State.ANNOUNCED).reverse(),
        "past": newest(past, [one for one in elsewhere if one.ends_at])[:MOST],
    }
    return render(request, "compute/incidents/status.html", context)


@public
def incident(request: Any, number: int) -> HttpResponse:
    """One, with its news; whoever is signed in sees which of their servers it touches."""
    found = get_object_or_404(Incident.objects.select_related("zone"), number=number)
    own = Affected.objects.filter(incident=found, server__project__in=request.actor.visible_projects())
    touched = own.exclude(server__state="DELETED").select_related("server").order_by("server__name")[:MOST]
    context = {
        "layout": layout(request),
        "incident": found,
        "updates": found.updates.order_by("-pk"),
        "touched": touched,
    }
    return render(request, "compute/incidents/detail.html", context)
