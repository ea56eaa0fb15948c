"""The price book: the demo catalogue, future prices, and that nothing old is rewritten."""

from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import Error, transaction

from accounts.access import SYSTEM
from billing.prices import actions
from billing.prices.actions import Amounts
from billing.prices.book import Book
from billing.prices.models import Item, Price, TaxRate
from billing.prices.seeding import seed
from core.calendar import Month
from core.errors import Refused
from tests import make

pytestmark = pytest.mark.usefixtures("db")
MAY = date(2026, 5, 1)


def price(item: str = "server", plan: str = "2core-4gb", zone: str = "") -> Price:
    return Price.objects.get(item=item, plan=plan, zone=zone, valid__contains=make.MORNING.date())


def revise(since: date = MAY, *, item: str = "switch", zone: str = "", monthly: int = 3000) -> Price:
    amounts = Amounts(Decimal(12), Decimal(130), Decimal(monthly))
    return actions.revise(Item.objects.get(pk=item), "", amounts, zone=zone, since=since, by=SYSTEM, at=make.MORNING)


def validity(item: str = "switch") -> list[tuple[date, date | None]]:
    rows = Price.objects.filter(item=item, valid__isempty=False).order_by("valid")
    return [(row.valid.lower, row.valid.upper) for row in rows]


PUBLISHED = [  # item, plan, hourly, daily, monthly
    ("server", "1core-1gb", 7, 79, 1595),
    ("server", "2core-2gb", 14, 159, 3190),
    ("server", "2core-4gb", 19, 209, 4180),
    ("server", "4core-8gb", 33, 368, 7370),
    ("server", "6core-12gb", 52, 578, 11560),
    ("server", "8core-32gb", 130, 1430, 28600),
    ("ssd", "20gb", 2, 22, 440),
    ("ssd", "40gb", 4, 44, 880),
    ("ssd", "100gb", 17, 192, 3850),
    ("ssd", "250gb", 43, 481, 9625),
    ("ssd", "500gb", 87, 962, 19250),
    ("hdd", "40gb", 3, 33, 660),
    ("hdd", "100gb", 7, 82, 1650),
    ("hdd", "250gb", 17, 206, 4125),
    ("hdd", "500gb", 35, 412, 8250),
    ("hdd", "1000gb", 70, 825, 16500),
    ("archive", "20gb", 1, 11, 220),
    ("archive", "250gb", 13, 143, 2860),  # 13 started 20 GB
    ("switch", "", 10, 110, 2200),
    ("router", "100mbps", 25, 275, 5500),
    ("router", "250mbps", 75, 825, 16500),
    ("router", "500mbps", 150, 1650, 33000),
    ("router", "1000mbps", 300, 3300, 66000),
    ("local-router", "", 20, 220, 4400),
    ("load-balancer", "", 15, 165, 3300),
    ("bridge", "", 0, 0, 0),
    ("archive-share", "", 0, 0, 0),
    ("beta", "", 0, 0, 0),
    ("certificate", "", 0, 0, 0),
    ("address", "28", 0, 0, 3300),
    ("address", "27", 0, 0, 6600),
    ("address", "26", 0, 0, 13200),
    ("hybrid", "", 0, 0, 11000),
    ("aws", "", 0, 0, 55000),
    ("tamper", "30", 0, 0, 1100),
    ("tamper", "100", 0, 0, 3300),
    ("tamper", "300", 0, 0, 8800),
    ("tamper", "1000", 0, 0, 26400),
    ("sim", "", 0, 0, 14),
    ("sim.maintenance", "", 0, 0, 110),
    ("sim.pack", "3gb", 0, 0, 5500),
    ("sim.pack", "20gb", 0, 0, 26400),
    ("sim.fixed-ip", "", 0, 0, 0),
    ("gateway", "", 0, 0, 1980),
    ("mono", "", 0, 0, 66),
    ("mono.adapter", "", 0, 0, 550),
    ("mono.transfer", "", 0, 0, 1100),
]


@pytest.mark.parametrize("item, plan, hourly, daily, monthly", PUBLISHED)
def test_the_catalogue_is_the_published_price_list(item, plan, hourly, daily, monthly):
    row = price(item, plan)

    assert (row.hourly, row.daily, row.monthly) == (hourly, daily, monthly)


UNITS = [("sms.a2p", "13", 0), ("sms.2fa", "11", 0), ("aws.data", "5", 0), ("sim.data", "6.6", 500)]


@pytest.mark.parametrize("item, unit, included", UNITS)
def test_units_have_exact_prices(item, unit, included):
    row = price(item, "")

    assert (row.unit, row.included) == (Decimal(unit), included)


def test_seeding_again_changes_nothing():
    before = list(Price.objects.order_by("pk").values())

    seed(*(apps.get_model("billing", name) for name in ("Item", "Price", "TaxRate")))

    assert list(Price.objects.order_by("pk").values()) == before


def test_a_new_price_ends_the_one_before_it_the_day_it_begins():
    added = revise()

    assert validity() == [(date(2019, 10, 1), MAY), (MAY, None)]
    assert (added.monthly, added.plan_ja) == (3000, "")
    assert Book(Month(2026, 4)).price_at("switch", "", "", make.NOON).monthly == 2200
    assert Book(Month(2026, 5)).price_at("switch", "", "", Month(2026, 5).start) == added


def test_a_new_price_keeps_the_names_of_its_plan():
    item, amounts = Item.objects.get(pk="server"), Amounts(Decimal(20), Decimal(210), Decimal(4200))

    added = actions.revise(item, "2core-4gb", amounts, since=MAY, by=SYSTEM, at=make.MORNING)

    assert (added.plan_ja, added.plan_en) == ("2コア 4GB", "2 core 4 GB")


def test_a_price_can_be_put_before_one_that_comes_later():
    revise(date(2026, 7, 1))

    revise(date(2026, 6, 1))

    assert validity() == [
        (date(2019, 10, 1), date(2026, 6, 1)),
        (date(2026, 6, 1), date(2026, 7, 1)),
        (date(2026, 7, 1), None),
    ]


@pytest.mark.parametrize("since", [date(2026, 3, 31), make.MORNING.date()])
def test_a_price_never_begins_today_or_in_the_past(since):
    with pytest.raises(Refused, match="明日以降"):
        revise(since)

    assert validity() == [(date(2019, 10, 1), None)]


def test_two_prices_never_begin_on_the_same_day():
    revise()

    with pytest.raises(Refused, match="すでに"):
        revise(monthly=1)

    assert len(validity()) == 2


def test_a_zone_can_have_its_own_price():
    revise(zone="tk1a")

    may = Book(Month(2026, 5))
    assert [may.price_at("switch", "", zone, may.month.start).monthly for zone in ("tk1a", "is1a", "")] == [
        3000,
        2200,
        2200,
    ]


def test_a_price_that_has_not_begun_can_be_withdrawn_and_the_former_goes_on():
    added = revise()

    actions.withdraw(added, by=SYSTEM, at=make.EVENING)

    assert validity() == [(date(2019, 10, 1), None)]
    assert Price.objects.get(pk=added.pk).valid.isempty
    with pytest.raises(Refused, match="すでに適用"):
        actions.withdraw(added, by=SYSTEM, at=make.EVENING)


def test_a_price_in_force_can_not_be_withdrawn():
    with pytest.raises(Refused, match="すでに適用"):
        actions.withdraw(price(), by=SYSTEM, at=make.MORNING)


REWRITES = [
    lambda: Price.objects.filter(item="server").update(monthly=1),
    lambda: Price.objects.filter(item="server").update(plan_ja="x"),
    lambda: Price.objects.filter(item="server").update(valid=(date(2020, 1, 1), None)),
    lambda: Price.objects.filter(item="server").delete(),
    lambda: TaxRate.objects.update(rate=Decimal("0.2")),
    lambda: TaxRate.objects.all().delete(),
    lambda: Item.objects.filter(pk="server").update(name_ja="x"),
    lambda: Item.objects.filter(pk="server").update(tariff="FREE"),
    lambda: Price.objects.create(item_id="switch", valid=(date(2026, 5, 1), None)),
    lambda: Price.objects.create(item_id="switch", zone="x", valid=(MAY, None), monthly=Decimal(-1)),
    lambda: Price.objects.create(item_id="switch", zone="x", valid=(None, MAY)),
    lambda: TaxRate.objects.create(tax="STANDARD", valid=(MAY, None), rate=Decimal("0.1")),
]


@pytest.mark.parametrize("rewrite", REWRITES)
def test_the_database_refuses_to_rewrite_the_price_book(rewrite):
    with pytest.raises(Error), transaction.atomic():
        rewrite()

    assert (price().monthly, len(validity())) == (4180, 1)


def test_the_book_of_a_month_costs_two_queries(django_assert_num_queries):
    book = Book(Month(2026, 4))

    with django_assert_num_queries(2):
        rows = [book.price_at("server", plan, "is1a", make.NOON) for plan in ("1core-1gb", "2core-4gb")]
        assert {book.tax_rate(row) for row in rows} == {Decimal("0.10")}


def test_what_is_not_sold_has_no_price():
    with pytest.raises(LookupError, match="no price"):
        Book(Month(2026, 4)).price_at("server", "9core", "", make.NOON)
