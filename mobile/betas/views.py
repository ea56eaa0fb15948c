"""Pages of betas."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts import audit, consents
from accounts.access import CREATE, VIEW, visible
from accounts.gates import in_project, signed_in
from core.forms import OnceForm, page, submitted
from mobile.betas import actions, forms
from mobile.betas.models import Enrolment
from mobile.services import BETA

FOLDER = "mobile/betas"


@in_project
def index(request: Any) -> HttpResponse:
    """What can be tried, and what the project tries."""
    tried = Enrolment.objects.alive().filter(project=request.project).select_related("beta").order_by("pk")
    context = {
        "tried": tried,
        "offers": actions.offers(request.project, request.now),
        "stopped": actions.is_stopped(request.project),
        "may_order": request.actor.level_in(request.project.pk) >= CREATE,
    }
    return render(request, f"{FOLDER}/list.html", context)


@in_project(level=CREATE)
def enrol(request: Any) -> HttpResponse:
    """Try one."""
    lacking = consents.missing(request.project.organisation, BETA.consents, request.now)
    offers = actions.offers(request.project, request.now)
    form = forms.EnrolForm(request.POST or None, lacking=lacking, offers=offers)

    def act() -> Enrolment:
        beta = form.cleaned_data["beta"]
        return actions.enrol(request.project, beta, accepted=form.codes(), by=request.actor, at=request.now)

    done = submitted(request, form, act, done=_("The beta is being set up."))
    return done or page(request, f"{FOLDER}/order.html", form, offers=offers)


@signed_in
def detail(request: Any, number: int) -> HttpResponse:
    """One that is tried."""
    one = found(request, number)
    context = {
        "one": one,
        "stopped": actions.is_stopped(one.project),
        "events": audit.timeline(one),
        "may_end": request.actor.level_in(one.project_id) >= CREATE,
    }
    return render(request, f"{FOLDER}/detail.html", context)


@signed_in
def end(request: Any, number: int) -> HttpResponse:
    """Try it no more."""
    one = found(request, number, CREATE)
    form = OnceForm(request.POST or None)

    def act() -> str:
        actions.end(one, reason="cancelled", by=request.actor, at=request.now)
        return "betas"

    done = submitted(request, form, act, done=_("The beta has ended."))
    return done or page(request, f"{FOLDER}/end.html", form, one=one)


def found(request: Any, number: int, level: int = VIEW) -> Enrolment:
    """The enrolment behind the gate."""
    wanted = Enrolment.objects.select_related("project__organisation", "contract", "beta")
    one: Enrolment = visible(request, wanted, number, level)
    return one
