"""What staff do in the admin: confirm and refuse, add prices, set quotas."""

from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from billing import contracts, meters
from billing.contracts import Contract, Quota
from billing.prices.models import Price
from core.calendar import Month
from tests.billing.world import SERVER, opened
from tests.cast import browser

pytestmark = pytest.mark.usefixtures("db")
PAGES = [
    "contract", "quota", "standing", "item", "price", "taxrate", "billingrun", "invoice", "issuer", "card", "cardsetup",
    "adjustment", "overcharge",
    "document",
    "receipt", "creditnote", "bundle",
]  # fmt: skip


@pytest.fixture
def staff_client(staff_user) -> Client:
    """A browser of staff, who have a second factor."""
    Authenticator.objects.create(user=staff_user, type=Authenticator.Type.TOTP, data={})
    return browser(staff_user)


def act(client: Client, model: str, action: str, pk: object, **values: object) -> None:
    """Choose an action for a row, and confirm it when it asks."""
    form = {"action": action, "_selected_action": str(pk), **({"confirmed": "1", **values} if values else {})}
    client.post(reverse(f"admin:billing_{model}_changelist"), form, follow=True)


@pytest.mark.parametrize("model", PAGES)
def test_every_table_can_be_looked_at(staff_client, project, model):
    meters.start(opened(project, at=Month(2026, 4).start), "switch", at=Month(2026, 4).start)

    assert staff_client.get(reverse(f"admin:billing_{model}_changelist")).status_code == 200


@pytest.mark.parametrize("model", ["contract", "price", "invoice", "billingrun", "card"])
def test_rows_are_not_made_or_deleted_by_hand(staff_client, model):
    assert staff_client.get(reverse(f"admin:billing_{model}_add")).status_code == 403


@pytest.mark.terms("3-2")
def test_the_provisional_queue_confirms_and_refuses_with_a_reason(staff_client, project):
    good, bad = opened(project), opened(project)

    act(staff_client, "contract", "confirm", good.pk)
    act(staff_client, "contract", "refuse", bad.pk, reason="Not possible in this zone")

    states = dict(Contract.objects.values_list("pk", "state"))
    assert states == {good.pk: "ACTIVE", bad.pk: "REFUSED"}
    assert Contract.objects.get(pk=bad.pk).reason == "Not possible in this zone"


def test_ending_a_contract_asks_twice(staff_client, project):
    contract = opened(project)

    act(staff_client, "contract", "end", contract.pk, reason="Measure 1")
    assert Contract.objects.get().state == "PROVISIONAL"
    act(staff_client, "contract", "end", contract.pk, reason="Measure 1", sure="on")

    assert Contract.objects.get().state == "ENDED"


def test_staff_add_a_future_price_but_never_a_past_one(staff_client):
    price = Price.objects.get(item="switch")
    amounts = {"hourly": "12", "daily": "120", "monthly": "2400", "unit": "0", "included": "0"}

    act(staff_client, "price", "revise", price.pk, since="2020-01-01", **amounts)
    assert Price.objects.filter(item="switch").count() == 1
    act(staff_client, "price", "revise", price.pk, since="2099-01-01", **amounts)

    assert Price.objects.get(item="switch", valid__contains=date(2099, 6, 1)).monthly == 2400
    act(staff_client, "price", "withdraw", Price.objects.latest("pk").pk)
    assert Price.objects.get(item="switch", valid__contains=date(2099, 6, 1)) == price


def test_staff_set_a_quota_and_set_it_again(staff_client, project):
    form = {"service": SERVER.code, "project": project.pk, "limit": 5}
    staff_client.post(reverse("admin:billing_quota_add"), form)
    assert contracts.quota_of(SERVER, project) == 5

    act(staff_client, "quota", "set_limit", Quota.objects.get().pk, limit=7)

    assert contracts.quota_of(SERVER, project) == 7


def test_customers_have_no_way_in(alice_client):
    assert alice_client.get(reverse("admin:billing_contract_changelist")).status_code in (302, 403)
