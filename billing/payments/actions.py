"""Registering, changing and removing the card an organisation pays with."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit, consents
from accounts.access import SYSTEM
from accounts.organisations import actions as organisations
from accounts.organisations.models import Organisation
from billing.contracts.models import Contract
from billing.dues.models import Means
from billing.payments.drivers import StoredCard
from billing.payments.models import Card, CardSetup
from core import operations
from core.errors import Refused

if TYPE_CHECKING:
    from accounts.access import Actor

HOLD_CONSENT = "card-hold"


@transaction.atomic
def begin(organisation: Organisation, *, accepted: bool, by: "Actor", at: datetime) -> CardSetup:
    """Begin to register a card; records the consent that a failed authorization blocks additions (4-3).

    accepted: whether that text was ticked now; not needed again for the same version. Raises Refused without it.
    """
    if consents.missing(organisation, [HOLD_CONSENT], at):
        if not accepted:
            text = _("Please read and accept what happens when your card can't be authorised.")
            raise Refused(text, clause="4-3", code="consent_needed", field="accepted")
        consents.accept(organisation, [HOLD_CONSENT], by=by, at=at)
    setup = CardSetup.objects.create(organisation=organisation, state_changed_at=at)
    operations.ask("card.setup", setup, by=by, at=at)
    return setup


def prepared(setup: CardSetup, reference: str, client_secret: str, *, at: datetime) -> None:
    """The gateway is ready for the customer."""
    setup.move("prepared", at=at, gateway_ref=reference, client_secret=client_secret)


@transaction.atomic
def check(setup: CardSetup, *, by: "Actor", at: datetime) -> None:
    """The customer has given the card to the gateway: ask the gateway what became of it. Raises Refused otherwise."""
    setup.move("check", at=at)
    operations.ask("card.check", setup, by=by, at=at)


@transaction.atomic
def register(setup: CardSetup, stored: StoredCard, *, at: datetime) -> Card:
    """The gateway stored the card: from now on it is the one in use, and an applicant is accepted (4-2, AM-27)."""
    setup.move("register", at=at, problem="")
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=setup.organisation_id)
    Card.objects.filter(organisation=organisation, removed_at=None).update(removed_at=at)
    card = Card.objects.create(
        organisation=organisation,
        token=stored.token,
        brand=stored.brand,
        last4=stored.last4,
        expires_on=stored.expires_on,
        registered_at=at,
    )
    audit.record("card.registered", card, by=SYSTEM, at=at)
    organisations.accept_if_ready(organisation, has_means=True, by=SYSTEM, at=at)
    return card


@transaction.atomic
def fail(setup: CardSetup, problem: str, *, at: datetime) -> None:
    """The card could not be stored; the customer may try again with the same or another one."""
    setup.move("fail", at=at, problem=problem[:200])
    audit.record("card.failed", setup, by=SYSTEM, at=at)


@transaction.atomic
def remove(card: Card, *, by: "Actor", at: datetime) -> None:
    """Forget the card. Raises Refused while anything runs, because charges are paid by card (4-2)."""
    by_bank = Means.objects.filter(organisation=card.organisation_id, kind=Means.Kind.BANK).exists()
    if not by_bank and Contract.objects.live().filter(organisation=card.organisation_id).exists():
        text = _("Charges are paid by card, so while anything runs it can only be replaced by another card.")
        raise Refused(text, clause="4-2", code="card_needed")
    if not Card.objects.filter(pk=card.pk, removed_at=None).update(removed_at=at):
        raise Refused(_("This card was removed already."))
    audit.record("card.removed", card, by=by, at=at)


def card_of(organisation: Organisation) -> Card | None:
    """The card in use, or None. One query."""
    return Card.objects.filter(organisation=organisation, removed_at=None).first()
