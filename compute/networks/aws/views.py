"""Pages of AWS connections: each view is its gate and one call."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import audit, consents
from accounts.access import ARRANGE, CREATE, VIEW, visible
from accounts.gates import in_project, signed_in
from billing import estimates
from compute.networks import bulk, pages
from compute.networks.aws import actions, forms, listing
from compute.networks.aws.models import AwsConnection
from compute.networks.local_routers.models import LocalRouter
from compute.services import AWS
from core.calendar import Month
from core.copying import panel
from core.errors import Text
from core.forms import LabelsForm, TypeNameForm
from core.web import back

FOLDER = "compute/networks/aws"


def crumbs() -> list[tuple[Text, str]]:
    """Where pages of one AWS connection belong."""
    return [(_("AWS connections"), reverse("aws_connections"))]


def found(request: Any, number: int, level: int = VIEW) -> AwsConnection:
    """The AWS connection behind the gate, with what its pages show."""
    related = ("project__organisation", "contract", "local_router")
    connection: AwsConnection = visible(request, AwsConnection.objects.select_related(*related), number, level)
    return connection


@in_project
def index(request: Any) -> HttpResponseBase:
    """The list."""
    return bulk.AWS_CONNECTIONS.answer(request, f"{FOLDER}/list.html")


@signed_in
def detail(request: Any, number: int) -> HttpResponse:
    """All about one: both ends, what it carried and what it costs."""
    connection = found(request, number)
    context = {
        "connection": connection,
        "chip": listing.state_chip(connection),
        "more": pages.common_verbs(connection, "aws", request.actor),
        "volumes": actions.volumes(connection, Month.of(request.now)),
        "charges": estimates.of_contract(connection.contract, at=request.now),
        "events": audit.timeline(connection),
        "samples": panel("aws-connections", number=connection.number),
    }
    return render(request, f"{FOLDER}/detail.html", context)


@in_project(level=CREATE)
def create(request: Any) -> HttpResponse:
    """Order one, after the upper terms and the boundary of responsibility are accepted (25-1, 26-1, 27-1)."""
    lacking = consents.missing(request.project.organisation, AWS.consents, request.now)
    form = forms.OrderForm(request.POST or None, project=request.project, lacking=lacking)

    def act() -> AwsConnection:
        accepted = form.codes()
        return actions.create(request.project, form.order(), accepted=accepted, by=request.actor, at=request.now)

    ready = LocalRouter.objects.alive().filter(project=request.project).exists()
    return pages.order(request, form, act, f"{FOLDER}/create.html", ready=ready)


@require_POST
@in_project(level=CREATE)
def price(request: Any) -> HttpResponse:
    """The price of what the order form says now."""
    return pages.price(request, forms.OrderForm(request.POST, project=request.project))


@signed_in
def edit(request: Any, number: int) -> HttpResponse:
    """Change its name, description and tags."""
    connection = found(request, number, ARRANGE)
    form = LabelsForm.of(connection, request.POST)

    def act() -> AwsConnection:
        actions.edit(connection, **form.labels(), by=request.actor, at=request.now)
        return connection

    return pages.ask(request, form, act, pages.edition(connection, crumbs()), done=_("Saved."))


@require_POST
@signed_in
def protect(request: Any, number: int) -> HttpResponse:
    """Lock it against deletion, or unlock it."""
    connection = found(request, number, ARRANGE)
    actions.protect(connection, protected=not connection.protected, by=request.actor, at=request.now)
    return back(request, connection.get_absolute_url())


@signed_in
def delete(request: Any, number: int) -> HttpResponse:
    """End it, after showing what that costs."""
    connection = found(request, number, AwsConnection.MOVES["delete"].level)
    form = TypeNameForm(request.POST or None, name=connection.name)

    def act() -> str:
        actions.delete(connection, by=request.actor, at=request.now)
        return "aws_connections"

    points = [
        (_("Its contract ends today. This can't be undone."), "6-1"),
        (_("The basic fee of this month is charged in full."), "23-1"),
    ]
    question = pages.deletion(_("Delete the AWS connection"), connection, crumbs(), *points)
    ending = estimates.of_ending(connection.contract, at=request.now)
    done = _("“%(name)s” was deleted.") % {"name": connection.name}
    return pages.ask(request, form, act, question, done=done, ending=ending)
