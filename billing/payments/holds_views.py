"""The page of what is reserved on the card, and asking the bank once more."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.gates import in_organisation
from billing.payments import exposure, holds
from billing.payments.models import CardHold
from core.marks import chip, when
from core.money import yen
from core.pages import Column, Listing, by_field

State = CardHold.State
TONES = {State.HELD: "ok", State.DECLINED: "bad", State.CAPTURED: "idle", State.RELEASED: "idle"}


def state_cell(hold: Any) -> SafeString:
    return chip(TONES.get(hold.state, "busy"), hold.state_label())


LISTING = Listing(
    columns=[
        Column(gettext_lazy("Asked"), lambda one: when(one.asked_at), sort="asked_at"),
        Column(gettext_lazy("State"), state_cell, text=CardHold.state_label, look="corner"),
        Column(gettext_lazy("Card"), lambda one: str(one.card)),
        Column(
            gettext_lazy("Amount reserved"), lambda one: yen(one.amount), look="num", text=lambda one: str(one.amount)
        ),
        Column(
            gettext_lazy("Taken from it"),
            lambda one: yen(one.captured_amount),
            look="num",
            text=lambda one: str(one.captured_amount),
        ),
        Column(
            gettext_lazy("Why it was declined"), lambda one: one.problem_text or "—", text=lambda one: one.problem_text
        ),
    ],
    filters=[by_field("state", gettext_lazy("State"), lambda: State.choices)],
    sort="-asked_at",
    filename="holds",
)


@in_organisation(bill=True)
def index(request: Any) -> HttpResponseBase:
    """What is reserved now and for what, and the history (4-3)."""
    rows = CardHold.objects.filter(organisation=request.organisation).select_related("card")
    need = exposure.of([request.organisation.pk], at=request.now)[request.organisation.pk]
    context = {"held": rows.filter(state=State.HELD).first(), "need": need, "step": settings.HOLD_STEP}
    return LISTING.answer(request, rows, "billing/holds/index.html", **context)


@require_POST
@in_organisation(bill=True)
def again(request: Any) -> HttpResponse:
    """Authorise the card once more, at once."""
    holds.try_again(request.organisation, at=request.now)
    messages.success(request, _("Your card is being authorised. Reload this page in a moment to see the result."))
    return redirect("holds")
