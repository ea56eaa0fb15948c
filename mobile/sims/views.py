"""Pages of SIMs: each view is its gate and one call."""

from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import audit
from accounts.access import ARRANGE, CREATE, VIEW, visible
from accounts.gates import in_project, signed_in
from billing import estimates
from compute.library import labels
from core import operations
from core.calendar import Month
from core.forms import LabelsForm, TypeNameForm, page, submitted
from core.web import back, fragment
from mobile.connect.models import Interruption
from mobile.sims import actions, bulk, forms, listing, usage
from mobile.sims import sessions as network
from mobile.sims.models import Sim

FOLDER = "mobile/sims"


@in_project
def index(request: Any) -> HttpResponseBase:
    """The list."""
    return bulk.SIMS.answer(request, f"{FOLDER}/list.html")


def found(request: Any, number: int, level: int = VIEW) -> Sim:
    """The SIM behind the gate, with what its pages show."""
    wanted = Sim.objects.select_related("project__organisation", "contract", "card")
    sim: Sim = visible(request, wanted, number, level)
    return sim


@in_project(level=CREATE)
def register(request: Any) -> HttpResponse:
    """Register one with ICCID and PASSCODE."""
    form = forms.RegisterForm(request.POST or None, project=request.project, at=request.now)

    def act() -> Sim:
        business_use = form.cleaned_data.get("business_use", False)
        return actions.register(
            request.project, form.card, form.order(), business_use=business_use, accepted=form.codes(),
            by=request.actor, at=request.now,
        )  # fmt: skip

    price = estimates.order([("sim", "")], at=request.now)
    done = submitted(request, form, act, done=_("The SIM is registered."))
    return done or page(request, f"{FOLDER}/register.html", form, price=price)


@signed_in
def detail(request: Any, number: int) -> HttpResponse:
    """All about one SIM."""
    sim = found(request, number)
    context = status_of(sim, request) | {
        "charges": estimates.of_contract(sim.contract, at=request.now),
        "events": audit.timeline(sim),
        "volume": usage.months([sim.pk], Month.of(request.now)).get(sim.pk, usage.Volume()),
        "days": usage.days(sim, request.now),
        "suboptions": listing.option_verbs(sim, request.actor),
    }
    return render(request, f"{FOLDER}/detail.html", context)


def status_of(sim: Sim, request: Any) -> dict[str, Any]:
    """What the part of the page shows that changes while a worker is busy."""
    return {
        "sim": sim,
        "chip": listing.state_chip(sim),
        "connection": listing.connected_chip(sim),
        "lock_words": listing.lock_words(sim),
        "interruptions": Interruption.objects.touching(sim.project_id, sim),
        "power": listing.power_verbs(sim, request.actor),
        "more": listing.more_verbs(sim, request.actor),
        "operation": operations.pending(sim),
    }


@signed_in
def status(request: Any, number: int) -> HttpResponse:
    """The changing part alone, for polling."""
    return fragment(request, f"{FOLDER}/detail.html#status", **status_of(found(request, number), request))


@signed_in
def sessions(request: Any, number: int) -> HttpResponse:
    """When devices connected with it and were gone."""
    sim = found(request, number)
    return render(request, f"{FOLDER}/sessions.html", {"sim": sim, "log": network.log(sim)})


@require_POST
@signed_in
def activate(request: Any, number: int) -> HttpResponse:
    """Let it carry traffic."""
    sim = found(request, number, Sim.MOVES["activate"].level)
    actions.activate(sim, by=request.actor, at=request.now)
    return back(request, sim.get_absolute_url())


@signed_in
def deactivate(request: Any, number: int) -> HttpResponse:
    """Let it carry nothing, after saying what that means for the charges."""
    sim = found(request, number, Sim.MOVES["deactivate"].level)
    if request.method == "POST":
        actions.deactivate(sim, by=request.actor, at=request.now)
        return back(request, sim.get_absolute_url())
    part = "#dialog" if request.htmx else ""
    return render(request, f"{FOLDER}/deactivate.html{part}", {"sim": sim})


@signed_in
def edit(request: Any, number: int) -> HttpResponse:
    """Change its name, description and tags."""
    sim = found(request, number, ARRANGE)
    form = LabelsForm.of(sim, request.POST)

    def act() -> Sim:
        actions.edit(sim, **form.labels(), by=request.actor, at=request.now)
        return sim

    return submitted(request, form, act, done=_("Saved.")) or page(request, f"{FOLDER}/edit.html", form, sim=sim)


@require_POST
@signed_in
def protect(request: Any, number: int) -> HttpResponse:
    """Lock it against deletion, or unlock it."""
    sim = found(request, number, ARRANGE)
    labels.protect(sim, "sim", protected=not sim.protected, by=request.actor, at=request.now)
    return back(request, sim.get_absolute_url())


@signed_in
def delete(request: Any, number: int) -> HttpResponse:
    """Delete it, after showing what ends with it and what that costs."""
    sim = found(request, number, Sim.MOVES["delete"].level)
    form = TypeNameForm(request.POST or None, name=sim.name)

    def act() -> str:
        actions.delete(sim, by=request.actor, at=request.now)
        return "sims"

    done = submitted(request, form, act, done=_("“%(name)s” was deleted.") % {"name": sim.name})
    ending = estimates.of_ending(sim.contract, at=request.now)
    return done or page(request, f"{FOLDER}/delete.html", form, sim=sim, ending=ending)
