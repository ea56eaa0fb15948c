"""Pages of the organisation: the end of sign-up, what we know about it, changing that."""

from dataclasses import asdict
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts import audit, consents
from accounts.gates import in_organisation, signed_in
from accounts.organisations import actions
from accounts.organisations.forms import OrganisationForm, SignUpForm
from accounts.organisations.models import Organisation
from core.forms import page, submitted


@signed_in
def new(request: Any) -> HttpResponse:
    """The last page of sign-up; also how a person founds another organisation."""
    documents = consents.in_force(consents.SIGN_UP, request.now)
    language = get_language() or "ja"
    form = SignUpForm(request.POST or None, initial={"language": language}, documents=documents, language=language)

    def apply() -> str:
        actions.apply(form.particulars(), by=request.actor, at=request.now)
        return "organisation"

    done = submitted(request, form, apply, done=_("Thank you. Register a card, and you can order."))
    texts = [(tick, document.text(language)) for tick, document in form.consents()]
    return done or page(request, "accounts/organisations/new.html", form, texts=texts)


@in_organisation
def detail(request: Any) -> HttpResponse:
    """What we know about the customer, and where its contract stands."""
    organisation, seat = request.organisation, request.actor.seat_in(request.organisation.pk)
    events = audit.timeline(organisation) if seat.eventlog else None
    context = {"organisation": organisation, "seat": seat, "events": events}
    return render(request, "accounts/organisations/detail.html", context)


@in_organisation(owner=True)
def edit(request: Any) -> HttpResponse:
    """Change the particulars."""
    organisation: Organisation = request.organisation
    form = OrganisationForm(request.POST or None, initial=asdict(actions.particulars_of(organisation)))

    def update() -> str:
        actions.update(organisation, form.particulars(), by=request.actor, at=request.now)
        return "organisation"

    done = submitted(request, form, update, done=_("Saved. Invoices issued from now on show it."))
    return done or page(request, "accounts/organisations/edit.html", form, organisation=organisation)
