"""Coupons: 16 digits nobody guesses, that pay the oldest invoice first, and never a passport."""

from datetime import date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.access import SYSTEM
from accounts.deadlines.models import Deadline
from accounts.levels import Level
from billing import meters
from billing.coupons import actions, codes, limits, tasks
from billing.coupons.models import Coupon, CouponBatch, CouponTries, CouponUse
from billing.passports import actions as passports
from billing.payments.models import PaymentAttempt
from billing.postings.models import Posting
from core.calendar import JST, Month
from core.errors import Refused
from tests.api.conftest import assert_refused, client_of
from tests.billing import books, paying
from tests.billing.world import opened
from tests.make import MORNING, NOON

pytestmark = pytest.mark.usefixtures("db")
APRIL, MAY = Month(2026, 4), Month(2026, 5)
JUNE_DAY = datetime(2026, 6, 3, 10, tzinfo=JST)
LAST_DAY = date(2036, 12, 31)


def made(amount=1_000, *, count=1, expires_on=LAST_DAY, at=NOON):
    """The codes of a new batch."""
    _batch, drawn = actions.make("Spring", count=count, amount=amount, expires_on=expires_on, by=SYSTEM, at=at)
    return drawn


@pytest.fixture
def invoices(project, garden):
    """Those of April and May: 1,754 and 1,754 yen with tax."""
    meters.start(opened(project), "server", "1core-1gb", at=MORNING)
    return [paying.closed(garden, APRIL), paying.closed(garden, MAY)]


def open_of(invoice):
    return sum(Posting.objects.filter(invoice=invoice).values_list("amount", flat=True))


def test_a_coupon_pays_the_oldest_open_invoice_first(garden, invoices):
    [code] = made(2_000)

    coupon = actions.redeem(garden, code, by=SYSTEM, at=JUNE_DAY)

    assert (invoices[0].total, invoices[1].total) == (1_754, 1_754)
    assert [open_of(invoice) for invoice in invoices] == [0, 1_508]
    assert coupon.left == 0
    uses = list(CouponUse.objects.order_by("pk").values_list("invoice", "amount"))
    assert uses == [(invoices[0].pk, 1_754), (invoices[1].pk, 246)]
    debits = Posting.objects.filter(kind="COUPON", account="COUPON").values_list("amount", flat=True)
    assert sorted(debits) == [246, 1_754]
    assert sum(Posting.objects.filter(kind="COUPON").values_list("amount", flat=True)) == 0


def test_what_is_left_pays_invoices_as_they_are_issued(project, garden):
    [code] = made(3_000)
    coupon = actions.redeem(garden, code, by=SYSTEM, at=NOON)
    meters.start(opened(project), "server", "1core-1gb", at=MORNING)
    assert tasks.next_payment(JUNE_DAY) is None

    invoice = paying.closed(garden, APRIL)
    assert tasks.next_payment(JUNE_DAY) == JUNE_DAY
    tasks.apply_coupons(JUNE_DAY)
    tasks.apply_coupons(JUNE_DAY)

    coupon.refresh_from_db()
    assert (open_of(invoice), coupon.left) == (0, 1_246)
    assert tasks.next_payment(JUNE_DAY) is None
    assert CouponUse.objects.count() == 1


def test_the_coupon_that_ends_first_is_used_first(garden, invoices):
    late, early = made(500), made(500, expires_on=date(2026, 12, 31))
    books.paid(invoices[1], invoices[1].total)
    books.paid(invoices[0], invoices[0].total - 600)

    for code in (*late, *early):
        actions.redeem(garden, code, by=SYSTEM, at=JUNE_DAY)

    left = dict(Coupon.objects.values_list("expires_on", "left"))
    assert left == {LAST_DAY: 0, date(2026, 12, 31): 400}


def test_what_a_card_is_being_charged_for_is_left_to_it(garden, invoices):
    books.paid(invoices[0], invoices[0].total, state="OPEN")
    [code] = made(1_000)

    actions.redeem(garden, code, by=SYSTEM, at=JUNE_DAY)

    assert [open_of(invoice) for invoice in invoices] == [1_754, 754]


@pytest.mark.terms("10-1")
def test_a_coupon_never_pays_a_passport(garden):
    paying.card(garden)
    [code] = made(100_000)
    coupon = actions.redeem(garden, code, by=SYSTEM, at=NOON)

    passport = passports.buy(garden, "2core-4gb", 12, business_use=True, accepted=True, by=SYSTEM, at=NOON)
    tasks.apply_coupons(NOON)

    coupon.refresh_from_db()
    assert coupon.left == 100_000
    assert PaymentAttempt.objects.get(subject_pk=passport.pk).amount == passport.total
    assert Posting.objects.count() == 0


def test_after_its_last_day_a_coupon_pays_nothing(project, garden):
    [code] = made(expires_on=date(2026, 6, 2))
    coupon = actions.redeem(garden, code, by=SYSTEM, at=NOON)
    meters.start(opened(project), "server", "1core-1gb", at=MORNING)
    paying.closed(garden, APRIL)

    tasks.apply_coupons(datetime(2026, 6, 3, tzinfo=JST))
    assert CouponUse.objects.count() == 0
    tasks.apply_coupons(datetime(2026, 6, 2, 23, 59, tzinfo=JST))

    coupon.refresh_from_db()
    assert coupon.left == 0


def test_its_last_day_is_a_deadline_until_it_is_used_up(garden, invoices):
    [big], [small] = made(100_000), made(100)

    kept = actions.redeem(garden, big, by=SYSTEM, at=JUNE_DAY)
    actions.redeem(garden, small, by=SYSTEM, at=JUNE_DAY)

    [ahead] = Deadline.objects.filter(kind="deadline.coupon_end", done_at=None, subject_pk=kept.pk)
    assert ahead.due_at == datetime(2037, 1, 1, tzinfo=JST)


@pytest.mark.parametrize("typed", ["", "123", "0" * 16, "1234 5678 9012 345x", "'; DROP TABLE", "１" * 15])
def test_what_is_no_coupon_is_refused_in_the_same_words(garden, typed):
    made()

    with pytest.raises(Refused) as refusal:
        actions.redeem(garden, typed, by=SYSTEM, at=NOON)

    assert (refusal.value.code, str(refusal.value)) == ("invalid_coupon", actions.unknown())
    assert Coupon.objects.filter(redeemed_at=None).count() == 1


def test_a_code_may_be_typed_with_spaces_dashes_and_full_width_digits(garden):
    [code] = made()
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)

    typed = f" {wide[:4]}-{wide[4:8]} {wide[8:12]}\u3000{wide[12:]}"

    assert actions.redeem(garden, typed, by=SYSTEM, at=NOON).last4 == code[-4:]


def test_a_coupon_is_redeemed_once(garden, elsewhere):
    [code] = made()
    actions.redeem(garden, code, by=SYSTEM, at=NOON)

    for organisation in (garden, elsewhere.organisation):
        with pytest.raises(Refused):
            actions.redeem(organisation, code, by=SYSTEM, at=NOON)

    assert Coupon.objects.get().organisation == garden
    with pytest.raises(DatabaseError), transaction.atomic():
        Coupon.objects.update(organisation=elsewhere.organisation)


def test_a_coupon_that_is_over_can_not_be_redeemed(garden):
    [code] = made(expires_on=date(2026, 4, 1))

    with pytest.raises(Refused):
        actions.redeem(garden, code, by=SYSTEM, at=NOON + timedelta(days=1))

    assert Coupon.objects.get().redeemed_at is None


def test_the_digits_are_kept_nowhere(garden):
    drawn = made(count=50)

    assert len(set(drawn)) == 50
    assert all(len(code) == codes.DIGITS and code.isdigit() for code in drawn)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(c::text, ' ') FROM billing_coupon c")
        kept = cursor.fetchone()[0]
    assert [code for code in drawn if code in kept] == []


def test_a_code_is_known_after_the_key_was_rotated(garden, settings):
    [code] = made()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key " * 5

    assert actions.redeem(garden, code, by=SYSTEM, at=NOON).left == 1_000


@pytest.mark.parametrize(
    "change", [{"count": 0}, {"count": 10_001}, {"amount": 0}, {"amount": -5}, {"expires_on": date(2026, 3, 31)}]
)
def test_batches_that_make_no_sense_are_refused(change):
    values = {"count": 1, "amount": 100, "expires_on": LAST_DAY, **change}

    with pytest.raises(Refused):
        actions.make("Spring", **values, by=SYSTEM, at=NOON)

    assert CouponBatch.objects.count() == Coupon.objects.count() == 0


@pytest.mark.parametrize("left", [-1, 1_001])
def test_the_database_refuses_a_balance_that_can_not_be(garden, left):
    [code] = made()
    actions.redeem(garden, code, by=SYSTEM, at=NOON)

    with pytest.raises(DatabaseError), transaction.atomic():
        Coupon.objects.update(left=left)


def test_ten_codes_an_hour_and_no_more(garden, elsewhere):
    for _n in range(limits.PER_HOUR):
        limits.take(garden, at=NOON)

    with pytest.raises(Refused) as refusal:
        limits.take(garden, at=NOON)
    limits.take(elsewhere.organisation, at=NOON)
    limits.take(garden, at=NOON + timedelta(hours=1))

    assert (refusal.value.status, refusal.value.code) == (429, "too_many_tries")


# -- pages and API -------------------------------------------------------------------------------------------------


def test_a_coupon_is_redeemed_on_its_page(garden, alice_client):
    [code] = made()

    wrong = alice_client.post(reverse("coupon_redeem"), {"code": "1111222233334444"})
    right = alice_client.post(reverse("coupon_redeem"), {"code": code})

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert CouponTries.objects.get().tries == 2
    page = alice_client.get(reverse("coupons")).content.decode()
    assert (code[-4:] in page, code in page, "¥1,000" in page) == (True, False, True)


def test_who_guesses_on_the_page_is_stopped(garden, alice_client):
    [code] = made()
    for _n in range(limits.PER_HOUR):
        alice_client.post(reverse("coupon_redeem"), {"code": "1111222233334444"})

    answer = alice_client.post(reverse("coupon_redeem"), {"code": code})

    assert (answer.status_code, Coupon.objects.get().redeemed_at) == (422, None)


def test_coupons_are_for_those_who_may_see_bills(garden, bob_client):
    assert bob_client.get(reverse("coupons")).status_code == 403
    assert bob_client.post(reverse("coupon_redeem"), {"code": "1"}).status_code == 403


def test_the_list_costs_the_same_for_one_and_for_three(garden, alice_client):
    codes_of = made(count=3)
    actions.redeem(garden, codes_of[0], by=SYSTEM, at=NOON)
    alice_client.get(reverse("coupons"))
    with CaptureQueriesContext(connection) as one:
        alice_client.get(reverse("coupons"))
    for code in codes_of[1:]:
        actions.redeem(garden, code, by=SYSTEM, at=NOON)
    with CaptureQueriesContext(connection) as three:
        alice_client.get(reverse("coupons"))

    assert len(one) == len(three) <= 12


def test_a_key_redeems_and_reads_coupons(garden, project):
    [code] = made()
    key, poor = client_of(project, Level.VIEW, may_bill=True), client_of(project, Level.VIEW)

    assert_refused(poor.post("/api/panel/1.0/coupons", {"Code": code}), 403, "permission_denied")
    assert_refused(key.post("/api/panel/1.0/coupons", {"Code": "1"}), 400, "invalid_coupon")
    answer = key.post("/api/panel/1.0/coupons", {"Code": code})

    assert (answer.status, answer.json["Coupon"]["Left"]) == (201, 1_000)
    at = f"/cloud/zone/is1a/api/system/1.0/coupon/{project.number}"
    coupon = Coupon.objects.get()
    assert key.get(at).json["Coupon"] == [
        {
            "CouponID": str(coupon.number), "MemberID": str(garden.number), "ContractID": 0, "ServiceClassID": 0,
            "Discount": 1_000, "AppliedAt": answer.json["Coupon"]["RedeemedAt"],
            "UntilAt": "2037-01-01T00:00:00+09:00",
        }
    ]  # fmt: skip
    assert_refused(poor.get(at), 403, "permission_denied")
    assert key.get("/cloud/zone/is1a/api/system/1.0/coupon/1").status == 404
