"""Pages of data packs."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts import audit, consents
from accounts.access import CREATE, VIEW, visible
from accounts.gates import in_project, signed_in
from billing import estimates
from core.forms import OnceForm, page, submitted
from mobile.data_packs import actions, forms
from mobile.data_packs.models import DataPack
from mobile.services import DATA_PACK

FOLDER = "mobile/data_packs"


@in_project
def index(request: Any) -> HttpResponse:
    """The packs of the project, and how much of the volume is used."""
    packs = DataPack.objects.alive().filter(project=request.project).select_related("contract").order_by("pk")
    context = {
        "packs": packs,
        "pool": actions.pool(request.project, request.now),
        "may_order": request.actor.level_in(request.project.pk) >= CREATE,
    }
    return render(request, f"{FOLDER}/list.html", context)


@in_project(level=CREATE)
def order(request: Any) -> HttpResponse:
    """Order one."""
    lacking = consents.missing(request.project.organisation, DATA_PACK.consents, request.now)
    form = forms.OrderForm(request.POST or None, lacking=lacking, at=request.now)

    def act() -> DataPack:
        plan = form.cleaned_data["plan"].plan
        return actions.order(request.project, plan, accepted=form.codes(), by=request.actor, at=request.now)

    wanted = [(actions.ITEM, form.picked())] if form.picked() else []
    done = submitted(request, form, act, done=_("The pack is yours from this month on."))
    return done or page(request, f"{FOLDER}/order.html", form, price=estimates.order(wanted, at=request.now))


@signed_in
def detail(request: Any, number: int) -> HttpResponse:
    """One pack."""
    pack = found(request, number)
    context = {
        "pack": pack,
        "charges": estimates.of_contract(pack.contract, at=request.now),
        "events": audit.timeline(pack),
        "pool": actions.pool(pack.project, request.now),
        "may_end": request.actor.level_in(pack.project_id) >= CREATE,
    }
    return render(request, f"{FOLDER}/detail.html", context)


@signed_in
def cancel(request: Any, number: int) -> HttpResponse:
    """Give notice, after saying when it ends."""
    pack = found(request, number, CREATE)
    form = OnceForm(request.POST or None)

    def act() -> DataPack:
        actions.cancel(pack, by=request.actor, at=request.now)
        return pack

    done = submitted(request, form, act, done=_("Your notice was received."))
    ending = estimates.of_ending(pack.contract, at=request.now)
    return done or page(request, f"{FOLDER}/cancel.html", form, pack=pack, ending=ending)


def found(request: Any, number: int, level: int = VIEW) -> DataPack:
    """The pack behind the gate."""
    wanted = DataPack.objects.select_related("project__organisation", "contract")
    pack: DataPack = visible(request, wanted, number, level)
    return pack
