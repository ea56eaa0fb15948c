"""The page of the means of payment: which holds, where to transfer, applying for another."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.gates import in_organisation
from billing.means import actions, queries
from billing.means import hybrid as choosing
from billing.means.forms import ApplyForm, HybridForm
from billing.means.models import MeansRequest
from billing.payments.actions import card_of
from core.calendar import jst_date
from core.forms import page, submitted


@in_organisation(bill=True)
def index(request: Any) -> HttpResponse:
    """Card or bank transfer; for the latter the account and what to transfer."""
    context = {
        "where": queries.where_to(request.organisation),
        "hybrid": queries.of_hybrid(request.organisation),
        "account": settings.BANK_ACCOUNT,
        "invoices": queries.to_transfer(request.organisation, jst_date(request.now)),
        "card": card_of(request.organisation),
        "asked": queries.last_request(request.organisation),
        "organisation": request.organisation,
    }
    return render(request, "billing/means/index.html", context)


@in_organisation(bill=True)
def apply(request: Any) -> HttpResponse:
    """Ask for bank transfers, with a reason."""
    form = ApplyForm(request.POST or None)

    def act() -> str:
        actions.apply(request.organisation, form.cleaned_data["reason"], by=request.actor, at=request.now)
        return "means"

    done = submitted(request, form, act, done=_("Your request is with us; we answer by mail."))
    return done or page(request, "billing/means/apply.html", form)


@in_organisation(bill=True)
def hybrid(request: Any) -> HttpResponse:
    """Choose what pays the hybrid connection (13-2)."""
    form = HybridForm(request.POST or None, organisation=request.organisation)

    def act() -> str:
        choosing.choose(request.organisation, *form.chosen(), by=request.actor, at=request.now)
        return "means"

    done = submitted(request, form, act, done=_("Done. This page shows what holds now."))
    return done or page(request, "billing/means/hybrid.html", form)


ANSWERS: dict[str, Callable[..., None]] = {
    "withdraw": actions.withdraw,
    "accept": actions.accept,
    "decline": actions.decline,
}


@require_POST
@in_organisation(bill=True)
def answer(request: Any, verb: str) -> HttpResponse:
    """Answer the request that is open, or take it back."""
    ANSWERS[verb](open_request(request), by=request.actor, at=request.now)
    messages.success(request, _("Done. This page shows what holds now."))
    return redirect("means")


@require_POST
@in_organisation(bill=True)
def use_card(request: Any) -> HttpResponse:
    """Go back to the card."""
    reason = _("The customer wants to pay by card again.")
    actions.use_card(request.organisation, reason, by=request.actor, at=request.now)
    messages.success(request, _("Done. This page shows what holds now."))
    return redirect("means")


def open_request(request: Any) -> MeansRequest:
    """The request of this organisation that waits; raises Http404."""
    found = queries.open_request(request.organisation)
    if found is None:
        raise Http404
    return found
