"""Price alerts: looked at every half hour, told once a day while the month stays there, anew on the 1st."""

import json
from datetime import timedelta
from http.server import HTTPServer
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from standardwebhooks import Webhook

from accounts.notices.models import Notice
from billing import meters
from billing.alerts import actions, operations, tasks
from billing.alerts.models import AlertFiring, PriceAlert
from core import secrets
from core.errors import Refused
from core.operations.draining import drain
from core.operations.models import Operation
from tests.billing.world import jst, opened

SWITCH_DAY = 110  # yen without tax
PUBLIC = "https://hooks.example.jp/x"


@pytest.fixture
def switch(project):
    """A switch in use since the 1st of April: ¥110 a day, ¥121 with tax."""
    contract = opened(project, at=jst(1))
    meters.start(contract, "switch", at=jst(1))
    return contract


@pytest.fixture
def alert(garden, alice) -> PriceAlert:
    return actions.add(garden, 242, by=alice, at=jst(1))[0]


def told() -> list[tuple[Any, int]]:
    """The days on which alerts told something, and what."""
    return list(AlertFiring.objects.order_by("day").values_list("day", "total"))


def test_an_alert_tells_when_the_month_has_reached_it_and_once_a_day(switch, alert):
    tasks.fire_alerts(jst(1, 23, 59))
    assert told() == []

    for at in (jst(3), jst(3, 12), jst(3, 23, 59), jst(4)):
        tasks.fire_alerts(at)

    assert told() == [(jst(3).date(), 242), (jst(4).date(), 363)]
    assert Notice.objects.filter(kind="price_alert").count() == 2
    drain(at=jst(4))
    told_by_mail = [one.subject for one in mail.outbox if "今月の" in one.subject]
    assert told_by_mail == [f"今月のご利用料金が¥{yen}に達しました" for yen in (242, 363)]


def test_on_the_1st_it_starts_anew(switch, alert):
    may = jst(1, month=5)
    tasks.fire_alerts(may)
    assert told() == []

    tasks.fire_alerts(may + timedelta(days=2))

    assert told() == [(jst(3, month=5).date(), 242)]


def test_the_schedule_knows_when_it_may_have_to_tell(switch, alert):
    assert tasks.next_alert(jst(3)) == jst(3)
    assert tasks.next_alert(jst(2)) == jst(2, 1)
    tasks.fire_alerts(jst(3))
    assert tasks.next_alert(jst(3, 1)) == jst(4)


def test_without_alerts_nothing_is_ever_due(switch):
    assert tasks.next_alert(jst(3)) is None


def test_a_removed_alert_tells_nothing_and_forgets_its_webhook(garden, alice, switch):
    alert, _secret = actions.add(garden, 242, format="SLACK", url=PUBLIC, by=alice, at=jst(1))

    actions.remove(alert, by=alice, at=jst(2))
    tasks.fire_alerts(jst(5))

    alert.refresh_from_db()
    assert (told(), alert.url, alert.secret) == ([], None, None)
    with pytest.raises(Refused):
        actions.remove(alert, by=alice, at=jst(2))


def test_looking_costs_the_same_queries_for_one_alert_and_for_many(
    garden, alice, switch, django_assert_max_num_queries
):
    for threshold in range(1, 16):
        actions.add(garden, 1_000_000 + threshold, by=alice, at=jst(1))

    with django_assert_max_num_queries(2):
        tasks.fire_alerts(jst(5))


@pytest.mark.parametrize(
    "values, field",
    [
        ({"threshold": 242}, "threshold"),
        ({"threshold": 5, "format": "SLACK", "url": "http://hooks.example.jp/"}, "url"),
        ({"threshold": 5, "format": "SLACK", "url": "javascript:alert(1)"}, "url"),
        ({"threshold": 5, "format": "SLACK", "url": "https://user:pw@hooks.example.jp/"}, "url"),
    ],
)
def test_what_can_not_be_watched_is_refused_at_its_field(garden, alice, alert, values, field):
    with pytest.raises(Refused) as refusal:
        actions.add(garden, **values, by=alice, at=jst(1))

    assert refusal.value.field == field
    assert PriceAlert.objects.get() == alert


def test_the_database_refuses_amounts_that_make_no_sense(garden):
    for threshold in (0, -1, 1_000_000_000):
        with pytest.raises(IntegrityError), transaction.atomic():
            PriceAlert.objects.create(organisation=garden, threshold=threshold, created_at=jst(1))


# -- webhooks -----------------------------------------------------------------------------------------------------


def posting_to(receiver: HTTPServer, garden, alice, format: str) -> tuple[PriceAlert, str]:
    """An alert whose webhook is the receiver; real ones are https, which `add` demands."""
    alert, secret = actions.add(garden, 100, format=format, url=PUBLIC, by=alice, at=jst(1))
    url = secrets.seal(f"http://127.0.0.1:{receiver.server_port}/hook".encode(), alert.binding)
    PriceAlert.objects.filter(pk=alert.pk).update(url=url)
    return alert, secret


def test_a_signed_webhook_is_verified_by_its_receiver(garden, alice, switch, receiver, time_machine):
    time_machine.move_to(jst(2), tick=False)  # the receiver checks that the message is fresh
    _alert, secret = posting_to(receiver, garden, alice, "STANDARD")
    tasks.fire_alerts(jst(2))

    drain(at=jst(2))

    [(headers, body)] = receiver.received
    said = Webhook(secret).verify(body, {name.lower(): value for name, value in headers.items()})
    assert said["type"] == "price_alert.exceeded"
    assert {key: said["data"][key] for key in ("month", "total", "threshold")} == {
        "month": "2026-04", "total": 121, "threshold": 100,
    }  # fmt: skip


@pytest.mark.parametrize("format, key", [("SLACK", "text"), ("DISCORD", "content")])
def test_chats_get_a_sentence(garden, alice, switch, receiver, format, key):
    posting_to(receiver, garden, alice, format)
    tasks.fire_alerts(jst(2))

    drain(at=jst(2))

    [(_headers, body)] = receiver.received
    assert "¥121" in json.loads(body)[key]


def test_a_receiver_in_trouble_is_asked_again_with_the_same_id(garden, alice, switch, receiver):
    posting_to(receiver, garden, alice, "STANDARD")
    receiver.statuses = [503, 429, 200]
    tasks.fire_alerts(jst(2))

    for hour in range(8):
        drain(at=jst(2, hour))

    assert len({headers["webhook-id"] for headers, _body in receiver.received}) == 1
    assert len(receiver.received) == 3
    assert Operation.objects.get(kind="alert.webhook").state == "DONE"


def test_a_receiver_that_is_gone_is_not_asked_again(garden, alice, switch, receiver):
    posting_to(receiver, garden, alice, "SLACK")
    receiver.statuses = [410]
    tasks.fire_alerts(jst(2))

    for hour in range(4):
        drain(at=jst(2, hour))

    assert len(receiver.received) == 1
    assert Operation.objects.get(kind="alert.webhook").state == "FAILED"


def test_a_webhook_into_our_own_network_is_never_called(garden, alice, switch, receiver, settings):
    posting_to(receiver, garden, alice, "SLACK")
    settings.FETCH_ALLOWED_NETWORKS = []
    tasks.fire_alerts(jst(2))

    drain(at=jst(2))

    assert receiver.received == []


def test_the_address_of_a_webhook_is_sealed(garden, alice):
    alert, secret = actions.add(garden, 100, format="STANDARD", url=PUBLIC, by=alice, at=jst(1))

    alert.refresh_from_db()
    assert b"hooks" not in bytes(alert.url)
    assert secret.encode() not in bytes(alert.secret)
    assert operations.message(AlertFiring(alert=alert, day=jst(1).date(), total=5, at=jst(1)))["data"]["total"] == 5


# -- pages --------------------------------------------------------------------------------------------------------


def test_an_alert_is_added_and_removed_on_its_pages(alice_client, garden):
    answer = alice_client.post("/alerts/new", {"threshold": "5000", "format": "", "url": ""})
    assert (answer.status_code, answer["Location"]) == (302, "/alerts")
    assert "¥5,000" in alice_client.get("/alerts").content.decode()

    alice_client.post(f"/alerts/{garden.price_alerts.get().uuid}/remove")

    assert garden.price_alerts.get().removed_at is not None


def test_the_secret_of_a_webhook_is_shown_once(alice_client, garden):
    answer = alice_client.post("/alerts/new", {"threshold": "5000", "format": "STANDARD", "url": PUBLIC})

    assert "whsec_" in answer.content.decode()
    assert "whsec_" not in alice_client.get("/alerts").content.decode()


@pytest.mark.parametrize("threshold", ["0", "-5", "1.5", "1000000000", "９９９９９９９９９９", "", "abc"])
def test_a_threshold_that_is_none_is_refused_at_its_field(alice_client, garden, threshold):
    answer = alice_client.post("/alerts/new", {"threshold": threshold, "format": "", "url": ""})

    assert answer.status_code == 422
    assert not garden.price_alerts.exists()


def test_whoever_may_not_see_bills_sees_no_alerts(bob_client, alert):
    assert bob_client.get("/alerts").status_code == 403
