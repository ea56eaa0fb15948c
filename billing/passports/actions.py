"""Buying a passport, what its payment decides, and its end. Nothing here gives money back or adds months (10-2)."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from accounts import audit, consents, deadlines, notices
from accounts.access import SYSTEM
from accounts.notices import Topic
from accounts.organisations.models import Organisation
from billing.contracts.opening import check_standing
from billing.passports import offers
from billing.passports.models import Passport
from billing.payments import attempts
from billing.payments.models import PaymentAttempt
from billing.postings.actions import Side, book
from billing.postings.models import Account, Posting
from core.calendar import Month, midnight
from core.errors import Refused

if TYPE_CHECKING:
    from accounts.access import Actor

# The text of 10-2, agreed to once for each version.
CONSENT = "passport"
# How long before its end the customer hears of it.
NOTICE = timedelta(days=30)


@transaction.atomic
def buy(
    organisation: Organisation,
    plan: str,
    months: int,
    *,
    business_use: bool,
    accepted: bool = False,
    by: "Actor",
    at: datetime,
) -> Passport:
    """Order a passport; it is active only once its payment by card has succeeded (10-1).

    Valid from the month of purchase (JST), whole months. business_use: the declaration without which nobody buys one,
    individuals included. accepted: whether the text of 10-2 was ticked now; not needed again for the same version.
    Raises Refused without these, while the organisation may add nothing (4-3, AM-2), without a card,
    and for a plan or months that aren't sold.
    """
    check_standing(organisation)
    if not business_use:
        text = _("Please declare that you use this for business.")
        raise Refused(text, clause="10-2", code="business_use_needed", field="business_use")
    quote = offers.quote(plan, months, at)
    agree(organisation, accepted=accepted, by=by, at=at)
    first = Month.of(at)
    passport = Passport.objects.create(
        organisation=organisation,
        state_changed_at=at,
        purchased_at=at,
        plan=plan,
        months=months,
        rate=quote.offer.rate,
        valid=DateRange(first.first_day, first.plus(months).first_day),
        price=quote.price,
        tax_rate=quote.tax_rate,
        tax=quote.tax,
        business_use=True,
    )
    audit.record("passport.ordered", passport, by=by, at=at, months=months)
    attempts.ask(organisation, PaymentAttempt.Purpose.PASSPORT, passport.pk, passport.total, by=by, at=at)
    return passport


def agree(organisation: Organisation, *, accepted: bool, by: "Actor", at: datetime) -> None:
    """Record that nothing is refunded or extended was read and agreed to (10-2). Raises Refused without the tick."""
    if not consents.missing(organisation, [CONSENT], at):
        return
    if not accepted:
        text = _("Please read and accept that a passport is neither refunded nor extended.")
        raise Refused(text, clause="10-2", code="consent_needed", field="accepted")
    consents.accept(organisation, [CONSENT], by=by, at=at)


@transaction.atomic
def activate(passport: Passport, *, at: datetime) -> None:
    """The payment succeeded: the passport is active, booked, and its end stands among the deadlines (10-1)."""
    moved = passport.move("activate", at=at)
    sides: list[Side] = [
        (Account.RECEIVABLE, passport.total, None),
        (Account.REVENUE, -passport.price),
        (Account.TAX, -passport.tax),
    ]
    book(Posting.Kind.PASSPORT, passport.pk, passport.organisation_id, sides, at=at)
    audit.record("passport.activated", passport, moved, by=SYSTEM, at=at)
    page = passport.get_absolute_url()
    deadlines.put("deadline.passport_end", passport, due_at=ends_at(passport), act_url=page, at=at)
    tell(passport, "passport.active", at=at)


@transaction.atomic
def decline(passport: Passport, *, at: datetime) -> None:
    """The payment was declined: there is no passport (10-1)."""
    moved = passport.move("decline", at=at)
    audit.record("passport.declined", passport, moved, by=SYSTEM, at=at)
    tell(passport, "passport.declined", at=at)


@transaction.atomic
def remind(passport: Passport, *, at: datetime) -> None:
    """Say once, 30 days before, when it ends; nothing renews by itself."""
    tell(passport, "passport.ending", at=at)


@transaction.atomic
def expire(passport: Passport, *, at: datetime) -> None:
    """Its last month is over."""
    moved = passport.move("expire", at=at)
    deadlines.clear(passport, at=at)
    audit.record("passport.expired", passport, moved, by=SYSTEM, at=at)


def ends_at(passport: Passport) -> datetime:
    """The first instant after its last month."""
    return midnight(passport.valid.upper)


def tell(passport: Passport, kind: str, *, at: datetime) -> None:
    """Tell those who look after the money, once."""
    last = Month.of(passport.valid.upper).previous.last_day
    notices.send(
        kind, passport, to=passport.organisation, occasion=str(passport.pk), topic=Topic.MONEY,
        act_url=passport.get_absolute_url() if passport.state in Passport.VALID else "", at=at, last_day=str(last),
    )  # fmt: skip


# -- what its payment decides (billing.payments.purposes) ------------------------------------------------------------


def paid(attempt: PaymentAttempt, at: datetime) -> None:
    activate(passport_of(attempt), at=at)


def refused(attempt: PaymentAttempt, at: datetime) -> None:
    decline(passport_of(attempt), at=at)


def passport_of(attempt: PaymentAttempt) -> Passport:
    """The passport that an attempt pays."""
    return Passport.objects.select_related("organisation").get(pk=attempt.subject_pk)
