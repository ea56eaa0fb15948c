"""Webhooks of an organisation: told what its people are told, once and signed; secret to outsiders."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from standardwebhooks import Webhook

from accounts import notices
from accounts.access import Actor
from accounts.audit.models import AuditEvent
from accounts.notices import Topic, hooks
from accounts.notices.models import HookDelivery, NoticeHook
from accounts.organisations.models import Organisation
from accounts.projects.models import Project
from accounts.users.models import User
from core import secrets
from core.errors import Refused
from core.operations.draining import drain
from tests.billing.world import jst

PUBLIC = "https://hooks.example.jp/engawa?key=secret"
ALL = [topic.value for topic in hooks.TOPICS]


def added(garden: Organisation, alice: Actor, to: Any = None, topics: Any = ALL) -> tuple[NoticeHook, str]:
    """A webhook; `to`: posts go to the receiver (real ones are https, which `add` demands)."""
    hook, secret = hooks.add(garden, url=PUBLIC, topics=topics, by=alice, at=jst(1))
    if to:
        url = secrets.seal(f"http://127.0.0.1:{to.server_port}/hook".encode(), hook.binding)
        NoticeHook.objects.filter(pk=hook.pk).update(url=url)
    return hook, secret


def tell(project: Project, occasion: str = "1", topic: Topic = Topic.SERVICE) -> None:
    notices.send(
        "case.answered" if topic == Topic.SUPPORT else "network.ordered", project, to=project, occasion=occasion,
        topic=topic, act_url="/servers/", at=jst(2), price=None, what="switch",
    )  # fmt: skip


def test_what_people_are_told_is_posted_once_and_verified_by_its_receiver(
    garden: Organisation, project: Project, alice: Actor, receiver: Any, time_machine: Any, settings: Any
) -> None:  # fmt: skip
    time_machine.move_to(jst(2), tick=False)
    hook, secret = added(garden, alice, receiver)
    for _twice in range(2):
        tell(project)

    drain(at=jst(2))

    [(headers, body)] = receiver.received
    said = Webhook(secret).verify(body, {name.lower(): value for name, value in headers.items()})
    assert (said["type"], said["data"]["act_url"]) == ("network.ordered", f"{settings.BASE_URL}/servers/")
    assert said["data"]["title"] == said["data"]["text"].partition("\n")[0]
    delivery = hook.deliveries.get()
    assert (delivery.state, delivery.title) == ("DELIVERED", said["data"]["title"])


def test_only_what_was_chosen_is_posted_and_nothing_of_another_organisation_or_person(
    garden: Organisation, project: Project, elsewhere: Project, alice: Actor, alice_user: User
) -> None:
    added(garden, alice, topics=["MONEY"])
    tell(project)
    tell(elsewhere, topic=Topic.SERVICE)
    notices.send(
        "network.ordered", project, to=alice_user, occasion="2", topic=Topic.MONEY, at=jst(2), price=None, what=""
    )

    assert not HookDelivery.objects.exists()


def test_a_receiver_in_trouble_is_asked_again_and_one_that_says_no_is_not(
    garden: Organisation, project: Project, alice: Actor, receiver: Any
) -> None:  # fmt: skip
    added(garden, alice, receiver)
    receiver.statuses = [503, 200, 410]
    tell(project)
    for hour in range(4):
        drain(at=jst(2, hour))
    tell(project, "2")
    for hour in range(4, 8):
        drain(at=jst(2, hour))

    found = list(HookDelivery.objects.order_by("pk").values_list("state", "error"))
    assert found == [("DELIVERED", ""), ("FAILED", "HTTP 410")]
    assert len(receiver.received) == 3


@pytest.mark.parametrize(
    "url", ["", "x", "http://hooks.example.jp/", "https://user:pw@hooks.example.jp/", "ftp://hooks.example.jp/"]
)
def test_an_address_that_cant_be_is_refused(garden: Organisation, alice: Actor, url: str) -> None:
    with pytest.raises(Refused) as refusal:
        hooks.add(garden, url=url, topics=ALL, by=alice, at=jst(1))

    assert (refusal.value.field, NoticeHook.objects.count()) == ("url", 0)


@pytest.mark.parametrize("topics", [[], ["SECURITY"], ["x"]])
def test_topics_that_cant_be_are_refused(garden: Organisation, alice: Actor, topics: list[str]) -> None:
    with pytest.raises(Refused) as refusal:
        hooks.add(garden, url=PUBLIC, topics=topics, by=alice, at=jst(1))

    assert refusal.value.field == "topics"


def test_there_is_a_limit(garden: Organisation, alice: Actor) -> None:
    for _each in range(hooks.MOST):
        added(garden, alice)
    with pytest.raises(Refused):
        added(garden, alice)


def test_an_owner_adds_tries_and_removes_one_and_its_secret_is_shown_once(
    garden: Organisation, alice_client: Client, receiver: Any
) -> None:  # fmt: skip
    made = alice_client.post("/webhooks/new", {"url": PUBLIC, "topics": ALL})
    hook = garden.notice_hooks.get()
    assert "whsec_" in made.content.decode()
    for url in ("/webhooks", hook.get_absolute_url()):
        page = alice_client.get(url).content.decode()
        assert ("hooks.example.jp" in page, "whsec_" in page, "key=secret" in page) == (True, False, False)
    assert b"hooks" not in bytes(hook.url)
    NoticeHook.objects.update(
        url=secrets.seal(f"http://127.0.0.1:{receiver.server_port}/hook".encode(), hook.binding)
    )  # fmt: skip

    assert alice_client.post(f"{hook.get_absolute_url()}test").status_code == 302
    drain(at=datetime.now(UTC))
    assert (len(receiver.received), hook.deliveries.get().state) == (1, "DELIVERED")
    assert alice_client.get(f"{hook.get_absolute_url()}remove").status_code == 200
    assert alice_client.post(f"{hook.get_absolute_url()}remove", {"sure": "1"}).status_code == 302
    hook.refresh_from_db()
    assert (hook.url, hook.secret) == (None, None)
    assert alice_client.get(hook.get_absolute_url()).status_code == 404
    assert set(AuditEvent.objects.filter(verb__startswith="webhook.").values_list("verb", flat=True)) == {
        "webhook.added", "webhook.removed",
    }  # fmt: skip


def test_members_who_own_nothing_and_strangers_find_none(
    garden: Organisation, alice: Actor, bob_client: Client, charlie_client: Client
) -> None:
    hook, _secret = added(garden, alice)

    assert bob_client.get("/webhooks").status_code == 403
    assert bob_client.post(f"{hook.get_absolute_url()}remove").status_code == 403
    for path in ("", "test", "remove"):
        answer = (
            charlie_client.post(f"{hook.get_absolute_url()}{path}")
            if path
            else charlie_client.get(hook.get_absolute_url())
        )
        assert answer.status_code == 404
    hook.refresh_from_db()
    assert (hook.removed_at, hook.deliveries.count()) == (None, 0)
