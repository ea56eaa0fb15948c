"""What staff do for passports, the quality guarantee and coupons in the admin."""

import csv
from datetime import date, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from accounts.access import SYSTEM
from billing import meters
from billing.coupons import actions as coupons
from billing.coupons.models import Coupon
from billing.credit_notes.models import CreditNote
from billing.credits import actions, outages
from billing.credits.models import SlaClaim, SlaGrade
from billing.credits.outages import Fact
from billing.passports.models import PassportOffer
from core.calendar import JST, Month
from tests.billing import paying
from tests.billing.world import opened
from tests.cast import browser
from tests.make import MORNING, NOON

pytestmark = pytest.mark.usefixtures("db")
APRIL = Month(2026, 4)
MAY_DAY = datetime(2026, 5, 12, 10, tzinfo=JST)
READ = ["passport", "passportoffer", "slaclaim", "slagrade", "outage", "coupon", "couponbatch"]


@pytest.fixture
def staff_client(staff_user) -> Client:
    """A browser of staff, who have a second factor."""
    Authenticator.objects.create(user=staff_user, type=Authenticator.Type.TOTP, data={})
    return browser(staff_user)


def act(client, model, action, pk, *, app="billing", **values):
    """Choose an action for a row, and confirm it when it asks."""
    form = {"action": action, "_selected_action": str(pk), **({"confirmed": "1", **values} if values else {})}
    return client.post(reverse(f"admin:{app}_{model}_changelist"), form, follow=True)


@pytest.fixture
def claim(project, garden, alice):
    """A claim for April, with 30 minutes recorded and 1,595 yen charged."""
    contract = opened(project)
    meters.start(contract, "server", "1core-1gb", at=MORNING)
    start = datetime(2026, 4, 10, tzinfo=JST)
    outages.record(contract, [Fact(contract, "FAULT", start, start + timedelta(minutes=30))])
    paying.closed(garden, APRIL)
    return actions.claim(contract, APRIL, body="Down.", by=alice, at=MAY_DAY)


@pytest.mark.parametrize("model", READ)
def test_every_table_can_be_looked_at(staff_client, claim, model):
    coupons.make("Spring", count=1, amount=1, expires_on=date(2036, 1, 1), by=SYSTEM, at=NOON)

    assert staff_client.get(reverse(f"admin:billing_{model}_changelist")).status_code == 200


@pytest.mark.parametrize("model", [name for name in READ if name != "couponbatch"])
def test_rows_are_not_made_by_hand(staff_client, model):
    assert staff_client.get(reverse(f"admin:billing_{model}_add")).status_code == 403


@pytest.mark.terms("9-1")
def test_a_claim_is_approved_with_what_was_proven(staff_client, claim):
    proven = {"proven_from": "2026-04-20 00:00", "proven_until": "2026-04-20 08:00"}

    act(staff_client, "slaclaim", "approve", claim.pk, **proven)

    claim.refresh_from_db()
    assert (claim.state, claim.outage_seconds) == ("APPROVED", 510 * 60)
    assert CreditNote.objects.get().subtotal == 478


def test_a_proven_outage_that_ends_before_it_begins_is_asked_again(staff_client, claim):
    proven = {"proven_from": "2026-04-20 08:00", "proven_until": "2026-04-20 00:00"}

    answer = act(staff_client, "slaclaim", "approve", claim.pk, **proven)

    assert answer.status_code == 200
    assert SlaClaim.objects.get().state == "OPEN"


def test_a_claim_is_rejected_with_a_reason(staff_client, claim):
    act(staff_client, "slaclaim", "reject", claim.pk, reason="It ran.")

    assert (claim.refreshed().state, claim.reason) == ("REJECTED", "It ran.")


def test_the_table_of_credits_and_the_offers_change_from_a_coming_day(staff_client):
    grade, offer = SlaGrade.objects.get(credit=1), PassportOffer.objects.get(months=36)

    act(staff_client, "slagrade", "replace", grade.pk, since="2101-01-01", below="0.9", credit="1")
    act(staff_client, "passportoffer", "revise", offer.pk, since="2101-01-01", rate="0.4", factor="9")
    act(staff_client, "passportoffer", "withdraw", PassportOffer.objects.get(months=12).pk, since="2101-01-01")

    grade.refresh_from_db()
    assert (grade.valid.upper, SlaGrade.objects.count()) == (date(2101, 1, 1), 4)
    offers = PassportOffer.objects.filter(valid__contains=date(2101, 1, 1)).order_by("months")
    assert [(one.months, str(one.factor)) for one in offers] == [(24, "4.800"), (36, "9.000")]


def test_a_batch_answers_with_its_codes_once(staff_client):
    form = {"title": "Spring", "count": 3, "amount": 500, "expires_on": "2100-12-31"}

    asked = staff_client.get(reverse("admin:billing_couponbatch_add"))
    wrong = staff_client.post(reverse("admin:billing_couponbatch_add"), {**form, "expires_on": "2020-01-01"})
    assert (asked.status_code, wrong.status_code, Coupon.objects.count()) == (200, 200, 0)
    answer = staff_client.post(reverse("admin:billing_couponbatch_add"), form)

    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    head, *rows = csv.reader(text.splitlines())
    assert (head, len(rows), Coupon.objects.count()) == (["code"], 3, 3)
    assert {row[0][-4:] for row in rows} == set(Coupon.objects.values_list("last4", flat=True))


def test_a_batch_is_made_by_staff_with_the_right_to(client, staff_user, alice_client):
    assert alice_client.get(reverse("admin:billing_couponbatch_add")).status_code == 302
    staff_user.is_superuser = False
    staff_user.save(update_fields=["is_superuser"])
    Authenticator.objects.create(user=staff_user, type=Authenticator.Type.TOTP, data={})

    assert browser(staff_user).get(reverse("admin:billing_couponbatch_add")).status_code == 403
