"""A customer can recompute every line from what the page says."""

from datetime import datetime
from decimal import Decimal

import pytest
from django.utils import translation

from accounts.access import SYSTEM
from billing import contracts, meters
from billing.invoices import queries
from billing.invoices.closing import close
from billing.invoices.explaining import duration, plain, price_words, quantity, steps
from billing.invoices.models import Invoice
from billing.prices import actions as prices
from billing.prices.models import Item, Price
from billing.prices.tariffs import Use
from core.calendar import JST, Month
from tests.billing.world import opened

APRIL = Month(2026, 4)


def jst(day: int, hour: int = 0, minute: int = 0, month: int = 4) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=JST)


def explained(project) -> list:
    close(APRIL, at=APRIL.end)
    invoice = Invoice.objects.get()
    with translation.override("en"):
        return queries.explained(invoice, queries.lines_of(invoice))


@pytest.mark.terms("4-1")
def test_a_ladder_is_explained_hour_by_hour(project):
    contract = opened(project, at=jst(1))
    meters.start(contract, "server", "2core-4gb", at=jst(10))
    meters.stop(contract, at=jst(11, 5, 30))

    (line,) = explained(project)

    assert (line.title, line.clause, line.amount, line.quantity) == ("Server 2 core 4 GB", "7-2", 323, "1 d 5 h 30 min")
    assert line.price == "¥19 an hour, ¥209 a day, ¥4,180 a month"
    assert line.steps == [
        "1 d 5 h 30 min in this month, counted as 30 started hours: 1 × 24 h + 6 h",
        "6 h × ¥19 = ¥114, at most a day's ¥209",
        "1 d × ¥209 + the hours = ¥323, at most a month's ¥4,180",
        "= ¥323 without tax",
    ]
    assert [(one.began, one.ended) for one in line.stretches] == [(jst(10), jst(11, 5, 30))]


def test_after_a_price_change_each_line_shows_its_own_price_and_what_climbed_before(project, alice):
    contract = opened(project, at=jst(1))
    meters.start(contract, "switch", at=jst(1))
    item = Item.objects.get(pk="switch")
    amounts = prices.Amounts(Decimal(20), Decimal(200), Decimal(4000))
    prices.revise(item, "", amounts, since=jst(6).date(), by=alice, at=jst(1))

    before, after = explained(project)

    assert (before.amount, before.valid_until, len(before.steps)) == (550, jst(6).date(), 4)
    assert (after.amount, after.valid_from) == (4000 - 1000, jst(6).date())
    assert after.steps[3] == (
        "5 d of this month are charged on the line of the earlier price: minus what they cost here, ¥1,000"
    )
    assert [(one.began, one.ended) for one in after.stretches] == [(jst(6), APRIL.end)]


@pytest.mark.terms("11-3")
def test_a_whole_month_says_so(project):
    contract = opened(project, at=jst(1))
    meters.start(contract, "address", "28", at=jst(30, 23, 59))
    contracts.close(contract, by=SYSTEM, at=jst(30, 23, 59).replace(second=1))

    (line,) = explained(project)

    assert (line.amount, line.quantity, line.price) == (3300, "1 month", "¥3,300 a month, never by the day")
    assert line.steps[0] == "Used in this month, so the whole month is charged, once: ¥3,300"


@pytest.mark.terms("70-1")
def test_units_are_multiplied_before_ones_eyes(project):
    contract = opened(project, at=jst(1))
    for n in range(3):
        meters.add(contract, "sms.a2p", 1, source="sms", event_id=str(n), at=jst(2))

    (line,) = explained(project)

    assert (line.amount, line.quantity, line.price) == (39, "3 SMS", "¥13 per SMS")
    assert line.steps == ["3 SMS × ¥13, rounded down to whole yen", "= ¥39 without tax"]


@pytest.mark.terms("38-1")
def test_included_units_are_subtracted_in_words(db):
    price = Price.objects.select_related("item").get(item="sim.data")

    with translation.override("en"):
        said = steps(price, Use(Decimal("512.5")))
        words = price_words(price)

    assert said == ["512.5 MB − 500 free = 12.5 MB", "12.5 MB × ¥6.6, rounded down to whole yen"]
    assert words == "¥6.6 per MB, the first 500 MB of a month free"


WORDS = [("bridge", "", "free", ""), ("sim", "", "¥14 a month, never by the day", "2 months")]


@pytest.mark.parametrize("item, plan, price, used", WORDS)
def test_every_tariff_has_words(db, item, plan, price, used):
    row = Price.objects.select_related("item").get(item=item, plan=plan)

    with translation.override("en"):
        assert (price_words(row), quantity(row, Use(Decimal(2)))) == (price, used)
        assert steps(row, Use(Decimal(2)))


@pytest.mark.parametrize(
    "seconds, words", [("0", "less than a second"), ("59", "59 s"), ("3600", "1 h"), ("90061", "1 d 1 h 1 min 1 s")]
)
def test_durations_are_said_in_days_hours_and_minutes(seconds, words):
    with translation.override("en"):
        assert duration(Decimal(seconds)) == words


@pytest.mark.parametrize("amount, text", [("19.000000", "19"), ("6.600000", "6.6"), ("1000", "1,000"), ("100", "100")])
def test_prices_have_no_needless_zeros(amount, text):
    assert plain(Decimal(amount)) == text
