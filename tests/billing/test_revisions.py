"""A coming price is told to whom it touches: once, in one mail, with what it changes; and taken back likewise."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.db import Error, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.access import SYSTEM
from accounts.deadlines.models import Deadline
from accounts.notices.models import Notice
from billing import contracts, meters
from billing.invoices.closing import close
from billing.invoices.models import Invoice
from billing.passports.models import Passport
from billing.prices import actions as prices
from billing.prices.actions import Amounts
from billing.prices.models import Item, Price
from billing.revisions import actions, changes, tasks
from billing.revisions.models import PriceNotice
from core.calendar import Month, midnight
from core.operations.draining import drain
from tests import make
from tests.billing.test_staff import staff_client
from tests.billing.world import SERVER, jst, opened

__all__ = ["staff_client"]

ENGLISH = {"headers": {"Accept-Language": "en"}}
JUNE = date(2026, 6, 1)
NOW = jst(20)


def revise(item: str, plan: str = "", *, since: date = JUNE, zone: str = "", **amounts: int | str) -> Price:
    values = {name: Decimal(amount) for name, amount in amounts.items()}
    return prices.revise(Item.objects.get(pk=item), plan, Amounts(**values), zone=zone, since=since, by=SYSTEM, at=NOW)


def dearer_server(**options) -> Price:
    return revise("server", "2core-4gb", hourly=20, daily=220, monthly=4400, **options)


def using(project, item="server", plan="2core-4gb", *, zone="is1a", at=None, **options):
    contract = opened(project, SERVER, zone=zone, at=jst(1), **options)
    meters.start(contract, item, plan, at=at or jst(1))
    return contract


def figures(organisation, at=NOW) -> list[tuple]:
    """What changes for an organisation: (item, resources, units, before, after)."""
    return [
        (one.price.item_id, one.resources, one.quantity, one.before, one.after)
        for one in changes.ahead(organisation, at=at)
    ]


def told() -> list[tuple]:
    return list(PriceNotice.objects.order_by("pk").values_list("organisation__name", "price__item"))


def mails() -> list[str]:
    drain(at=NOW)
    return [one.subject for one in mail.outbox]


def test_those_who_use_it_are_told_and_nobody_else(project, elsewhere):
    using(project)
    using(elsewhere, "server", "1core-1gb")
    dearer_server()

    tasks.tell_prices(NOW)

    assert told() == [("Garden", "server")]
    assert [one for one in mails() if "料金" in one] == ["ご利用中のサービスの料金1件が変わります（2026-06-01から）"]


def test_one_mail_lists_everything_that_changes_and_what_present_resources_would_cost(project, garden):
    for _n in range(3):
        using(project)
    using(project, "switch", "")
    dearer_server()
    revise("switch", since=date(2026, 7, 1), hourly=9, daily=100, monthly=2000)

    tasks.tell_prices(NOW)

    (notice,) = Notice.objects.filter(kind="price_change")
    assert notice.title == "ご利用中のサービスの料金2件が変わります（2026-06-01から）"
    assert [fact for _label, fact in notice.words.facts] == [
        "2026-06-01から", "1時間 ¥19、1日 ¥209、1か月 ¥4,180", "1時間 ¥20、1日 ¥220、1か月 ¥4,400", "¥12,540 → ¥13,200",
        "2026-07-01から", "1時間 ¥10、1日 ¥110、1か月 ¥2,200", "1時間 ¥9、1日 ¥100、1か月 ¥2,000", "¥2,200 → ¥2,000",
    ]  # fmt: skip
    assert notice.act_url == "/costs#changes"
    assert figures(garden) == [("server", 3, None, 12540, 13200), ("switch", 1, None, 2200, 2000)]


def test_nobody_is_told_twice_and_who_comes_later_is_told_then(project, elsewhere):
    using(project)
    dearer_server()
    for at in (NOW, NOW + timedelta(hours=1)):
        tasks.tell_prices(at)

    using(elsewhere, at=jst(25))
    tasks.tell_prices(jst(25))

    assert told() == [("Garden", "server"), ("Elsewhere", "server")]
    assert Notice.objects.filter(kind="price_change").count() == 2


def test_a_further_price_of_the_same_thing_is_news_of_its_own(project):
    using(project)
    dearer_server()
    tasks.tell_prices(NOW)
    revise("server", "2core-4gb", since=date(2026, 8, 1), hourly=21, daily=231, monthly=4620)

    tasks.tell_prices(NOW)

    assert [(row.former.monthly, row.price.monthly) for row in PriceNotice.objects.order_by("pk")] == [
        (4180, 4400),
        (4400, 4620),
    ]


def test_a_stopped_server_is_touched_while_its_stop_is_recent_and_its_plan_the_last(project, garden):
    stopped, changed, old = using(project), using(project), using(project, at=jst(1))
    meters.stop(stopped, at=jst(2))
    meters.stop(changed, at=jst(3))
    meters.start(changed, "server", "4core-8gb", at=jst(3))
    meters.stop(old, at=jst(4))
    dearer_server()

    assert figures(garden) == [("server", 2, None, 8360, 8800)]
    later = jst(5, month=6)
    revise("server", "2core-4gb", since=date(2026, 9, 1), hourly=1, daily=2, monthly=3)
    assert figures(garden, later) == []


NOT_TOUCHED = ["the sandbox", "what has ended", "another zone", "equal amounts", "a new plan", "free things"]


@pytest.mark.parametrize("what", NOT_TOUCHED)
def test_whom_a_price_does_not_touch(project, garden, what):
    contract = using(project, charged=what != "the sandbox")
    match what:
        case "what has ended":
            contracts.close(contract, by=SYSTEM, at=jst(2))
            dearer_server()
        case "another zone":
            dearer_server(zone="tk1a")
        case "equal amounts":
            revise("server", "2core-4gb", hourly=19, daily=209, monthly=4180)
        case "a new plan":
            revise("server", "64core", hourly=1, daily=2, monthly=3)
        case "free things":
            meters.start(contract, "bridge", at=jst(1))
            revise("bridge", hourly=1, daily=2, monthly=3)
        case _:
            dearer_server()

    tasks.tell_prices(NOW)

    assert (figures(garden), told()) == ([], [])


def test_a_zones_own_price_goes_before_the_general_one(project, garden):
    using(project, zone="tk1a")
    using(project, zone="is1a")
    own = dearer_server(zone="tk1a", since=date(2026, 5, 15))
    revise("server", "2core-4gb", hourly=30, daily=330, monthly=6600)

    found = changes.ahead(garden, at=NOW)

    assert [(one.price.pk == own.pk, one.resources, one.before, one.after) for one in found] == [
        (True, 1, 4180, 4400),
        (False, 1, 4180, 6600),
    ]


def test_units_are_reckoned_at_last_months_use(project, garden):
    contract = opened(project, at=jst(1, month=3))
    for n, (day, month) in enumerate([(5, 3), (6, 3), (1, 4)]):
        meters.add(contract, "sms.a2p", 100, source="sms", event_id=str(n), at=jst(day, month=month))
    revise("sms.a2p", unit="12.5")

    (change,) = changes.ahead(garden, at=NOW)

    assert (change.quantity, change.before, change.after, change.difference) == (200, 2600, 2500, -100)
    assert change.use == "1か月に200通"


@pytest.mark.terms("38-2")
def test_included_units_and_packs_of_the_project_are_taken_off_first(project, garden):
    sims = [opened(project, at=jst(1)) for _n in range(2)]
    for n, sim in enumerate(sims):
        meters.add(sim, "sim.data", 2000, source="sim", event_id=str(n), direction="out", at=jst(2))
    meters.start(sims[0], "sim.pack", "3gb", at=jst(1))
    pack = Price.objects.get(item="sim.pack", plan="3gb").included
    revise("sim.data", unit="7", included=500)
    beyond = max(3500 - int(pack), 0)

    assert figures(garden) == [("sim.data", 1, Decimal(4000), int(Decimal("6.6") * beyond), 7 * beyond)]


@pytest.mark.terms("10-2")
def test_a_passport_stays_as_it_is_and_the_mail_says_so(project, garden):
    using(project)
    Passport.objects.create(
        organisation=garden, plan="2core-4gb", rate=Decimal("0.2"), state="ACTIVE", months=12, price=1, tax=0,
        valid=(date(2026, 4, 1), date(2027, 4, 1)), tax_rate=Decimal("0.1"), purchased_at=jst(1),
        state_changed_at=jst(1), business_use=True,
    )  # fmt: skip
    dearer_server()

    tasks.tell_prices(NOW)

    assert "第10条第2項" in Notice.objects.get(kind="price_change").text
    assert Passport.objects.get().valid.upper == date(2027, 4, 1)


def test_the_deadline_inbox_has_the_day(project, garden, alice_client):
    using(project)
    dearer_server()
    tasks.tell_prices(NOW)

    (deadline,) = Deadline.objects.filter(kind="deadline.price_change")
    assert (deadline.due_at, deadline.act_url) == (midnight(JUNE), "/costs#changes")
    assert deadline.sentence == "サーバ 2コア 4GBの料金がこの日に変わります"


def test_a_withdrawn_price_is_taken_back_in_one_mail_and_its_day_goes(project, garden):
    using(project)
    using(project, "switch", "")
    coming = [dearer_server(), revise("switch", hourly=9, daily=100, monthly=2000)]
    tasks.tell_prices(NOW)
    for price in coming:
        prices.withdraw(price, by=SYSTEM, at=NOW)

    for hours in (1, 2):
        tasks.tell_prices(NOW + timedelta(hours=hours))

    (notice,) = Notice.objects.filter(kind="price_change_withdrawn")
    assert notice.title == "お知らせした料金の変更2件を取りやめました"
    assert [fact for _label, fact in notice.words.facts] == [
        "1時間 ¥19、1日 ¥209、1か月 ¥4,180",
        "1時間 ¥10、1日 ¥110、1か月 ¥2,200",
    ]
    assert set(PriceNotice.objects.values_list("withdrawn_at", flat=True)) == {NOW + timedelta(hours=1)}
    assert not Deadline.objects.filter(kind="deadline.price_change").ahead(NOW).exists()
    assert figures(garden) == []


def test_what_was_withdrawn_before_anybody_was_told_is_never_mentioned(project):
    using(project)
    prices.withdraw(dearer_server(), by=SYSTEM, at=NOW)

    tasks.tell_prices(NOW)

    assert not Notice.objects.filter(kind__startswith="price_change").exists()


def test_a_price_withdrawn_between_the_look_and_the_telling_is_left_out(project, garden):
    using(project)
    price = dearer_server()
    found = changes.untold(NOW)[garden.pk]
    prices.withdraw(price, by=SYSTEM, at=NOW)

    assert actions.tell(garden, found, at=NOW) == 0
    assert told() == []


def test_the_schedule_knows_when_there_is_something_to_tell(project):
    using(project)
    assert tasks.next_telling(NOW) is None
    price = dearer_server()
    assert tasks.next_telling(NOW) == NOW
    tasks.tell_prices(NOW)
    assert tasks.next_telling(NOW) is None
    prices.withdraw(price, by=SYSTEM, at=NOW)
    assert tasks.next_telling(NOW) == NOW
    tasks.tell_prices(NOW)
    assert tasks.next_telling(NOW) is None


def test_the_organisations_are_found_at_once_however_many_they_are(project, django_assert_num_queries):
    using(project)
    dearer_server()
    for size in (1, 5):
        with django_assert_num_queries(2):
            assert len(changes.untold(NOW)) == size
        for _n in range(4 * (size == 1)):
            using(make.first_project(make.organisation(make.user())))


def test_what_was_told_equals_what_the_invoice_then_says(project, garden):
    """The figures are the invoice's own: a whole month at each of the two prices."""
    using(project)
    dearer_server(since=Month(2026, 6).first_day)
    (change,) = changes.ahead(garden, at=NOW)

    for month in (Month(2026, 5), Month(2026, 6)):
        close(month, at=month.end)

    assert list(Invoice.objects.order_by("month").values_list("subtotal", flat=True)) == [change.before, change.after]


def test_the_database_keeps_one_row_for_organisation_and_price(project, garden):
    using(project)
    price = dearer_server()
    tasks.tell_prices(NOW)
    values = {"organisation": garden, "price": price, "resources": 1, "before": 1, "after": 1, "told_at": NOW}

    for wrong in ({"former": price}, {"former": Price.objects.get(item="switch")}):
        with pytest.raises(Error), transaction.atomic():
            PriceNotice.objects.create(**values | wrong)

    assert PriceNotice.objects.count() == 1


# -- pages --------------------------------------------------------------------------------------------------------


@pytest.fixture
def now():
    """Pages have the real clock."""
    return timezone.now()


def test_the_pages_of_costs_and_prices_say_what_changes(alice_client, bob_client, charlie_client, project, now):
    using(project)
    since = (now + timedelta(days=40)).date()
    amounts = Amounts(Decimal(20), Decimal(220), Decimal(4400))
    prices.revise(Item.objects.get(pk="server"), "2core-4gb", amounts, since=since, by=SYSTEM, at=now)

    costs = alice_client.get("/costs", **ENGLISH).content.decode()
    assert 'id="changes"' in costs
    assert "¥4,180 → ¥4,400" in costs
    assert "A price of what you use changes." in alice_client.get("/prices", **ENGLISH).content.decode()
    for other in (bob_client, charlie_client):
        assert "/costs#changes" not in other.get("/prices", **ENGLISH).content.decode()


def test_without_a_coming_price_the_pages_say_nothing_of_it(alice_client, project):
    using(project)

    assert 'id="changes"' not in alice_client.get("/costs").content.decode()
    assert "/costs#changes" not in alice_client.get("/prices").content.decode()


def test_staff_see_who_was_told(staff_client, project):
    using(project)
    dearer_server()
    tasks.tell_prices(NOW)

    page = staff_client.get(reverse("admin:billing_pricenotice_changelist") + "?q=server").content.decode()

    assert "Garden" in page
    assert "4400" in page
