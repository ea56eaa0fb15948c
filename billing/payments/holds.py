"""Rolling holds (4-3): what has accrued and is unpaid stays reserved on the card, days at a time.

The new hold first, then the old one is released; the database keeps at most one HELD and one OPEN. A decline blocks
additions and leaves the old hold as it is.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import audit
from accounts.access import SYSTEM
from accounts.organisations.models import Organisation
from billing.contracts.models import Standing
from billing.payments import actions, exposure, standing
from billing.payments.actions import card_of
from billing.payments.drivers import Outcome, Status, StoredCard
from billing.payments.models import Card, CardHold, CardSetup, PaymentAttempt
from core import operations
from core.errors import Refused

NO_CARD = gettext_noop("No card is registered.")
State = CardHold.State


class Step(Enum):
    """What to do about an organisation's hold."""

    NOTHING = auto()
    ASK = auto()
    RELEASE = auto()
    BLOCK = auto()
    CLEAR = auto()


@dataclass(frozen=True)
class Position:
    """How an organisation stands. need: yen with tax that the card is to pay, so a hold must cover. held: what is HELD.

    last: the newest hold, whatever became of it.
    """

    organisation: Organisation
    need: int
    card: Card | None = None
    held: CardHold | None = None
    last: CardHold | None = None
    is_blocked: bool = False

    def step(self, at: datetime, *, again: bool = False) -> Step:
        """The one step to take now. again: also ask the bank anew that has just declined."""
        if self.last is not None and self.last.state == State.OPEN:
            return Step.NOTHING
        if self.need == 0:
            return self._end(Step.CLEAR if self.is_blocked else Step.NOTHING)
        if self.card is None:
            return self._end(Step.NOTHING if self.is_blocked else Step.BLOCK)
        if self.is_covered(at):
            return Step.CLEAR if self.is_blocked else Step.NOTHING
        if again or not self.was_declined(at):
            return Step.ASK
        return Step.RELEASE if self.held and self.held.capture_before <= at else Step.NOTHING

    def is_covered(self, at: datetime) -> bool:
        """Whether the hold is on the card in use, large enough, and not about to lapse."""
        held = self.held
        fits = held is not None and self.card is not None and held.card_id == self.card.pk and held.amount >= self.need
        return fits and held is not None and at < held.capture_before - timedelta(hours=settings.HOLD_RENEW_HOURS)

    def was_declined(self, at: datetime) -> bool:
        """Whether the bank has declined this card a short time ago, so that it is left alone."""
        last, pause = self.last, timedelta(hours=settings.HOLD_RETRY_HOURS)
        if last is None or self.card is None or last.state != State.DECLINED or last.card_id != self.card.pk:
            return False
        return at < last.state_changed_at + pause

    def _end(self, then: Step) -> Step:
        return Step.RELEASE if self.held else then


def rounded(need: int) -> int:
    """Yen to hold for so many: up to a whole number of steps (setting HOLD_STEP)."""
    step: int = settings.HOLD_STEP
    return -(-need // step) * step


def positions(organisations: Collection[Organisation], *, at: datetime) -> list[Position]:
    """How they stand. Nine or ten queries, however many they are."""
    by_pk = {one.pk: one for one in organisations}
    needs = exposure.of(by_pk, at=at)
    cards = {one.organisation_id: one for one in Card.objects.filter(organisation__in=by_pk, removed_at=None)}
    mine = CardHold.objects.filter(organisation__in=by_pk)
    held = {one.organisation_id: one for one in mine.filter(state=State.HELD)}
    last = {one.organisation_id: one for one in mine.order_by("organisation", "-pk").distinct("organisation")}
    blocked = Standing.objects.filter(organisation__in=by_pk, additions_blocked=True)
    is_blocked = set(blocked.values_list("organisation", flat=True))
    return [
        Position(one, needs[pk], cards.get(pk), held.get(pk), last.get(pk), pk in is_blocked)
        for pk, one in by_pk.items()
    ]


def review(organisation: Organisation, *, again: bool = False, at: datetime) -> Step:
    """Bring the organisation's hold up to what it needs now. again: also after a fresh decline."""
    return take(positions([organisation], at=at)[0], again=again, at=at)


@transaction.atomic
def take(position: Position, *, again: bool = False, at: datetime) -> Step:
    """Take the step that is due. Raises Refused when a rival was quicker; then nothing changed."""
    step = position.step(at, again=again)
    if step == Step.ASK and position.card is not None:
        ask(position.organisation, position.card, rounded(position.need), at=at)
    elif step == Step.RELEASE and position.held is not None:
        release(position.held, at=at)
    elif step == Step.BLOCK:
        standing.block(position.organisation, NO_CARD, at=at)
    elif step == Step.CLEAR:
        standing.clear(position.organisation, at=at)
    return step


@transaction.atomic
def ask(organisation: Organisation, card: Card, amount: int, *, at: datetime) -> CardHold:
    """Ask a worker to reserve `amount` yen on the card. Raises Refused while another hold is being asked for."""
    lapses = at + timedelta(days=settings.HOLD_DAYS)
    try:
        with transaction.atomic():
            hold = CardHold.objects.create(
                organisation=organisation, card=card, amount=amount, asked_at=at, state_changed_at=at,
                capture_before=lapses,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused(_("Your card is being authorised already. Look again in a moment."), code="conflict") from error
    operations.ask("card.hold", hold, by=SYSTEM, at=at)
    return hold


@transaction.atomic
def held(hold: CardHold, reference: str, *, at: datetime) -> None:
    """The gateway has reserved it: the former hold goes, and additions are open again (4-3).

    Raises Refused unless it was being asked for.
    """
    former = CardHold.objects.filter(organisation=hold.organisation_id, state=State.HELD).first()
    if former is not None:
        release_if_held(former, at=at)
    moved = hold.move("held", at=at, gateway_ref=reference)
    audit.record("hold.held", hold, moved, by=SYSTEM, at=at, amount=hold.amount)
    if is_current(hold):
        standing.clear(hold.organisation, at=at)
    else:
        review(hold.organisation, at=at)


@transaction.atomic
def decline(hold: CardHold, problem: str, reference: str = "", *, at: datetime) -> None:
    """The bank has definitely not reserved it: nothing can be added until it does (4-3).

    problem: why, in words. A former hold stays. Raises Refused unless it was being asked for.
    """
    moved = hold.move("decline", at=at, problem=problem[:200], gateway_ref=reference or None)
    audit.record("hold.declined", hold, moved, by=SYSTEM, at=at, amount=hold.amount)
    if is_current(hold):
        standing.block(hold.organisation, problem, at=at)
    else:
        review(hold.organisation, at=at)


def is_current(hold: CardHold) -> bool:
    """Whether its card is still the one in use."""
    card = card_of(hold.organisation)
    return card is not None and card.pk == hold.card_id


@transaction.atomic
def release(hold: CardHold, *, at: datetime) -> None:
    """Give the reserved yen back. Raises Refused unless they are held."""
    hold.move("release", at=at)
    operations.ask("card.release", hold, by=SYSTEM, at=at)


def release_if_held(hold: CardHold, *, at: datetime) -> None:
    """Release it, unless a payment has just begun to capture it."""
    try:
        release(hold, at=at)
    except Refused:
        return


def released(hold: CardHold, *, at: datetime) -> None:
    """The gateway holds nothing any more. Raises Refused unless it was being released."""
    moved = hold.move("released", at=at)
    audit.record("hold.released", hold, moved, by=SYSTEM, at=at, amount=hold.amount)


def for_invoice(organisation: Organisation, invoice_pk: int, *, at: datetime) -> CardHold | None:
    """The hold an invoice can be captured from now, or None: then the card is charged. At most three queries.

    One on a former card, or lapsed, is none; and an invoice is captured once.
    """
    card = card_of(organisation)
    usable = CardHold.objects.filter(organisation=organisation, card=card, state=State.HELD, capture_before__gt=at)
    found = usable.first()
    captured = PaymentAttempt.objects.filter(
        purpose=PaymentAttempt.Purpose.INVOICE, subject_pk=invoice_pk, state=PaymentAttempt.State.SUCCEEDED
    )
    return None if found is None or captured.filter(card_hold__isnull=False).exists() else found


def begin_capture(hold: CardHold, amount: int, *, at: datetime) -> None:
    """From now on the hold is being captured; it can't be released or captured otherwise.

    amount: yen. Raises Refused beyond what is held, and unless it is held.
    """
    if not 0 < amount <= hold.amount:
        raise Refused(_("More than is reserved on the card can't be captured from it. Nothing was charged."))
    hold.move("capture", at=at)


def captured(hold: CardHold, amount: int, *, at: datetime) -> None:
    """The gateway has taken `amount` yen of it and released the rest."""
    moved = hold.move("captured", at=at, captured_amount=amount)
    audit.record("hold.captured", hold, moved, by=SYSTEM, at=at, amount=amount)


@transaction.atomic
def lose(hold: CardHold, *, at: datetime) -> None:
    """The gateway did not let it be captured: it has lapsed there, or is given back to be sure."""
    hold.move("lose", at=at)
    operations.ask("card.release", hold, by=SYSTEM, at=at)


def try_again(organisation: Organisation, *, at: datetime) -> Step:
    """The customer asks to authorise the card once more, at once. Raises Refused without a card, or asked too often.

    Banks take many quick tries for a stolen card and block it.
    """
    if card_of(organisation) is None:
        raise Refused(_("No card is registered, so nothing can be authorised. Register one first."), code="card_needed")
    lately = CardHold.objects.filter(organisation=organisation, asked_at__gt=at - timedelta(hours=1))
    if lately.count() >= settings.HOLD_ASKS_AN_HOUR:
        text = _(
            "Your bank was asked %(count)d times within an hour. Wait an hour, then try again, or use another card."
        )
        raise Refused(text % {"count": lately.count()}, code="too_many_tries", status=429)
    return review(organisation, again=True, at=at)


@transaction.atomic
def paid(organisation: Organisation, *, at: datetime) -> None:
    """A payment by card went through: additions are open at once, and what is left to cover is asked for anew."""
    standing.clear(organisation, at=at)
    review(organisation, again=True, at=at)


@transaction.atomic
def with_card(setup: CardSetup, stored: StoredCard, *, at: datetime) -> None:
    """The gateway stored a card: register it, and authorise what is to be covered on it at once (4-3)."""
    actions.register(setup, stored, at=at)
    review(setup.organisation, again=True, at=at)


@transaction.atomic
def follow_card(setup: CardSetup, outcome: Outcome, *, at: datetime) -> bool:
    """As `actions.follow`; a card that is new is authorised at once."""
    changed = actions.follow(setup, outcome, at=at)
    if changed:
        review(setup.organisation, again=True, at=at)
    return changed


@transaction.atomic
def follow(hold: CardHold, outcome: Outcome, *, at: datetime) -> bool:
    """The gateway says what a hold of ours is now; whether that changed anything.

    One that is gone there, lapsed or given back by hand, is gone here too, and what is to be covered is held anew.
    """
    hold.hold()
    if hold.state != State.HELD or outcome.status not in (Status.RELEASED, Status.DECLINED):
        return False
    hold.move("release", at=at)
    released(hold, at=at)
    review(hold.organisation, at=at)
    return True
