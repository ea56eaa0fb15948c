"""Pages of the application for resale."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.access import CREATE, visible
from accounts.cases.forms import ReplyForm
from accounts.gates import in_project, signed_in
from billing import estimates
from core import marks
from core.forms import OnceForm, page, submitted
from sms.resale import actions
from sms.resale.models import Resale

TONES = {"SCREENING": "busy", "APPROVED": "ok", "REFUSED": "bad", "DELETED": "idle"}


class ResaleForm(ReplyForm):
    """Who the end users are, with documents."""

    body = forms.CharField(
        label=gettext_lazy("Who are your end users, and what do they send?"), max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )  # fmt: skip
    accepted = forms.BooleanField(label=gettext_lazy("Until both have approved it, only we ourselves send."))


@in_project(level=CREATE)
def new(request: Any) -> HttpResponse:
    """Apply, with documents (71-1)."""
    form = ResaleForm(request.POST or None, request.FILES or None)

    def act() -> Resale:
        data = form.cleaned_data
        return actions.apply(
            request.project, body=data["body"], files=data["attachments"], by=request.actor, at=request.now
        )

    current = Resale.objects.filter(project=request.project, state__in=("SCREENING", "APPROVED")).first()
    done = submitted(request, form, act, done=_("Thank you. We and the supplier look at it now."))
    return done or page(request, "sms/resale/new.html", form, current=current)


@signed_in
def detail(request: Any, number: int) -> HttpResponse:
    """How far the screening is."""
    resale = visible(request, Resale.objects.select_related("project", "case", "contract"), number)
    context = {
        "resale": resale,
        "chip": marks.chip(TONES[resale.state], resale.get_state_display()),
        "may_end": request.actor.level_in(resale.project_id) >= CREATE,
        "events": audit.timeline(resale),
    }
    return render(request, "sms/resale/detail.html", context)


@signed_in
def cancel(request: Any, number: int) -> HttpResponse:
    """Withdraw the application, or end its contract (74-1)."""
    resale: Resale = visible(request, Resale.objects.select_related("project", "contract"), number, CREATE)
    form = OnceForm(request.POST or None)

    def act() -> Resale:
        actions.cancel(resale, by=request.actor, at=request.now)
        return resale

    done = submitted(request, form, act, done=_("Your notice was received."))
    ending = None if resale.state == "SCREENING" else estimates.of_ending(resale.contract, at=request.now)
    return done or page(request, "sms/resale/cancel.html", form, resale=resale, ending=ending)
