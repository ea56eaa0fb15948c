"""Pages of projects: the list, making, naming, closing, and choosing the one to work in."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.gates import in_organisation, signed_in
from accounts.projects import actions
from accounts.projects.forms import ProjectForm
from accounts.projects.models import Project
from core.forms import OnceForm, page, submitted


@in_organisation
def index(request: Any) -> HttpResponse:
    """The organisation's open projects that the person may see, with the access level in each."""
    actor = request.actor
    projects = own(request).filter(pk__in=actor.visible_projects()).order_by("pk")
    rows = [(project, actor.level_in(project.pk).label) for project in projects]
    owner = actor.seat_in(request.organisation.pk).owner
    return render(request, "accounts/projects/list.html", {"rows": rows, "owner": owner})


@in_organisation(owner=True)
def new(request: Any) -> HttpResponse:
    """Make a project."""
    form = ProjectForm(request.POST or None)

    def create() -> str:
        data = form.cleaned_data
        project = actions.create(
            request.organisation, name=data["name"], description=data["description"], by=request.actor, at=request.now
        )
        request.session["project"] = project.pk
        return "projects"

    done = submitted(request, form, create, done=_("The project is ready; you work in it now."))
    return done or page(request, "accounts/projects/form.html", form)


@in_organisation(owner=True)
def edit(request: Any, number: int) -> HttpResponse:
    """Rename or describe a project."""
    project = get_object_or_404(own(request), number=number)
    form = ProjectForm(request.POST or None, initial={"name": project.name, "description": project.description})

    def update() -> str:
        data = form.cleaned_data
        actions.update(project, name=data["name"], description=data["description"], by=request.actor, at=request.now)
        return "projects"

    done = submitted(request, form, update, done=_("Saved."))
    return done or page(request, "accounts/projects/form.html", form, edited=project)


@in_organisation(owner=True)
def close(request: Any, number: int) -> HttpResponse:
    """Close an empty project, after asking."""
    project = get_object_or_404(own(request), number=number)
    form = OnceForm(request.POST or None)

    def act() -> str:
        actions.close(project, by=request.actor, at=request.now)
        return "projects"

    done = submitted(request, form, act, done=_("The project is closed."))
    return done or page(request, "accounts/projects/close.html", form, closing=project)


@require_POST
@signed_in
def switch(request: Any, number: int) -> HttpResponse:
    """Work in another project from now on."""
    allowed = Project.objects.filter(pk__in=request.actor.visible_projects(), closed_at=None)
    request.session["project"] = get_object_or_404(allowed, number=number).pk
    return redirect("dashboard")


def own(request: Any) -> QuerySet[Project]:
    """The open projects of the organisation the person works in."""
    return Project.objects.select_related("organisation").filter(organisation=request.organisation, closed_at=None)
