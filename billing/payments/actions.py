"""Registering, changing and removing the card an organisation pays with."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import audit, consents, deadlines
from accounts.access import SYSTEM
from accounts.organisations import actions as organisations
from accounts.organisations.models import Organisation
from billing.contracts.models import Contract
from billing.means.actions import pays_by_bank
from billing.payments.drivers import Outcome, StoredCard
from billing.payments.models import Card, CardSetup
from core import operations
from core.calendar import Month
from core.errors import Refused

if TYPE_CHECKING:
    from accounts.access import Actor

HOLD_CONSENT = "card-hold"
UNFINISHED = gettext_noop("It was not finished within a day.")


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


def reopen(setup: CardSetup, *, at: datetime) -> None:
    """The gateway still waits for the customer: so do we."""
    setup.move("reopen", at=at)


@transaction.atomic
def let_go(setup: CardSetup, *, by: "Actor", at: datetime) -> None:
    """The customer has left it for a day: look at the gateway a last time. Raises Refused unless it still waits."""
    setup.move("check", at=at)
    operations.ask("card.last_look", setup, by=by, at=at)


@transaction.atomic
def abandon(setup: CardSetup, *, at: datetime) -> None:
    """The last look found no card: the registration is over."""
    moved = setup.move("abandon", at=at, problem=UNFINISHED)
    audit.record("card.abandoned", setup, moved, by=SYSTEM, at=at)


@transaction.atomic
def register(setup: CardSetup, stored: StoredCard, *, at: datetime) -> Card:
    """The gateway stored the card: from now on it is the one in use, and an applicant is accepted (4-2, AM-27).

    Of several registrations the one begun last counts, in whatever order we hear of them.
    """
    setup.move("register", at=at, problem="")
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=setup.organisation_id)
    later = CardSetup.objects.filter(organisation=organisation, state=CardSetup.State.DONE, pk__gt=setup.pk)
    if later.exists():
        return forget_late(organisation, stored, at=at)
    for card in Card.objects.filter(organisation=organisation, removed_at=None):
        retire(card, at=at)
    card = note(organisation, stored, removed_at=None, at=at)
    audit.record("card.registered", card, by=SYSTEM, at=at)
    organisations.accept_if_ready(organisation, has_means=True, by=SYSTEM, at=at)
    return card


@transaction.atomic
def follow(setup: CardSetup, outcome: Outcome, *, at: datetime) -> bool:
    """Bring a registration in line with what the gateway says now; whether that changed anything.

    A stored card is registered; after the registration was given up it is forgotten. A decline changes nothing: the
    customer is still there and may try another card.
    """
    setup.hold()
    if outcome.card is None or setup.state == CardSetup.State.DONE:
        return False
    if not setup.is_over:
        register(setup, outcome.card, at=at)
    elif Card.objects.filter(token=outcome.card.token).exists():
        return False
    else:
        forget_late(setup.organisation, outcome.card, at=at)
    return True


def forget_late(organisation: Organisation, stored: StoredCard, *, at: datetime) -> Card:
    """The gateway stored a card that is not used any more: note it and have it forgotten."""
    card = note(organisation, stored, removed_at=at, at=at)
    operations.ask("card.forget", card, by=SYSTEM, at=at)
    audit.record("card.late", card, by=SYSTEM, at=at)
    return card


def note(organisation: Organisation, stored: StoredCard, *, removed_at: datetime | None, at: datetime) -> Card:
    """The row of a stored card. It is valid to the end of its month, whatever day of it the gateway names."""
    return Card.objects.create(
        organisation=organisation,
        token=stored.token,
        brand=stored.brand,
        last4=stored.last4,
        expires_on=Month.of(stored.expires_on).last_day,
        registered_at=at,
        removed_at=removed_at,
    )


@transaction.atomic
def fail(setup: CardSetup, problem: str, *, at: datetime) -> None:
    """The card could not be stored; the customer may try again with the same or another one."""
    setup.move("fail", at=at, problem=problem[:200])
    audit.record("card.failed", setup, by=SYSTEM, at=at)


@transaction.atomic
def remove(card: Card, *, by: "Actor", at: datetime) -> None:
    """Forget the card. Raises Refused while anything runs, because charges are paid by card (4-2)."""
    running = Contract.objects.live().filter(organisation=card.organisation_id)
    if not pays_by_bank(card.organisation_id) and running.exists():
        text = _("Charges are paid by card, so while anything runs it can only be replaced by another card.")
        raise Refused(text, clause="4-2", code="card_needed")
    retire(card, at=at)
    audit.record("card.removed", card, by=by, at=at)


def retire(card: Card, *, at: datetime) -> None:
    """Out of use: forgotten at the gateway too, nothing due any more. Raises Refused when it was removed already."""
    if not Card.objects.filter(pk=card.pk, removed_at=None).update(removed_at=at):
        raise Refused(_("This card was removed already."))
    deadlines.clear(card, at=at)
    operations.ask("card.forget", card, by=SYSTEM, at=at)


def forgotten(card: Card, *, at: datetime) -> None:
    """The gateway has forgotten it."""
    Card.objects.filter(pk=card.pk).update(forgotten_at=at)


def card_of(organisation: Organisation) -> Card | None:
    """The card in use, or None. One query."""
    return Card.objects.filter(organisation=organisation, removed_at=None).first()
