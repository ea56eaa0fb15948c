"""Every route has one of these gates; a route without one fails a test and answers 404.

A gate says who may enter. Which single thing they may touch is asked by `access.visible`.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, overload

from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import VIEW, require
from accounts.organisations.models import Organisation
from accounts.projects.models import Project
from core.errors import Forbidden
from core.web import gated

SAFE = ("GET", "HEAD", "OPTIONS")
View = Callable[..., HttpResponseBase]


def public(view: View) -> View:
    """Anybody, signed in or not."""
    return gated(view, "public")


def signed_in(view: View) -> View:
    """Any signed-in person."""

    @wraps(view)
    def gate(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if stopped := at_the_door(request):
            return stopped
        return view(request, *args, **kwargs)

    return gated(gate, "signed_in")


@overload
def in_project(view: View) -> View: ...


@overload
def in_project(*, level: int) -> Callable[[View], View]: ...


def in_project(view: View | None = None, *, level: int = VIEW) -> Any:
    """A person with at least `level` in the chosen project; sets `request.project`. With none: sign-up's end."""

    def gate_of(view: View) -> View:
        @wraps(view)
        def gate(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if stopped := at_the_door(request):
                return stopped
            project = chosen_project(request)
            if project is None:
                return redirect("organisation_new")
            require(request.actor, project.pk, level)
            request.project = project
            return view(request, *args, **kwargs)

        return gated(gate, "in_project")

    return gate_of if view is None else gate_of(view)


@overload
def in_organisation(view: View) -> View: ...


@overload
def in_organisation(*, owner: bool = False, bill: bool = False, eventlog: bool = False) -> Callable[[View], View]: ...


def in_organisation(
    view: View | None = None, *, owner: bool = False, bill: bool = False, eventlog: bool = False
) -> Any:
    """A member of the chosen organisation with the flags asked for; sets `request.organisation`."""

    def gate_of(view: View) -> View:
        @wraps(view)
        def gate(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if stopped := at_the_door(request):
                return stopped
            organisation = chosen_organisation(request)
            if organisation is None:
                return redirect("organisation_new")
            seat = request.actor.seat_in(organisation.pk)
            if (owner and not seat.owner) or (bill and not seat.bill) or (eventlog and not seat.eventlog):
                raise Forbidden(_("Only an owner, or a member who was given this right, may do this. Ask an owner."))
            request.organisation = organisation
            return view(request, *args, **kwargs)

        return gated(gate, "in_organisation")

    return gate_of if view is None else gate_of(view)


def at_the_door(request: Any) -> HttpResponse | None:
    """Where somebody who isn't signed in goes; None lets in. Raises Forbidden when staff who only look would write."""
    if not request.user.is_authenticated:
        return to_login(request)
    if request.method not in SAFE and request.actor.kind == "viewer":
        raise Forbidden(_("You only look at this customer's panel. Stop looking to work as yourself."))
    return None


def to_login(request: Any) -> HttpResponse:
    """The sign-in page, coming back here afterwards; a fragment asks the browser for a whole page."""
    answer = redirect_to_login(request.get_full_path() if request.method == "GET" else "/", reverse("account_login"))
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": answer.url})
    return answer


def chosen_project(request: Any) -> Project | None:
    """The project the person works in: their choice if still allowed, else the first visible one.

    One query for each request; sets `request.projects`, all the projects they may see.
    """
    if hasattr(request, "projects"):
        return chosen_of(request)
    visible = request.actor.visible_projects()
    request.projects = list(Project.objects.filter(pk__in=visible).select_related("organisation").order_by("pk"))
    return chosen_of(request)


def chosen_of(request: Any) -> Project | None:
    """The one of `request.projects` that the session names, else the first."""
    wanted = request.session.get("project", 0)
    return next((p for p in request.projects if p.pk == wanted), next(iter(request.projects), None))


def chosen_organisation(request: Any) -> Organisation | None:
    """The organisation of the chosen project, or the first one the person belongs to."""
    project = chosen_project(request)
    if project is not None:
        return project.organisation
    return Organisation.objects.filter(pk__in=list(request.actor.seats)).order_by("pk").first()
