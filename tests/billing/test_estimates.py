"""Prices before an order, this month so far, and what ending costs: to the yen, and the same as the invoice."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from accounts.access import SYSTEM
from billing import contracts, estimates, meters
from billing.contracts import ENDS, Closing, Service
from billing.invoices.rating import Sums
from billing.prices import actions as prices
from billing.prices.models import Item
from core.calendar import JST
from tests.billing.world import CERTIFICATE, CONNECT, SERVER, SMS, opened

SMALL, DISK = ("server", "1core-1gb"), ("ssd", "20gb")
MONO = Service(code="test.mono", title="Mono", clause="51-2", closing=Closing.END_OF_MONTH)


def jst(day, hour=0, minute=0, month=4):
    return datetime(2026, month, day, hour, minute, tzinfo=JST)


def started(project, item="server", plan="1core-1gb", *, at, **options):
    """A contract whose item is in use since then."""
    contract = opened(project, at=at, **options)
    meters.start(contract, item, plan, at=at)
    return contract


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


class TestOrders:
    def test_an_order_is_priced_by_the_month_the_hour_and_with_tax(self, db):
        price = estimates.order([SMALL, DISK], zone="is1a", at=jst(22, 18))

        assert [(line.label, line.hourly, line.monthly) for line in price.lines] == [
            ("Server 1 core 1 GB", Decimal(7), 1595),
            ("SSD disk 20 GB", Decimal(2), 440),
        ]
        assert (price.hourly, price.hourly_words) == (Decimal(9), "¥9.9")
        assert (price.monthly, price.tax, price.total) == (2035, 203, 2238)

    def test_what_is_left_of_this_month_is_rated_like_an_invoice(self, db):
        price = estimates.order([SMALL, DISK], at=jst(22, 18))

        # 198 hours are 8 days and 6 hours: 8 x 79 + 6 x 7 and 8 x 22 + 6 x 2.
        assert price.this_month == Sums(674 + 188, 86)
        assert price.next_month == Sums(2035, 203)

    def test_tax_of_several_is_rounded_down_once(self, db):
        price = estimates.order([SMALL] * 3, at=jst(1))

        assert [line.label for line in price.lines] == ["Server 1 core 1 GB × 3"]
        assert (price.monthly, price.tax) == (4785, 478)
        assert price.next_month == Sums(4785, 478)

    def test_a_sandbox_costs_nothing(self, db):
        price = estimates.order([SMALL, DISK], zone="tk1v", charged=False, at=jst(22))

        assert not price.charged
        assert [line.words for line in price.lines] == ["¥0", "¥0"]
        assert (price.hourly, price.total) == (Decimal(0), 0)
        assert (price.this_month, price.next_month) == (Sums(0, 0), Sums(0, 0))

    def test_what_has_no_price_is_left_out_and_named(self, db):
        price = estimates.order([SMALL, ("server", "9core-9gb"), ("piano", "")], at=jst(22))

        assert [line.price.plan for line in price.lines] == ["1core-1gb"]
        assert price.unpriced == ["server 9core-9gb", "piano"]

    def test_a_coming_price_counts_from_its_day(self, db):
        amounts = prices.Amounts(Decimal(8), Decimal(90), Decimal(1800))
        prices.revise(Item.objects.get(pk="server"), "1core-1gb", amounts, since=date(2026, 5, 1), by=SYSTEM, at=jst(2))

        price = estimates.order([SMALL], at=jst(30))

        assert (price.monthly, price.this_month.subtotal, price.next_month.subtotal) == (1595, 79, 1800)

    def test_a_price_by_the_unit_is_said_in_words(self, db):
        price = estimates.order([("sms.a2p", "")], at=jst(22))

        assert price.lines[0].words == "¥13 per SMS"
        assert price.total == 0

    @pytest.mark.terms("11-3")
    def test_whole_months_are_not_divided(self, db):
        price = estimates.order([("address", "28")], at=jst(30, 23, 59))

        assert price.this_month == Sums(3300, 330)


class TestCharges:
    @pytest.mark.terms("7-2")
    def test_a_stopped_server_stops_costing(self, project):
        contract = started(project, at=jst(1))
        meters.stop(contract, at=jst(2, 0, 12))

        charges = estimates.of_contract(contract, at=jst(20))

        assert (charges.so_far, charges.forecast) == (79 + 7, 79 + 7)
        assert [one.title for one in charges.explained()] == ["Server 1 core 1 GB"]

    def test_what_runs_on_costs_more_at_month_end(self, project):
        contract = started(project, at=jst(1))

        charges = estimates.of_contract(contract, at=jst(2))

        assert (charges.so_far, charges.forecast) == (79, 1595)

    def test_a_sandbox_contract_costs_nothing(self, project):
        contract = started(project, at=jst(1), zone="tk1v", charged=False)

        charges = estimates.of_contract(contract, at=jst(20))

        assert (charges.lines, charges.so_far, charges.forecast) == ([], 0, 0)
        assert estimates.month_so_far([contract.pk], at=jst(20)) == {}

    def test_an_organisation_pays_tax_once_for_all_its_contracts(self, project, garden):
        for _ in range(3):
            started(project, at=jst(1))

        month = estimates.this_month(garden, at=jst(30, 12))

        assert (month.coming, month.forecast) == (Sums(4785, 478), 5263)
        assert month.so_far == 5263

    def test_another_organisation_is_not_counted(self, project, elsewhere):
        started(project, at=jst(1))

        assert estimates.this_month(elsewhere.organisation, at=jst(20)).forecast == 0


class TestEnding:
    @pytest.mark.terms("6-1")
    def test_each_started_hour_counts(self, project):
        contract = started(project, at=jst(1))

        ending = estimates.of_ending(contract, at=jst(1, 5, 30))

        assert (ending.now, ending.at_month_end, ending.saved) == (42, 1595, 1553)
        assert (ending.ends_on, ending.best_on, ending.clause) == (date(2026, 4, 1), date(2026, 4, 1), "7-2")
        assert ending.advice == (
            "Each started hour is charged: the price is the same until April 1 06:00, and ¥1,553 more on April 30."
        )

    def test_a_day_at_its_limit_is_free_to_its_end(self, project):
        contract = started(project, at=jst(1, 9))

        ending = estimates.of_ending(contract, at=jst(1, 22))

        assert ending.now == 79
        assert "until April 2 09:00" in ending.advice

    def test_a_month_at_its_limit_is_free_to_its_end(self, project):
        contract = started(project, at=jst(1))

        ending = estimates.of_ending(contract, at=jst(25))

        assert (ending.now, ending.saved, ending.best_on) == (1595, 0, date(2026, 4, 30))
        assert ending.advice == (
            "It has reached its price of a whole month: ending it on any day until April 30 costs the same."
        )

    @pytest.mark.terms("11-3")
    def test_a_whole_month_costs_the_same_on_any_day(self, project):
        contract = started(project, "address", "28", at=jst(3))

        ending = estimates.of_ending(contract, at=jst(5))

        assert (ending.now, ending.saved, ending.best_on, ending.clause) == (3300, 0, date(2026, 4, 30), "11-3")
        assert ending.advice == "It is charged by whole months: ending it on any day until April 30 costs the same."

    def test_what_is_not_in_use_costs_the_same_on_any_day(self, project):
        contract = started(project, at=jst(1))
        meters.stop(contract, at=jst(2))

        ending = estimates.of_ending(contract, at=jst(5))

        assert (ending.now, ending.saved, ending.best_on) == (79, 0, date(2026, 4, 5))
        assert ending.advice == "Nothing of it is in use now, so it costs the same on any day."

    def test_a_sandbox_is_never_billed(self, project):
        contract = started(project, at=jst(1), charged=False)

        ending = estimates.of_ending(contract, at=jst(5))

        assert (ending.now, ending.at_month_end) == (0, 0)
        assert ending.advice == "It is in a sandbox zone, which is never billed."

    @pytest.mark.terms("11-2")
    def test_what_ends_with_it_is_included(self, project):
        router = started(project, "router", "100mbps", at=jst(1))
        address = opened(project, at=jst(1), needs=((router, ENDS),))
        meters.start(address, "address", "28", at=jst(1))

        ending = estimates.of_ending(router, at=jst(1, 12))

        assert ending.following == [address]
        assert (ending.now, ending.at_month_end) == (275 + 3300, 5500 + 3300)

    @pytest.mark.terms("49-2", "60-2", "74-1")
    @pytest.mark.parametrize(
        ("service", "day", "ends_on", "best_on", "clause"),
        [
            (SMS, 20, date(2026, 4, 30), date(2026, 4, 20), "74-1"),
            (SMS, 21, date(2026, 5, 31), date(2026, 5, 20), "74-1"),
            (CONNECT, 3, date(2026, 4, 30), date(2026, 4, 30), "49-2"),
            (MONO, 3, date(2026, 4, 30), date(2026, 4, 30), "60-2"),
        ],
    )
    def test_notice_has_a_last_good_day(self, project, service, day, ends_on, best_on, clause):
        contract = opened(project, service, at=jst(1))

        ending = estimates.of_ending(contract, at=jst(day))

        assert (ending.ends_on, ending.best_on, ending.clause) == (ends_on, best_on, clause)

    @pytest.mark.terms("84-2")
    def test_what_ends_at_its_expiry_says_so(self, project):
        contract = opened(project, CERTIFICATE, at=jst(1))
        contracts.set_term(contract, date(2026, 6, 29))

        ending = estimates.of_ending(contract, at=jst(5))

        assert (ending.ends_on, ending.clause) == (date(2026, 6, 29), "84-2")
        assert ending.advice.startswith("It ends on June 29")

    @pytest.mark.terms("74-1")
    def test_notice_charges_to_the_last_day(self, project):
        contract = opened(project, SMS, at=jst(1))
        meters.start(contract, "switch", at=jst(1))

        ending = estimates.of_ending(contract, at=jst(2))

        assert (ending.now, ending.at_month_end) == (2200, 2200)

    @pytest.mark.terms("7-2")
    def test_stopping_a_server_is_priced_alone(self, project):
        contract = started(project, at=jst(1))
        opened(project, SERVER, at=jst(1), needs=((contract, ENDS),))

        stopping = estimates.of_stopping(contract, at=jst(1, 1))

        assert (stopping.now, stopping.at_month_end, stopping.stops, stopping.following) == (7, 1595, True, [])
        assert "until April 1 01:00" in stopping.advice

    def test_stopping_at_the_limit_saves_nothing(self, project):
        contract = started(project, at=jst(1))

        stopping = estimates.of_stopping(contract, at=jst(25))

        assert stopping.advice == (
            "It has reached its price of a whole month: stopping it before April 30 saves nothing this month."
        )
