"""Discount passports: paid when bought, active only then, and never money again (10-1, 10-2)."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import SYSTEM
from accounts.deadlines.models import Deadline
from accounts.levels import Level
from accounts.notices.models import Notice
from billing import meters
from billing.contracts.models import Standing
from billing.passports import actions, offers, savings, tasks
from billing.passports.admin import PassportAdmin
from billing.passports.api import passports as collection
from billing.passports.models import Passport, PassportOffer
from billing.payments.models import PaymentAttempt
from billing.postings.models import Posting
from billing.prices import actions as prices
from billing.prices.models import Price
from core.admin import Record
from core.calendar import JST, Month
from core.errors import Refused
from core.operations.draining import drain
from tests import make
from tests.api.conftest import assert_refused, client_of
from tests.billing import paying
from tests.billing.world import opened
from tests.house.routes import routes
from tests.make import EVENING, MORNING, NOON

pytestmark = pytest.mark.usefixtures("db")
PANEL = "/api/panel/1.0/passports"
PLAN = "2core-4gb"


def bought(organisation, *, plan=PLAN, months=12, at=NOON, by=SYSTEM):
    """A passport that was ordered and whose payment is over, well or not."""
    passport = actions.buy(organisation, plan, months, business_use=True, accepted=True, by=by, at=at)
    drain(at=at)
    return passport.refreshed()


@pytest.fixture
def carded(garden):
    """Alice's organisation with a card that pays."""
    paying.card(garden)
    return garden


@pytest.mark.terms("10-1")
@pytest.mark.parametrize("months, price, rate", [(12, 5_016, "0.20"), (24, 20_064, "0.35"), (36, 45_144, "0.50")])
def test_a_passport_costs_so_many_monthly_fees_rounded_down(months, price, rate):
    quote = offers.quote(PLAN, months, NOON)

    assert (quote.price, quote.tax, quote.offer.rate) == (price, price // 10, Decimal(rate))


def test_the_price_is_rounded_down_once():
    assert offers.quote("1core-1gb", 12, NOON).price == 1_914  # 1,595 x 1.2
    assert offers.quote("4core-8gb", 24, NOON).price == 35_376  # 7,370 x 4.8


@pytest.mark.terms("10-1")
def test_a_passport_is_paid_at_once_and_active_only_then(carded):
    passport = actions.buy(carded, PLAN, 12, business_use=True, accepted=True, by=SYSTEM, at=NOON)

    assert passport.state == "PURCHASED"
    assert Posting.objects.count() == 0
    drain(at=NOON)
    passport.refresh_from_db()
    assert passport.state == "ACTIVE"
    assert PaymentAttempt.objects.get(purpose="PASSPORT", subject_pk=passport.pk).amount == 5_517
    books = list(Posting.objects.filter(kind="PASSPORT").order_by("account").values_list("account", "amount"))
    assert books == [("RECEIVABLE", 5_517), ("REVENUE", -5_016), ("TAX", -501)]
    by_account: dict[str, int] = {}
    for account, amount in Posting.objects.values_list("account", "amount"):
        by_account[account] = by_account.get(account, 0) + amount
    assert by_account == {"CARD": 5_517, "RECEIVABLE": 0, "REVENUE": -5_016, "TAX": -501}
    assert Notice.objects.filter(kind="passport.active").count() == 1


@pytest.mark.terms("10-1")
def test_a_declined_payment_leaves_no_passport(garden, alice_client):
    paying.card(garden, "no-funds")

    passport = bought(garden)

    assert passport.state == "DECLINED"
    assert Posting.objects.count() == 0
    assert not Deadline.objects.filter(subject_pk=passport.pk, kind="deadline.passport_end").exists()
    assert Notice.objects.filter(kind="passport.declined").count() == 1
    assert str(passport.number) not in alice_client.get(reverse("passports")).content.decode()
    assert alice_client.get(reverse("passport", args=[passport.number])).status_code == 404


@pytest.mark.terms("10-1")
def test_it_is_valid_for_whole_months_from_the_month_of_purchase_in_japan(carded):
    at = datetime(2026, 4, 30, 23, 59, tzinfo=JST)

    passport = bought(carded, months=24, at=at)

    assert passport.valid == DateRange(date(2026, 4, 1), date(2028, 4, 1))
    deadline = Deadline.objects.get(kind="deadline.passport_end", subject_pk=passport.pk)
    assert deadline.due_at == datetime(2028, 4, 1, tzinfo=JST)
    assert deadline.act_url == passport.get_absolute_url()


@pytest.mark.terms("10-2")
def test_nobody_buys_one_without_declaring_business_use(carded):
    with pytest.raises(Refused) as refusal:
        actions.buy(carded, PLAN, 12, business_use=False, accepted=True, by=SYSTEM, at=NOON)

    assert (refusal.value.clause, refusal.value.field) == ("10-2", "business_use")
    assert Passport.objects.count() == PaymentAttempt.objects.count() == 0


@pytest.mark.terms("10-2")
def test_that_nothing_is_refunded_is_agreed_to_once_for_each_version(carded):
    with pytest.raises(Refused) as refusal:
        actions.buy(carded, PLAN, 12, business_use=True, by=SYSTEM, at=NOON)

    assert (refusal.value.code, refusal.value.clause, refusal.value.field) == ("consent_needed", "10-2", "accepted")
    assert Passport.objects.count() == 0
    bought(carded)
    actions.buy(carded, PLAN, 12, business_use=True, by=SYSTEM, at=NOON)
    assert carded.acceptances.filter(document__code="passport").count() == 1


@pytest.mark.terms("10-2")
def test_an_individual_who_declares_business_use_may_buy_one():
    person = make.organisation(make.user(), kind="INDIVIDUAL")
    paying.card(person)

    passport = bought(person)

    assert (passport.state, passport.business_use) == ("ACTIVE", True)


@pytest.mark.parametrize("plan, months", [("no-such-plan", 12), (PLAN, 13), ("", 12)])
def test_what_is_not_sold_is_refused(carded, plan, months):
    with pytest.raises(Refused):
        actions.buy(carded, plan, months, business_use=True, accepted=True, by=SYSTEM, at=NOON)

    assert Passport.objects.count() == 0


def test_without_a_card_nothing_is_ordered(garden):
    with pytest.raises(Refused) as refusal:
        actions.buy(garden, PLAN, 12, business_use=True, accepted=True, by=SYSTEM, at=NOON)

    assert refusal.value.code == "card_needed"
    assert Passport.objects.count() == 0


@pytest.mark.terms("4-3")
def test_a_payment_hold_blocks_new_passports(carded):
    Standing.objects.create(organisation=carded, additions_blocked=True, changed_at=NOON)

    with pytest.raises(Refused) as refusal:
        actions.buy(carded, PLAN, 12, business_use=True, accepted=True, by=SYSTEM, at=NOON)

    assert refusal.value.code == "payment_hold"
    assert Passport.objects.count() == 0


@pytest.mark.terms("10-2")
def test_no_way_leads_from_a_passport_back_to_money():
    """The state machine, the actions, the addresses, the admin and the API: nothing refunds, cancels or extends."""
    ends = {move.to for move in Passport.MOVES.values()}
    assert ends == {"ACTIVE", "DECLINED", "EXPIRED"}
    assert {source for move in Passport.MOVES.values() for source in move.sources} == {"PURCHASED", "ACTIVE"}
    assert [name for name, move in Passport.MOVES.items() if "ACTIVE" in move.sources] == ["expire"]
    verbs = {name for name, value in vars(actions).items() if getattr(value, "__module__", "") == actions.__name__}
    assert verbs == {
        "buy", "agree", "activate", "decline", "remind", "expire", "ends_at", "tell", "paid", "refused", "passport_of",
    }  # fmt: skip
    pages = {route.name for route in routes() if route.name.startswith("passport") and "staff" not in route.pattern}
    assert pages == {"passports", "passport_new", "passport_price", "passport"}
    assert issubclass(PassportAdmin, Record)
    assert list(PassportAdmin.actions or []) == []
    assert {at: set(methods) for at, methods in collection.handlers.items()} == {
        "passports": {"GET", "POST"}, "passports/<str:key>": {"GET"},
    }  # fmt: skip


@pytest.mark.terms("10-2")
@pytest.mark.parametrize(
    "change",
    [{"price": 1}, {"months": 99}, {"rate": Decimal("0.9")}, {"valid": DateRange(date(2026, 4, 1), date(2046, 4, 1))}],
)
def test_the_database_keeps_a_passport_as_it_was_sold(carded, change):
    passport = bought(carded)

    with pytest.raises(DatabaseError), transaction.atomic():
        Passport.objects.filter(pk=passport.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        passport.delete()

    assert Passport.objects.filter(pk=passport.pk, price=5_016, months=12).exists()


@pytest.mark.terms("10-2")
def test_a_price_revision_changes_the_fee_but_no_passport(carded):
    passport = bought(carded)
    price = Price.objects.get(item="server", plan=PLAN, zone="")

    since = date(2026, 5, 1)
    prices.revise(price.item, PLAN, prices.Amounts(monthly=Decimal(2000)), since=since, by=SYSTEM, at=NOON)
    offer = PassportOffer.objects.get(months=12)
    offers.revise(offer, rate=Decimal("0.10"), factor=Decimal(2), since=since, by=SYSTEM, at=NOON)

    after = passport.refreshed()
    assert (after.price, after.rate, after.valid.upper) == (5_016, Decimal("0.2000"), date(2027, 4, 1))
    later = datetime(2026, 5, 2, tzinfo=JST)
    assert (offers.quote(PLAN, 12, later).price, offers.quote(PLAN, 12, later).offer.rate) == (4_000, Decimal("0.1000"))
    assert offers.quote(PLAN, 12, NOON).price == 5_016


def test_terms_on_offer_never_change_for_a_day_that_has_begun(db):
    offer = PassportOffer.objects.get(months=12)

    with pytest.raises(Refused):
        offers.revise(offer, rate=Decimal("0.1"), factor=Decimal(1), since=date(2026, 4, 1), by=SYSTEM, at=NOON)
    with pytest.raises(Refused):
        offers.withdraw(offer, since=date(2026, 4, 1), by=SYSTEM, at=NOON)
    offers.withdraw(offer, since=date(2026, 4, 2), by=SYSTEM, at=NOON)

    assert [one.months for one in offers.on(NOON)] == [12, 24, 36]
    assert [one.months for one in offers.on(NOON + timedelta(days=1))] == [24, 36]


@pytest.mark.terms("10-1")
def test_its_end_is_told_once_30_days_before_and_reached(carded):
    passport = bought(carded)  # until the end of March 2027
    early, soon = datetime(2027, 3, 1, 9, tzinfo=JST), datetime(2027, 3, 2, 9, tzinfo=JST)

    tasks.remind_passports(early)
    assert Notice.objects.filter(kind="passport.ending").count() == 0
    assert tasks.next_reminder(early) == datetime(2027, 3, 2, tzinfo=JST)
    tasks.remind_passports(soon)
    tasks.remind_passports(soon + timedelta(days=1))
    assert Notice.objects.filter(kind="passport.ending").count() == 1

    over = datetime(2027, 4, 1, tzinfo=JST)
    tasks.expire_passports(over - timedelta(minutes=1))
    assert passport.refreshed().state == "ACTIVE"
    assert tasks.next_expiry(soon) == over
    tasks.expire_passports(over)
    assert passport.refreshed().state == "EXPIRED"
    assert Deadline.objects.get(kind="deadline.passport_end").done_at == over


def test_the_page_says_what_it_is_and_that_nothing_was_saved_yet(carded, alice_client):
    passport = bought(carded)

    answer = alice_client.get(passport.get_absolute_url(), headers={"accept-language": "en"})

    page = answer.content.decode()
    assert answer.status_code == 200
    assert ("2027-03-31" in page, "¥5,517" in page) == (True, True)
    assert savings.of(passport) == []


def test_it_is_bought_on_a_page_that_says_before_the_button_that_nothing_comes_back(carded, alice_client):
    alice_client.cookies["language"] = "en"

    page = alice_client.get(reverse("passport_new")).content.decode()

    assert page.index("no refund, no extension") < page.index("I know that nothing is refunded")
    assert page.index('name="business_use"') < page.index("I know that nothing is refunded")
    assert "/terms/10-2" in page
    sent = {"plan": PLAN, "months": "36"}
    refused = alice_client.post(reverse("passport_new"), sent)
    assert refused.status_code == 422
    assert Passport.objects.count() == 0
    assert (
        alice_client.post(reverse("passport_new"), {**sent, "business_use": "on", "accepted": "on"}).status_code == 302
    )
    assert Passport.objects.get().months == 36


def test_the_price_follows_what_is_chosen(carded, alice_client):
    fragment = alice_client.post(reverse("passport_price"), {"plan": PLAN, "months": "36"}).content.decode()
    nothing = alice_client.post(reverse("passport_price"), {"plan": "<b>", "months": "x"})

    assert ("¥45,144" in fragment, "¥4,514" in fragment, "¥49,658" in fragment) == (True, True, True)
    assert nothing.status_code == 200


def test_passports_are_for_those_who_may_see_bills(carded, bob_client, charlie_client):
    passport = bought(carded)

    assert bob_client.get(reverse("passports")).status_code == 403
    assert bob_client.post(reverse("passport_new"), {}).status_code == 403
    assert charlie_client.get(passport.get_absolute_url()).status_code == 404


def test_the_list_costs_the_same_for_one_and_for_many(carded, alice_client):
    bought(carded)
    alice_client.get(reverse("passports"))
    with CaptureQueriesContext(connection) as one:
        alice_client.get(reverse("passports"))
    for months in (12, 24, 36):
        bought(carded, months=months)
    with CaptureQueriesContext(connection) as many:
        alice_client.get(reverse("passports"))

    assert len(one) == len(many) <= 12


def test_a_key_with_the_right_to_bills_lists_and_buys(carded, project):
    paying_key, poor = client_of(project, Level.CREATE, may_bill=True), client_of(project, Level.CREATE)

    assert_refused(poor.get(PANEL), 403, "permission_denied")
    assert_refused(poor.post(PANEL, {"Passport": {}}), 403, "permission_denied")
    refused = paying_key.post(PANEL, {"Plan": PLAN, "Months": 12})
    assert_refused(refused, 409, "business_use_needed")
    answer = paying_key.post(PANEL, {"Plan": PLAN, "Months": 12, "BusinessUse": True, "Accepted": True})
    assert (answer.status, answer.json["Passport"]["State"]) == (201, "PURCHASED")
    drain(at=EVENING + timedelta(days=400))
    [listed] = paying_key.get(PANEL).json["Passports"]
    assert (listed["Price"], listed["Tax"]) == (5_016, 501)
    assert paying_key("DELETE", f"{PANEL}/{listed['Number']}").status == 405


@pytest.mark.terms("10-1")
def test_what_it_saved_is_read_from_the_invoices(carded, project, alice_client):
    passport = bought(carded)
    contract = opened(project)
    meters.start(contract, "server", PLAN, at=MORNING)
    invoice = paying.closed(carded, Month(2026, 4))

    saved = savings.of(passport)

    assert [(one.month, one.invoice, one.contract_number, one.amount) for one in saved] == [
        (Month(2026, 4), invoice, contract.number, 836)
    ]
    assert savings.totals([passport]) == {passport.pk: 836}
    page = alice_client.get(passport.get_absolute_url()).content.decode()
    assert ("¥836" in page, invoice.label in page) == (True, True)
