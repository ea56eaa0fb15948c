"""Pages of packet filters: each view is its gate and one call."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import audit
from accounts.access import ARRANGE, VIEW, visible
from accounts.gates import in_project, signed_in
from compute import recipes
from compute.networks import bulk, pages
from compute.networks.filters import actions, forms
from compute.networks.filters.models import PacketFilter
from compute.recipes import Labels
from core.errors import Text
from core.forms import LabelsForm, TypeNameForm, page, submitted
from core.verbs import Verb
from core.web import address


def crumbs() -> list[tuple[Text, str]]:
    """Where pages of one packet filter belong."""
    return [(_("Packet filters"), reverse("filters"))]


def found(request: Any, number: int, level: int = VIEW) -> PacketFilter:
    """The packet filter behind the gate."""
    one: PacketFilter = visible(request, PacketFilter.objects.select_related("project", "zone"), number, level)
    return one


@in_project
def index(request: Any) -> HttpResponseBase:
    """The list."""
    return bulk.FILTERS.answer(request, "compute/networks/filters/list.html")


@signed_in
def detail(request: Any, number: int) -> HttpResponse:
    """Its rules and the interfaces that have it."""
    one = found(request, number)
    lacks = pages.lacking(one, ARRANGE, request.actor)
    context = {
        "filter": one,
        "chip": pages.state_chip(one),
        "verbs": [Verb(_("Edit the rules"), address("filter_rules", one.number), "pencil", "primary", reason=lacks)],
        "more": [
            Verb(_("Edit"), address("filter_edit", one.number), "pencil", reason=lacks),
            Verb(_("Delete"), address("filter_delete", one.number), "trash", "bad", reason=lacks),
        ],
        "interfaces": one.interfaces.select_related("server", "packet_filter").order_by("server__name", "position"),
        "events": audit.timeline(one),
        "samples": recipes.packet_filter(Labels.of(one), one.zone.code, one.rules).reading(one.number),
    }
    return render(request, "compute/networks/filters/detail.html", context)


@in_project(level=ARRANGE)
def create(request: Any) -> HttpResponse:
    """Make a packet filter."""
    form = forms.OrderForm(request.POST or None)

    def act() -> PacketFilter:
        zone = form.cleaned_data["zone"]
        return actions.create(request.project, zone, **form.values(), by=request.actor, at=request.now)

    answer = submitted(request, form, act)
    return answer or page(request, "compute/networks/filters/create.html", form, samples=form.samples())


@require_POST
@in_project(level=ARRANGE)
def copies(request: Any) -> HttpResponse:
    """How a program makes what the form says now."""
    samples = forms.OrderForm(request.POST).samples()
    return render(request, "compute/networks/filters/create.html#copies", {"samples": samples})


@signed_in
def edit_rules(request: Any, number: int) -> HttpResponse:
    """Replace its rules; they hold at once."""
    one = found(request, number, ARRANGE)
    form = forms.RulesForm.of(one, request.POST)

    def act() -> PacketFilter:
        known = form.cleaned_data["known"]
        actions.set_rules(one, form.checked(), known=known, by=request.actor, at=request.now)
        return one

    done = submitted(request, form, act, done=_("The rules hold now."))
    return done or page(request, "compute/networks/filters/rules.html", form, filter=one)


@signed_in
def edit(request: Any, number: int) -> HttpResponse:
    """Change its name, description and tags."""
    one = found(request, number, ARRANGE)
    form = LabelsForm.of(one, request.POST)

    def act() -> PacketFilter:
        actions.edit(one, **form.labels(), by=request.actor, at=request.now)
        return one

    return pages.ask(request, form, act, pages.edition(one, crumbs()), done=_("Saved."))


@signed_in
def delete(request: Any, number: int) -> HttpResponse:
    """Delete it."""
    one = found(request, number, PacketFilter.MOVES["delete"].level)
    form = TypeNameForm(request.POST or None, name=one.name)

    def act() -> str:
        actions.delete(one, by=request.actor, at=request.now)
        return "filters"

    question = pages.deletion(_("Delete the packet filter"), one, crumbs(), (_("This can't be undone."), ""))
    return pages.ask(request, form, act, question, done=_("“%(name)s” was deleted.") % {"name": one.name})
