"""Pages of switches: each view is its gate and one call."""

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
from compute import recipes
from compute.networks import bulk, pages
from compute.networks.bridges import actions as bridges
from compute.networks.switches import actions, forms, listing
from compute.networks.switches.models import Switch
from compute.recipes import Labels
from core.copying import Sample
from core.errors import Text
from core.forms import TypeNameForm
from core.web import back


def crumbs() -> list[tuple[Text, str]]:
    """Where pages of one switch belong."""
    return [(_("Switches"), reverse("switches"))]


def found(request: Any, number: int, level: int = VIEW) -> Switch:
    """The switch behind the gate, with what its pages show."""
    related = ("project__organisation", "zone", "contract", "bridge__contract", "router", "hybrid")
    switch: Switch = visible(request, Switch.objects.select_related(*related), number, level)
    return switch


@in_project
def index(request: Any) -> HttpResponseBase:
    """The list."""
    return bulk.SWITCHES.answer(request, "compute/networks/switches/list.html")


@signed_in
def detail(request: Any, number: int) -> HttpResponse:
    """All about one switch."""
    switch = found(request, number)
    context = {
        "switch": switch,
        "chip": pages.state_chip(switch),
        "more": listing.verbs(switch, request.actor),
        "interfaces": switch.interfaces.select_related("server", "packet_filter").order_by("server__name", "position"),
        "charges": None if switch.is_routed else estimates.of_contract(switch.contract, at=request.now),
        "events": audit.timeline(switch),
        "samples": samples_of(switch),
    }
    return render(request, "compute/networks/switches/detail.html", context)


def samples_of(switch: Switch) -> list[Sample]:
    """How a program reads it; the switch of a router comes with its router."""
    if switch.is_routed:
        return []
    recipe = recipes.switch(
        Labels.of(switch), switch.zone.code, default_route=switch.default_route or "",
        mask_length=switch.mask_length or 0, bridge=switch.bridge.number if switch.bridge else 0,
    )  # fmt: skip
    return recipe.reading(switch.number)


@in_project(level=CREATE)
def create(request: Any) -> HttpResponse:
    """Order a switch."""
    form = forms.OrderForm(request.POST or None)

    def act() -> Switch:
        return actions.create(request.project, form.order(), by=request.actor, at=request.now)

    return pages.order(request, form, act, "compute/networks/switches/create.html")


@require_POST
@in_project(level=CREATE)
def price(request: Any) -> HttpResponse:
    """The price of what the order form says now."""
    return pages.price(request, forms.OrderForm(request.POST))


@signed_in
def edit(request: Any, number: int) -> HttpResponse:
    """Change its name, description, tags and what is noted about it."""
    switch = found(request, number, ARRANGE)
    form = forms.EditForm.of(switch, request.POST)

    def act() -> Switch:
        actions.edit(switch, **form.labels(), **form.notes(), by=request.actor, at=request.now)
        return switch

    return pages.ask(request, form, act, pages.edition(switch, crumbs()), done=_("Saved."))


@require_POST
@signed_in
def protect(request: Any, number: int) -> HttpResponse:
    """Lock it against deletion, or unlock it."""
    switch = found(request, number, ARRANGE)
    actions.protect(switch, protected=not switch.protected, by=request.actor, at=request.now)
    return back(request, switch.get_absolute_url())


@require_POST
@signed_in
def detach(request: Any, number: int) -> HttpResponse:
    """Take it off its bridge."""
    switch = found(request, number, ARRANGE)
    bridges.detach(switch, by=request.actor, at=request.now)
    return back(request, switch.get_absolute_url())


@signed_in
def delete(request: Any, number: int) -> HttpResponse:
    """Delete it, after showing what that costs."""
    switch = found(request, number, Switch.MOVES["delete"].level)
    form = TypeNameForm(request.POST or None, name=switch.name)

    def act() -> str:
        actions.delete(switch, by=request.actor, at=request.now)
        return "switches"

    point = (_("Its contract ends today. This can't be undone."), "6-1")
    reason = actions.attached(switch)
    question = pages.deletion(_("Delete the switch"), switch, crumbs(), point, reason=reason)
    done = _("“%(name)s” was deleted.") % {"name": switch.name}
    ending = estimates.of_ending(switch.contract, at=request.now)
    return pages.ask(request, form, act, question, done=done, ending=ending)
