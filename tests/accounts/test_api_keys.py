"""API keys: made with a secret that is shown once, checked in one query, revoked, limited to ten requests a second."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from time import monotonic

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.access import Actor, Level, holder
from accounts.api_keys import actions as api_keys
from accounts.api_keys import limits
from accounts.models import ApiKey, AuditEvent, Organisation, Project
from core.cache import BREAKER
from core.calendar import jst_date
from core.errors import Forbidden, Refused
from tests import make

SURE = {"nonce": ""}


@pytest.fixture
def counting(settings: Settings) -> Iterator[None]:
    """A fresh connection to the broker, and a breaker that is closed."""
    limits.client.cache_clear()
    BREAKER.close()
    yield
    limits.client.cache_clear()
    BREAKER.close()


def test_the_secret_is_shown_once_and_kept_as_a_hash(alice_client: Client, project: Project) -> None:
    answer = alice_client.post(reverse("api_key_new"), {"name": "terraform", "level": int(Level.CREATE)})

    key, secret = ApiKey.objects.get(), answer.context["secret"]
    assert secret in answer.content.decode()
    assert len(secret) == 64
    assert bytes(key.secret_hash) == api_keys.hash_of(secret)
    assert secret not in alice_client.get(reverse("api_keys")).content.decode()


def test_a_double_click_makes_one_key(alice_client: Client, project: Project) -> None:
    form = {"name": "x", "level": int(Level.VIEW), "nonce": "7b1c1f6e-7f46-4f65-9f5a-0d7f5c3f6b12"}

    alice_client.post(reverse("api_key_new"), form)
    again = alice_client.post(reverse("api_key_new"), form)

    assert again.headers["Location"] == reverse("api_keys")
    assert ApiKey.objects.count() == 1


def test_a_key_proves_itself_in_one_query_on_its_second_use_of_a_day(
    project: Project, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    key, secret = make.api_key(project)
    api_keys.authenticate(str(key.token), secret, make.NOON)

    with django_assert_num_queries(1):
        found = api_keys.authenticate(str(key.token), secret, make.EVENING)
        assert found is not None
        actor = holder(found)

    assert (actor.level_in(project.pk), actor.label) == (Level.CREATE, key.name)
    assert found.last_used_on == jst_date(make.NOON)


@pytest.mark.parametrize("token, secret", [
    ("", ""), ("nonsense", "x"), ("7b1c1f6e-7f46-4f65-9f5a-0d7f5c3f6b12", "x"), ("\ud800", "\ud800"),
])  # fmt: skip
def test_unknown_tokens_prove_nothing(db: None, token: str, secret: str) -> None:
    assert api_keys.authenticate(token, secret, make.NOON) is None


def test_a_wrong_secret_proves_nothing_and_leaves_no_trace_of_use(project: Project) -> None:
    key, secret = make.api_key(project)

    assert api_keys.authenticate(str(key.token), secret[:-1], make.NOON) is None
    key.refresh_from_db()
    assert key.last_used_on is None


def test_a_revoked_key_proves_nothing(alice_client: Client, project: Project) -> None:
    key, secret = make.api_key(project)

    answer = alice_client.post(reverse("api_key_revoke", args=[key.token]), SURE)

    assert answer.headers["Location"] == reverse("api_keys")
    assert api_keys.authenticate(str(key.token), secret, make.NOON) is None
    assert AuditEvent.objects.get(verb="api_key.revoked").project == project


def test_revoking_twice_is_refused(alice: Actor, project: Project) -> None:
    key, _secret = make.api_key(project)
    api_keys.revoke(key, by=alice, at=make.NOON)

    with pytest.raises(Refused):
        api_keys.revoke(key, by=alice, at=make.EVENING)

    key.refresh_from_db()
    assert key.revoked_at == make.NOON


def test_keys_of_a_closed_organisation_prove_nothing(garden: Organisation, project: Project) -> None:
    key, secret = make.api_key(project)
    garden.move("close", at=make.NOON)

    assert api_keys.authenticate(str(key.token), secret, make.EVENING) is None


@pytest.mark.parametrize("order", [
    {"level": Level.POWER}, {"level": Level.VIEW, "may_bill": True}, {"level": Level.VIEW, "may_eventlog": True},
])  # fmt: skip
def test_a_key_is_never_allowed_more_than_its_maker(bob: Actor, project: Project, order: dict[str, Level]) -> None:
    with pytest.raises(Forbidden):
        api_keys.create(project, name="x", **order, by=bob, at=make.NOON)  # type: ignore[arg-type]

    assert not ApiKey.objects.exists()


def test_the_form_offers_only_what_the_maker_may_give(bob_client: Client, project: Project) -> None:
    answer = bob_client.post(reverse("api_key_new"), {"name": "x", "level": int(Level.CREATE), "may_bill": "on"})

    assert list(answer.context["form"].errors) == ["level"]
    assert not ApiKey.objects.exists()


def test_a_viewer_revokes_their_own_key_but_nobody_elses(bob: Actor, bob_client: Client, project: Project) -> None:
    own, _secret = api_keys.create(project, name="mine", level=Level.VIEW, by=bob, at=make.NOON)
    other, _secret = make.api_key(project)

    assert bob_client.post(reverse("api_key_revoke", args=[own.token]), SURE).status_code == 302
    assert bob_client.post(reverse("api_key_revoke", args=[other.token]), SURE).status_code == 403
    assert set(ApiKey.objects.filter(revoked_at=None)) == {other}


def test_a_strangers_key_is_not_found(charlie_client: Client, project: Project) -> None:
    key, _secret = make.api_key(project)

    assert charlie_client.post(reverse("api_key_revoke", args=[key.token]), SURE).status_code == 404
    key.refresh_from_db()
    assert key.revoked_at is None


def test_the_command_prints_token_and_secret_of_a_key_that_works(project: Project) -> None:
    out = StringIO()

    call_command("api_key", str(project.number), "--level", "create", stdout=out)

    printed = dict(line.split("=", 1) for line in out.getvalue().splitlines())
    key = api_keys.authenticate(printed["token"], printed["secret"], make.NOON)
    assert key is not None
    assert (key.level, key.project) == (Level.CREATE, project)


def test_the_command_says_when_there_is_no_such_project(db: None) -> None:
    with pytest.raises(CommandError, match="no open project 1"):
        call_command("api_key", "1")


# -- ten requests a second ---------------------------------------------------------------------------------------------
def test_the_eleventh_request_of_a_second_is_too_many(project: Project, counting: None) -> None:
    key, other = make.api_key(project)[0], make.api_key(project)[0]

    answers = [limits.exceeded(key, make.NOON) for _ in range(11)]

    assert answers == [False] * 10 + [True]
    assert not limits.exceeded(key, make.NOON + timedelta(seconds=1))
    assert not limits.exceeded(other, make.NOON)


def test_a_hung_broker_delays_one_request_by_less_than_a_second_and_limits_nobody(
    project: Project, settings: Settings, counting: None
) -> None:
    key = make.api_key(project)[0]
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.REDIS_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        start = monotonic()
        answers = [limits.exceeded(key, make.NOON) for _ in range(50)]
        took = monotonic() - start

    assert answers == [False] * 50
    assert took < 1
