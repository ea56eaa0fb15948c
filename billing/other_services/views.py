"""Pages of the services that a customer uses elsewhere with us."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from accounts.gates import in_organisation
from billing.other_services import actions
from billing.other_services.forms import ClaimForm
from billing.other_services.models import OtherService
from core.forms import OnceForm, page, submitted
from core.marks import chip

State = OtherService.State
TONES = {State.CLAIMED: "busy", State.ATTESTED: "ok", State.REFUSED: "bad", State.ENDED: "idle"}
SHOWN = 50


@in_organisation(bill=True)
def index(request: Any) -> HttpResponse:
    """All of them, the newest first."""
    rows = OtherService.objects.filter(organisation=request.organisation).order_by("-pk")[:SHOWN]
    services = [(one, chip(TONES[State(one.state)], one.state_label())) for one in rows]
    return render(request, "billing/other_services/index.html", {"services": services})


@in_organisation(bill=True)
def new(request: Any) -> HttpResponse:
    """Register one."""
    form = ClaimForm(request.POST or None)

    def act() -> str:
        data = form.cleaned_data
        actions.claim(request.organisation, data["kind"], data["reference"], by=request.actor, at=request.now)
        return "other_services"

    done = submitted(request, form, act, done=_("Registered. We look it up and answer by mail."))
    return done or page(request, "billing/other_services/new.html", form)


@in_organisation(bill=True)
def end(request: Any, number: int) -> HttpResponse:
    """Say that it has ended, or take the claim back."""
    live = OtherService.objects.filter(state__in=(State.CLAIMED, State.ATTESTED))
    service = get_object_or_404(live, organisation=request.organisation, number=number)
    form = OnceForm(request.POST or None)

    def act() -> str:
        actions.end(service, by=request.actor, at=request.now)
        return "other_services"

    done = submitted(request, form, act, done=_("Saved."))
    return done or page(request, "billing/other_services/end.html", form, service=service)
