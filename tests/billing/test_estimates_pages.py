"""The pages of this month's charges and of prices, through the front door."""

import csv
import io
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.access import SYSTEM, Level
from billing import meters
from billing.prices import actions as prices
from billing.prices.models import Item
from core.calendar import JST, Month, jst_date
from tests import make
from tests.billing.world import opened

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
HTMX = ENGLISH | {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def now():
    return timezone.now()


def use(project, now, plan="2core-4gb"):
    """A server that has run all this month."""
    contract = opened(project, at=Month.of(now).start)
    meters.start(contract, "server", plan, at=Month.of(now).start)
    return contract


class TestCharges:
    def test_a_month_is_shown_by_project_and_contract_and_explains_itself(self, alice_client, project, now):
        use(project, now)

        page = alice_client.get(reverse("charges"), **ENGLISH)

        assert page.context["sums"].forecast == 4180 + 418
        (found,) = page.context["found"]
        assert (found.project, found.forecast) == (project, 4180)
        text = page.content.decode()
        assert "¥4,598" in text
        assert "¥209 a day" in text
        assert reverse("clause", args=["7-2"]) in text

    def test_nothing_used_is_said_so(self, alice_client):
        page = alice_client.get(reverse("charges"), **ENGLISH)

        assert "Nothing is charged this month." in page.content.decode()

    def test_only_those_with_the_right_to_bills_see_it(self, bob_client, garden, bob_user):
        refused = bob_client.get(reverse("charges"))
        make.member(garden, make.user("dora@example.jp"), Level.VIEW, may_bill=True)
        dora = Client()
        dora.force_login(garden.members.get(user__email="dora@example.jp").user)

        assert refused.status_code == 403
        assert dora.get(reverse("charges")).status_code == 200

    def test_a_stranger_sees_only_what_is_theirs(self, charlie_client, project, now):
        use(project, now)

        page = charlie_client.get(reverse("charges"))

        assert page.context["sums"].forecast == 0
        assert page.context["found"] == []

    def test_all_contracts_can_be_downloaded(self, alice_client, project, now):
        contract = use(project, now)

        answer = alice_client.get(reverse("charges"), {"format": "csv"}, **ENGLISH)
        head, row = csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig")))

        assert head[-1] == "At month end, without tax"
        assert row[:4] == [project.name, str(contract.number), "Server", contract.name]
        assert row[5] == "4180"

    def test_thirty_contracts_take_as_many_queries_as_one(self, alice_client, project, now):
        use(project, now)
        with CaptureQueriesContext(connection) as one:
            alice_client.get(reverse("charges"))
        for _ in range(29):
            use(project, now)
        with CaptureQueriesContext(connection) as thirty:
            alice_client.get(reverse("charges"))

        assert len(one) == len(thirty)


class TestPrices:
    def test_anybody_may_read_the_price_list(self, client, db):
        page = client.get(reverse("prices"), **ENGLISH)

        text = page.content.decode()
        assert "layouts/public.html" in [template.name for template in page.templates]
        assert "¥28,600 <small>incl. tax ¥31,460</small>" in text
        assert "the first 500 MB of a month are free" in text
        assert [group.slug for group in page.context["groups"]] == ["hourly", "monthly", "used", "unit", "free"]

    def test_customers_read_it_inside_the_panel(self, alice_client):
        page = alice_client.get(reverse("prices"))

        assert "layouts/console.html" in [template.name for template in page.templates]

    def test_a_coming_price_is_announced_beside_the_one_in_force(self, client, db, now):
        since = jst_date(now) + timedelta(days=10)
        amounts = prices.Amounts(Decimal(11), Decimal(121), Decimal(2420))
        prices.revise(Item.objects.get(pk="switch"), "", amounts, since=since, by=SYSTEM, at=now)

        page = client.get(reverse("prices"), **ENGLISH)

        shelf = next(shelf for shelf in page.context["groups"][0].shelves if shelf.item.code == "switch")
        assert [(row.amount, row.since) for row in shelf.rows] == [("¥2,200", None), ("¥2,420", since)]
        assert f"from {since}" in page.content.decode()

    def test_a_price_that_is_over_is_not_listed(self, client, db):
        switch = Item.objects.get(pk="switch")
        amounts = prices.Amounts(Decimal(11), Decimal(121), Decimal(2420))
        prices.revise(switch, "", amounts, since=date(2020, 1, 1), by=SYSTEM, at=datetime(2019, 12, 1, tzinfo=JST))

        page = client.get(reverse("prices"))

        shelf = next(shelf for shelf in page.context["groups"][0].shelves if shelf.item.code == "switch")
        assert [row.amount for row in shelf.rows] == ["¥2,420"]

    def test_the_estimator_works_without_a_script(self, client, db):
        asked = {"plan": "1core-1gb", "disk": "hdd/40gb", "quantity": "2"}

        page = client.get(reverse("prices"), asked, **ENGLISH)

        price = page.context["price"]
        assert [(line.label, line.monthly) for line in price.lines] == [
            ("Server 1 core 1 GB × 2", 3190),
            ("HDD disk 40 GB × 2", 1320),
        ]
        assert price.total == 4961

    def test_live_it_answers_with_the_estimate_alone(self, client, db):
        page = client.get(reverse("prices"), {"plan": "1core-1gb", "disk": "", "quantity": "1"}, **HTMX)

        text = page.content.decode()
        assert text.startswith('<div id="price"')
        assert "¥1,754" in text
        assert "HX-Request" in page["Vary"]

    @pytest.mark.parametrize("quantity", ["0", "101", "many", ""])
    def test_a_number_that_is_none_is_marked_and_nothing_is_priced(self, client, db, quantity):
        page = client.get(reverse("prices"), {"plan": "1core-1gb", "quantity": quantity})

        assert page.status_code == 200
        assert page.context["form"]["quantity"].errors
        assert page.context["price"].lines == []
