"""Who issues papers: the number's check digit, from which day, and what stands on the papers."""

from datetime import date, datetime
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from accounts.access import SYSTEM
from billing.invoices import issuers
from billing.invoices.models import Issuer
from core.calendar import JST
from core.errors import Refused
from tests.cast import browser

pytestmark = pytest.mark.usefixtures("db")
AT = datetime(2026, 5, 5, 9, tzinfo=JST)
WHO: dict[str, Any] = {
    "since": date(2026, 6, 1), "name": "新縁側株式会社", "registration_number": "T7000012050002",
    "postal_code": "100-0001", "address": "東京都千代田区", "contact": "billing@example.jp",
}  # fmt: skip


def test_an_issuer_begins_on_its_day_and_not_before():
    issuers.add(**WHO, by=SYSTEM, at=AT)

    assert [issuers.on(day).name for day in (date(2026, 5, 31), date(2026, 6, 1))] == [
        "株式会社縁側クラウド", "新縁側株式会社",
    ]  # fmt: skip


@pytest.mark.parametrize("typed", ["t7000012050002", "Ｔ７００００１２０５０００２", "T 7000-0120-50002"])
def test_the_number_is_read_as_people_type_it(typed):
    assert issuers.registered(typed) == "T7000012050002"


@pytest.mark.parametrize(
    ("change", "field", "why"),
    [
        ({"registration_number": "T7000012050003"}, "registration_number", "検査"),
        ({"registration_number": "7000012050002"}, "registration_number", "T"),
        ({"registration_number": "T700001205000"}, "registration_number", "13"),
        ({"since": date(2026, 5, 5)}, "since", "翌日|明日"),
    ],
)
def test_bad_input_is_refused_at_its_field_and_nothing_is_set(change, field, why):
    with pytest.raises(Refused) as refused:
        issuers.add(**WHO | change, by=SYSTEM, at=AT)

    assert (refused.value.field, Issuer.objects.count()) == (field, 1)


def test_two_cannot_begin_on_one_day_and_one_that_has_not_begun_can_be_withdrawn():
    issuer = issuers.add(**WHO, by=SYSTEM, at=AT)
    with pytest.raises(Refused) as refused:
        issuers.add(**WHO, by=SYSTEM, at=AT)
    assert refused.value.field == "since"
    with pytest.raises(Refused):
        issuers.withdraw(issuers.on(AT), by=SYSTEM, at=AT)

    issuers.withdraw(issuer, by=SYSTEM, at=AT)

    assert issuers.on(date(2026, 6, 1)).name == "株式会社縁側クラウド"


def test_staff_set_it_in_a_form_that_says_what_is_wrong(staff_user):
    Authenticator.objects.create(user=staff_user, type=Authenticator.Type.TOTP, data={})
    client, url = browser(staff_user), reverse("admin:billing_issuer_add")
    form = {**WHO, "since": "2099-06-01"}

    wrong = client.post(url, {**form, "registration_number": "T7000012050003"})
    assert "検査" in wrong.text or "チェック" in wrong.text
    assert Issuer.objects.count() == 1
    answer = client.post(url, form)

    assert (answer.status_code, Issuer.objects.latest("since").registration_number) == (302, "T7000012050002")
