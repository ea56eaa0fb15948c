"""The tools that tests with threads, processes and browsers stand on."""

import http.client
import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from django.db import connection

from core.operations.models import Operation
from tests import databases
from tests.databases import Database
from tests.live import Panel

NOW = datetime.now(UTC)


def asked(**facts: object) -> Operation:
    """An operation of a kind that no performer knows: it fails as soon as a worker sees it."""
    row = {"kind": "nobody.knows", "subject_kind": "nothing", "subject_pk": 1, "created_at": NOW, "next_at": NOW}
    return Operation.objects.create(**row | facts)


def test_a_clone_is_migrated_and_empty_and_keeps_what_is_committed(cloned_db: Database):
    before = Operation.objects.count()

    asked()

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        assert (before, Operation.objects.count(), cursor.fetchone()) == (0, 1, (cloned_db.name,))


def test_a_clone_is_gone_afterwards(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        with databases.clone() as database:
            asked()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database.name])
            assert cursor.fetchall() == []
        connection.close()


def test_a_clone_beside_another_is_pristine_too(cloned_db: Database):
    asked()

    with databases.clone() as inner:
        assert (inner.name != cloned_db.name, Operation.objects.count()) == (True, 0)

    assert Operation.objects.count() == 1


def test_a_clone_inside_a_transaction_is_refused(db):
    with pytest.raises(AssertionError, match="clones"), databases.clone():
        pass


def test_a_live_panel_answers_and_its_worker_works(live_panel: Panel):
    address = urlsplit(live_panel.url)
    wire = http.client.HTTPConnection(address.netloc, timeout=10)
    wire.request("GET", "/healthz")
    answer = wire.getresponse().read()
    wire.close()

    operation = asked()

    deadline = time.monotonic() + 30
    while operation.state in ("WAITING", "RUNNING") and time.monotonic() < deadline:
        time.sleep(0.05)
        operation.refresh_from_db()
    assert (answer, operation.state) == (b"ok\n", "FAILED")
