"""Pages of passports: what there is, buying one, what one saved."""

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import consents
from accounts.gates import in_organisation
from billing.passports import actions, listing, savings
from billing.passports.forms import BuyForm
from billing.passports.models import Passport
from billing.payments.actions import card_of
from core.forms import page, submitted


@in_organisation(bill=True)
def index(request: Any) -> HttpResponseBase:
    """The passports of the organisation."""
    rows = Passport.objects.listed().filter(organisation=request.organisation)
    return listing.LISTING.answer(request, rows, "billing/passports/list.html")


@in_organisation(bill=True)
def buy(request: Any) -> HttpResponse:
    """Choose, declare, read that nothing comes back, pay (10-2)."""
    lacking = consents.missing(request.organisation, [actions.CONSENT], request.now)
    form = BuyForm(request.POST or None, at=request.now, lacking=bool(lacking))

    def act() -> str:
        data = form.cleaned_data
        values = {"plan": data["plan"].plan, "months": data["months"].months, "business_use": data["business_use"]}
        values["accepted"] = data.get("accepted", False)
        actions.buy(request.organisation, **values, by=request.actor, at=request.now)
        return "passports"

    done = submitted(
        request, form, act, done=_("Your card is being charged. The passport is active once that is done.")
    )
    [document] = consents.in_force([actions.CONSENT], request.now)
    text = document.text(get_language() or "ja")
    context = {"quote": form.quote(), "card": card_of(request.organisation), "text": text}
    return done or page(request, "billing/passports/buy.html", form, **context)


@require_POST
@in_organisation(bill=True)
def price(request: Any) -> HttpResponse:
    """The price of what the form says now."""
    return render(request, "billing/passports/buy.html#price", {"quote": BuyForm(request.POST, at=request.now).quote()})


@in_organisation(bill=True)
def detail(request: Any, number: int) -> HttpResponse:
    """Until when it is valid, which servers it discounted each month, what it saved."""
    rows = Passport.objects.listed().filter(organisation=request.organisation)
    passport = get_object_or_404(rows, number=number)
    saved = savings.of(passport)
    context = {
        "passport": passport,
        "plan": listing.plan_names().get(passport.plan, passport.plan),
        "last_day": listing.last_day(passport),
        "savings": saved,
        "total": sum(saving.amount for saving in saved),
    }
    return render(request, "billing/passports/detail.html", context)
