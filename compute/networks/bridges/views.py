"""Pages of bridges: each view is its gate and one call."""

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
from compute import recipes
from compute.networks import bulk, pages
from compute.networks.bridges import actions, forms
from compute.networks.bridges.models import Bridge
from compute.recipes import Labels
from core.errors import Text
from core.forms import LabelsForm, TypeNameForm
from core.verbs import Verb
from core.web import address, back


def crumbs() -> list[tuple[Text, str]]:
    """Where pages of one bridge belong."""
    return [(_("Bridges"), reverse("bridges"))]


def found(request: Any, number: int, level: int = VIEW) -> Bridge:
    """The bridge behind the gate, with what its pages show."""
    bridge: Bridge = visible(request, Bridge.objects.select_related("project__organisation", "contract"), number, level)
    return bridge


@in_project
def index(request: Any) -> HttpResponseBase:
    """The list."""
    return bulk.BRIDGES.answer(request, "compute/networks/bridges/list.html")


@signed_in
def detail(request: Any, number: int) -> HttpResponse:
    """The switches it joins."""
    bridge = found(request, number)
    lacks = pages.lacking(bridge, ARRANGE, request.actor)
    context = {
        "bridge": bridge,
        "chip": pages.state_chip(bridge),
        "verbs": [Verb(_("Attach a switch"), address("bridge_attach", bridge.number), "link", "primary", reason=lacks)],
        "more": pages.common_verbs(bridge, "bridge", request.actor),
        "switches": bridge.switches.select_related("zone").order_by("zone"),
        "lacks": lacks,
        "events": audit.timeline(bridge),
        "samples": recipes.bridge(Labels.of(bridge)).reading(bridge.number),
    }
    return render(request, "compute/networks/bridges/detail.html", context)


@in_project(level=CREATE)
def create(request: Any) -> HttpResponse:
    """Make a bridge."""
    form = LabelsForm(request.POST or None)

    def act() -> Bridge:
        return actions.create(request.project, **form.labels(), by=request.actor, at=request.now)

    title = _("Create a bridge")
    free = _("A bridge is free. It takes one switch of each zone, of this project, and makes one network of them.")
    question = pages.Question(title, title, crumbs(), _("Create"), "plus", points=[(free, "17-1")])
    samples = recipes.bridge(Labels.said(form)).ordering()
    return pages.ask(request, form, act, question, samples=samples)


@signed_in
def attach(request: Any, number: int) -> HttpResponse:
    """Join a switch to it."""
    bridge = found(request, number, ARRANGE)
    form = forms.AttachForm(request.POST or None, bridge=bridge)

    def act() -> Bridge:
        actions.attach(bridge, form.cleaned_data["switch"], by=request.actor, at=request.now)
        return bridge

    own = (bridge.name, bridge.get_absolute_url())
    asks = _("Attach a switch to “%(name)s”") % {"name": bridge.name}
    one_each = (_("A bridge takes one switch of each zone."), "17-1")
    question = pages.Question(
        _("Attach a switch"), asks, [*crumbs(), own], _("Attach"), "link", points=[one_each]
    )  # fmt: skip
    return pages.ask(request, form, act, question, done=_("Saved."))


@signed_in
def edit(request: Any, number: int) -> HttpResponse:
    """Change its name, description and tags."""
    bridge = found(request, number, ARRANGE)
    form = LabelsForm.of(bridge, request.POST)

    def act() -> Bridge:
        actions.edit(bridge, **form.labels(), by=request.actor, at=request.now)
        return bridge

    return pages.ask(request, form, act, pages.edition(bridge, crumbs()), done=_("Saved."))


@require_POST
@signed_in
def protect(request: Any, number: int) -> HttpResponse:
    """Lock it against deletion, or unlock it."""
    bridge = found(request, number, ARRANGE)
    actions.protect(bridge, protected=not bridge.protected, by=request.actor, at=request.now)
    return back(request, bridge.get_absolute_url())


@signed_in
def delete(request: Any, number: int) -> HttpResponse:
    """Delete it."""
    bridge = found(request, number, Bridge.MOVES["delete"].level)
    form = TypeNameForm(request.POST or None, name=bridge.name)

    def act() -> str:
        actions.delete(bridge, by=request.actor, at=request.now)
        return "bridges"

    point = (_("Its contract ends today. This can't be undone."), "6-1")
    question = pages.deletion(_("Delete the bridge"), bridge, crumbs(), point)
    return pages.ask(request, form, act, question, done=_("“%(name)s” was deleted.") % {"name": bridge.name})
