"""Pages of hybrid connections: each view is its gate and one call."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import audit
from accounts.access import ARRANGE, CREATE, VIEW, visible
from accounts.gates import in_project, signed_in
from billing import estimates
from billing.means import queries as means
from billing.other_services.actions import is_user
from compute.networks import pages
from compute.networks.hybrid import actions, forms, listing
from compute.networks.hybrid.models import HybridConnection
from core.copying import panel
from core.errors import Text
from core.forms import TypeNameForm
from core.web import back

FOLDER = "compute/networks/hybrid"


def crumbs() -> list[tuple[Text, str]]:
    """Where pages of one hybrid connection belong."""
    return [(_("Hybrid connections"), reverse("hybrids"))]


def found(request: Any, number: int, level: int = VIEW) -> HybridConnection:
    """The hybrid connection behind the gate, with what its pages show."""
    related = ("project__organisation", "contract", "switch__zone", "switch__contract", "other_service")
    hybrid: HybridConnection = visible(request, HybridConnection.objects.select_related(*related), number, level)
    return hybrid


@in_project
def index(request: Any) -> HttpResponseBase:
    """The list."""
    rows = HybridConnection.objects.visible_to(request.actor).filter(project=request.project).for_list()
    return listing.LISTING.answer(request, rows, f"{FOLDER}/list.html")


@signed_in
def detail(request: Any, number: int) -> HttpResponse:
    """All about one: both ends, what it costs and what pays it."""
    hybrid = found(request, number)
    context = {
        "hybrid": hybrid,
        "chip": listing.state_chip(hybrid),
        "other_end": listing.other_end(hybrid),
        "verbs": listing.verbs(hybrid, request.actor),
        "more": listing.more_verbs(hybrid, request.actor),
        "charges": estimates.of_contract(hybrid.contract, at=request.now),
        "means": means.of_hybrid(hybrid.project.organisation),
        "events": audit.timeline(hybrid),
        "samples": panel("hybrid-connections", number=hybrid.number),
    }
    return render(request, f"{FOLDER}/detail.html", context)


@in_project(level=CREATE)
def create(request: Any) -> HttpResponse:
    """Order one."""
    organisation = request.project.organisation
    form = forms.OrderForm(request.POST or None, project=request.project)

    def act() -> HybridConnection:
        return actions.create(request.project, form.order(), by=request.actor, at=request.now)

    words = {"eligible": is_user(organisation), "due_on": actions.first_due(request.now)}
    return pages.order(request, form, act, f"{FOLDER}/create.html", **words, means=means.of_hybrid(organisation))


@require_POST
@in_project(level=CREATE)
def price(request: Any) -> HttpResponse:
    """The price of what the order form says now."""
    return pages.price(request, forms.OrderForm(request.POST, project=request.project))


@signed_in
def connect(request: Any, number: int) -> HttpResponse:
    """Tie it to a switch."""
    hybrid = found(request, number, ARRANGE)
    form = forms.ConnectForm(request.POST or None, hybrid=hybrid)

    def act() -> HybridConnection:
        actions.connect(hybrid, form.cleaned_data["switch"], by=request.actor, at=request.now)
        return hybrid

    own = (hybrid.name, hybrid.get_absolute_url())
    asks = _("Connect “%(name)s” to a switch") % {"name": hybrid.name}
    guard = (_("The switch can't be deleted while it is connected."), "")
    question = pages.Question(_("Connect a switch"), asks, [*crumbs(), own], _("Connect"), "link", points=[guard])
    return pages.ask(request, form, act, question, done=_("Saved."))


@require_POST
@signed_in
def disconnect(request: Any, number: int) -> HttpResponse:
    """Take it off its switch."""
    hybrid = found(request, number, ARRANGE)
    actions.disconnect(hybrid, by=request.actor, at=request.now)
    return back(request, hybrid.get_absolute_url())


@signed_in
def edit(request: Any, number: int) -> HttpResponse:
    """Change its name, description, tags and the note about its other end."""
    hybrid = found(request, number, ARRANGE)
    form = forms.EditForm.of(hybrid, request.POST)

    def act() -> HybridConnection:
        line = form.cleaned_data["line"]
        actions.edit(hybrid, **form.labels(), line=line, by=request.actor, at=request.now)
        return hybrid

    return pages.ask(request, form, act, pages.edition(hybrid, crumbs()), done=_("Saved."))


@require_POST
@signed_in
def protect(request: Any, number: int) -> HttpResponse:
    """Lock it against cancelling, or unlock it."""
    hybrid = found(request, number, ARRANGE)
    actions.protect(hybrid, protected=not hybrid.protected, by=request.actor, at=request.now)
    return back(request, hybrid.get_absolute_url())


@signed_in
def delete(request: Any, number: int) -> HttpResponse:
    """Cancel it, after showing when it ends and what that costs."""
    hybrid = found(request, number, HybridConnection.MOVES["delete"].level)
    form = TypeNameForm(request.POST or None, name=hybrid.name)

    def act() -> str:
        actions.cancel(hybrid, by=request.actor, at=request.now)
        return "hybrids"

    own = (hybrid.name, hybrid.get_absolute_url())
    asks = _("Cancel “%(name)s”?") % {"name": hybrid.name}
    point = (_("Until its last day it works and is charged; then it is taken off its switch."), "14-1")
    question = pages.Question(
        _("Cancel the hybrid connection"), asks, [*crumbs(), own], _("Cancel the contract"), "trash", "danger", [point]
    )
    ending = estimates.of_ending(hybrid.contract, at=request.now)
    return pages.ask(request, form, act, question, done=_("Your notice is received."), ending=ending)
