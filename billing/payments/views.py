"""Pages of the card: what is registered, registering another one, removing it."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import consents
from accounts.gates import in_organisation
from billing.payments import actions, expiry
from billing.payments.drivers import gateway
from billing.payments.drivers.simulated import Simulated
from billing.payments.forms import BankForm, ConsentForm, TestCardForm
from billing.payments.models import Card, CardSetup
from core.errors import Refused
from core.forms import OnceForm, page, submitted

# What the gateway's script does on the page that takes a card: itself, its frames (3-D Secure too), its questions.
WIDENED = ("script-src", "frame-src", "connect-src")


@in_organisation(bill=True)
def index(request: Any) -> HttpResponse:
    """The card charges are paid with."""
    card = actions.card_of(request.organisation)
    context = {
        "card": card,
        "expiry": expiry.stage(card, request.now) if card else expiry.Stage.FAR,
        "organisation": request.organisation,
    }
    return render(request, "billing/cards/index.html", context)


@in_organisation(bill=True)
def new(request: Any) -> HttpResponse:
    """The consent of 4-3, then on to the gateway."""
    lacking = consents.missing(request.organisation, [actions.HOLD_CONSENT], request.now)
    form = ConsentForm(request.POST or None, lacking=bool(lacking))

    def act() -> CardSetup:
        accepted = form.cleaned_data.get("accepted", False)
        return actions.begin(request.organisation, accepted=accepted, by=request.actor, at=request.now)

    texts = [document.text(get_language() or "ja") for document in lacking]
    return submitted(request, form, act) or page(request, "billing/cards/new.html", form, texts=texts)


@in_organisation(bill=True)
def setup(request: Any, uuid: UUID) -> HttpResponse:
    """Giving the card to the gateway; asks again by itself while a worker is at it."""
    found = found_setup(request, uuid)
    if found.state == CardSetup.State.DONE:
        return redirect_fully(request)
    return shown(request, found, TestCardForm())


@require_POST
@in_organisation(bill=True)
def pick(request: Any, uuid: UUID) -> HttpResponse:
    """Stands for the simulated gateway's own page: the customer gives it a test card, the bank may ask back."""
    found, simulated = found_setup(request, uuid), gateway()
    if not isinstance(simulated, Simulated) or found.state != CardSetup.State.READY:
        raise Http404
    form = BankForm(request.POST)
    if not form.is_valid():
        return shown(request, found, TestCardForm(request.POST))
    approved = form.cleaned_data["approved"] if "approved" in request.POST else None
    if not simulated.pick(found.gateway_ref, form.cleaned_data["card"], approved=approved):
        return shown(request, found, form, asked=True)
    return checked(request, found)


@require_POST
@in_organisation(bill=True)
def given(request: Any, uuid: UUID) -> HttpResponse:
    """The browser says that it has given the card to the gateway; only the gateway is believed."""
    found = found_setup(request, uuid)
    if gateway().browser is None:
        raise Http404
    return checked(request, found)


@in_organisation(bill=True)
def remove(request: Any) -> HttpResponse:
    """Forget the card, after asking."""
    card = get_object_or_404(Card, organisation=request.organisation, removed_at=None)
    form = OnceForm(request.POST or None)

    def act() -> str:
        actions.remove(card, by=request.actor, at=request.now)
        return "cards"

    done = submitted(request, form, act, done=_("The card is removed."))
    return done or page(request, "billing/cards/remove.html", form, card=card)


def found_setup(request: Any, uuid: UUID) -> CardSetup:
    """The registration of this organisation; raises Http404."""
    return get_object_or_404(CardSetup, organisation=request.organisation, uuid=uuid)


def checked(request: Any, found: CardSetup) -> HttpResponse:
    """Have it looked at. Where the gateway was quicker to tell us, the page says what became of it."""
    with suppress(Refused):
        actions.check(found, by=request.actor, at=request.now)
    return redirect(found)


def shown(request: Any, found: CardSetup, form: Any, *, asked: bool = False) -> HttpResponse:
    """The page of a registration, or for htmx only what changes."""
    pay = gateway()
    browser = pay.browser if found.state == CardSetup.State.READY else None
    polled = request.htmx and request.method == "GET"
    if polled and browser is not None:  # the gateway's script comes with a page of its own
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    context = {
        "setup": found,
        "form": form,
        "asked": asked,
        "gateway_template": pay.template,
        "browser": browser,
    }
    template = "billing/cards/setup.html#state" if polled else "billing/cards/setup.html"
    answer = render(request, template, context, status=422 if form.errors else 200)
    if browser is not None:  # there only
        origins = list(browser.origins)
        answer._csp_update = dict.fromkeys(WIDENED, origins)  # type: ignore[attr-defined]
    return answer


def redirect_fully(request: Any) -> HttpResponse:
    """To the card, also from a polling fragment."""
    answer = redirect("cards")
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": answer.url})
    return answer
