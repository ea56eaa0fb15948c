"""What is composed of all apps: the frame around every page, the dashboard, the search."""

from typing import Any

from django.db import connection
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render

from accounts.gates import in_project, public


def context(request: Any) -> dict[str, Any]:
    """What the frame of every page shows."""
    return {}


@in_project
def dashboard(request: Any) -> HttpResponse:
    """The first page after signing in."""
    return render(request, "config/dashboard.html", {})


@in_project
def search(request: Any) -> HttpResponse:
    """One box finds names, numbers, addresses and pages."""
    return render(request, "config/search.html", {})


@public
def healthz(request: Any) -> HttpResponse:
    """200 while this process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@public
def readyz(request: Any) -> HttpResponse:
    """200 when the database answers too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"database": "ok"})
