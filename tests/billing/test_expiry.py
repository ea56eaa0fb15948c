"""The end of a card is told 30 days and 7 days before the end of its month, and on the day after."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.access import SYSTEM
from accounts.deadlines import Deadline
from accounts.notices import Notice
from accounts.organisations.models import Organisation
from billing.payments import actions, expiry
from billing.payments.drivers import StoredCard
from billing.payments.models import Card, CardSetup
from billing.payments.tasks import warn_of_expiry
from core.calendar import JST
from core.errors import Refused
from tests import make

pytestmark = pytest.mark.usefixtures("db")
MID_MONTH = date(2026, 12, 15)


def carded(organisation: Organisation, expires_on: date = MID_MONTH) -> Card:
    """A card in use, as a gateway might name its end: by any day of the month."""
    setup = CardSetup.objects.create(organisation=organisation, state="READY", state_changed_at=make.MORNING)
    stored = StoredCard(f"pm_{setup.uuid}", "Visa", "4242", expires_on)
    return actions.register(setup, stored, at=make.MORNING)


def nine(year: int, month: int, day: int) -> datetime:
    """Nine o'clock in Japan, when the sweep looks."""
    return datetime(year, month, day, 9, tzinfo=JST)


def said() -> list[tuple[str, str, date]]:
    """What was told on which day."""
    rows = Notice.objects.filter(kind__startswith="card.").order_by("at", "pk")
    return [(row.kind, row.occasion, row.at.astimezone(JST).date()) for row in rows]


@pytest.mark.terms("4-2")
def test_a_card_that_expires_in_mid_month_is_valid_to_its_end_and_told_of_three_times(garden):
    card = carded(garden)
    assert card.expires_on == date(2026, 12, 31)

    day = nine(2026, 11, 1)
    while day < nine(2027, 2, 1):
        warn_of_expiry(day)
        warn_of_expiry(day)
        day += timedelta(days=1)

    assert said() == [
        ("card.expiring", "month", date(2026, 12, 2)),
        ("card.expiring", "week", date(2026, 12, 25)),
        ("card.expired", "over", date(2027, 1, 1)),
    ]
    assert Card.objects.get().expiry_stage == 3


def test_the_database_knows_only_cards_that_end_with_a_month(garden):
    card = carded(garden)

    with pytest.raises(IntegrityError), transaction.atomic():
        Card.objects.filter(pk=card.pk).update(expires_on=MID_MONTH)

    assert Card.objects.get().expires_on == date(2026, 12, 31)


@pytest.mark.parametrize(
    "day, kind, occasion",
    [((2026, 12, 20), "card.expiring", "month"), ((2026, 12, 28), "card.expiring", "week"),
     ((2027, 1, 9), "card.expired", "over")],
)  # fmt: skip
def test_after_missed_nights_only_the_newest_is_told(garden, day, kind, occasion):
    carded(garden)

    warn_of_expiry(nine(*day))

    assert said() == [(kind, occasion, date(*day))]


def test_the_simulation_jumps_from_one_telling_to_the_next(garden):
    assert warn_of_expiry.next_due(nine(2026, 11, 1)) is None
    carded(garden)

    seen = []
    at = nine(2026, 11, 1)
    while due := warn_of_expiry.next_due(at):
        at = warn_of_expiry.rhythm.tick(due)
        warn_of_expiry(at)
        seen.append(at)

    assert seen == [nine(2026, 12, 2), nine(2026, 12, 25), nine(2027, 1, 1)]


def test_two_workers_tell_once(garden):
    card = carded(garden)
    rival = Card.objects.get(pk=card.pk)
    expiry.warn(card, at=nine(2026, 12, 2))

    with pytest.raises(Refused):
        expiry.warn(rival, at=nine(2026, 12, 2))

    assert len(said()) == 1


def test_the_end_is_a_deadline_until_another_card_is_registered(garden):
    carded(garden)
    warn_of_expiry(nine(2026, 12, 2))
    deadline = Deadline.objects.get(kind="deadline.card_expiry")
    assert (deadline.due_at, deadline.act_url) == (datetime(2027, 1, 1, tzinfo=JST), "/cards")
    assert (deadline.sentence, deadline.done_at) == ("カード「Visa •••• 4242」の有効期限", None)

    carded(garden, date(2031, 5, 31))
    warn_of_expiry(nine(2026, 12, 25))

    assert Deadline.objects.get(kind="deadline.card_expiry").done_at == make.MORNING
    assert len(said()) == 1


def test_a_closed_organisation_hears_nothing(garden):
    carded(garden)
    garden.move("close", at=make.NOON)

    warn_of_expiry(nine(2026, 12, 25))

    assert (said(), warn_of_expiry.next_due(nine(2026, 12, 25))) == ([], None)


@pytest.mark.parametrize("language, title", [
    ("ja", "カードの有効期限が2026-12末に切れます"), ("en", "Your card expires at the end of 2026-12")
])  # fmt: skip
def test_the_words_are_the_readers(garden, alice_user, language, title):
    alice_user.language = language
    alice_user.save()
    carded(garden)

    warn_of_expiry(nine(2026, 12, 2))

    notice = Notice.objects.get(kind="card.expiring")
    assert (notice.title, notice.words.facts[0][1]) == (title, "Visa •••• 4242")


@pytest.mark.parametrize("ends, words", [((2031, 12), ""), ((2026, 11), "expires soon"), ((2026, 10), "has expired")])
def test_the_page_says_how_near_the_end_is(garden, alice_client, ends, words, time_machine):
    """The pages' clock is the real one, so it is set here."""
    carded(garden, date(ends[0], ends[1], 1))
    time_machine.move_to(nine(2026, 11, 25))
    alice_client.cookies["language"] = "en"

    page = alice_client.get("/cards").text

    assert [text for text in ("expires soon", "has expired") if text in page] == ([words] if words else [])


def test_the_last_look_is_asked_by_the_system_alone(garden):
    setup = actions.begin(garden, accepted=True, by=SYSTEM, at=make.MORNING)

    with pytest.raises(Refused):
        actions.let_go(setup, by=SYSTEM, at=make.NOON)

    assert setup.refreshed().state == "ASKED"
