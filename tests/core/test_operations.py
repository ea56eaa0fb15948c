"""The outbox: order, leases, fencing, retries, giving up."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from core import operations
from core.errors import Refused
from core.ids import FormerNumber
from core.operations import Gone, Pending, Rejected, Retryable, performing
from core.operations.draining import drain
from core.operations.models import Operation
from core.operations.performing import Performer

AT = datetime(2026, 4, 1, 3, tzinfo=UTC)
pytestmark = pytest.mark.django_db


class Outside:
    """What the other side was asked, and what it will answer."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, datetime]] = []
        self.finished: list[str] = []
        self.failed: list[str] = []
        self.answers: list[Exception] = []

    def call(self, operation: Operation, at: datetime) -> str:
        self.calls.append((operation.kind, at))
        if self.answers:
            raise self.answers.pop(0)
        return "done"

    def finish(self, operation: Operation, result: Any, at: datetime) -> None:
        self.finished.append(f"{operation.kind} {result}")

    def fail(self, operation: Operation, text: str, at: datetime) -> None:
        self.failed.append(text)


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> Outside:
    other = Outside()
    performer = Performer(other.call, other.finish, other.fail)
    monkeypatch.setattr(performing, "performers", lambda: {"thing.first": performer, "thing.second": performer})
    return other


@pytest.fixture
def thing() -> FormerNumber:
    """Anything with a primary key."""
    return FormerNumber.objects.create(number=1, kind="x", subject_pk=1, at=AT)


def ask(thing: FormerNumber, kind: str = "thing.first") -> Operation:
    return operations.ask(kind, thing, by="test", at=AT)


def test_operations_of_one_subject_are_performed_in_the_order_they_were_asked(
    outside: Outside, thing: FormerNumber
) -> None:
    ask(thing)
    ask(thing, "thing.second")
    outside.answers = [Pending(5)]

    assert performing.perform_due(at=AT) == 1
    assert performing.perform_due(at=AT) == 0
    drain(at=AT)

    assert [kind for kind, _at in outside.calls] == ["thing.first", "thing.first", "thing.second"]
    assert outside.finished == ["thing.first done", "thing.second done"]


def test_pending_is_no_attempt_and_is_looked_at_again_in_time(outside: Outside, thing: FormerNumber) -> None:
    operation = ask(thing)
    outside.answers = [Pending(5)]

    performing.perform_due(at=AT)

    operation.refresh_from_db()
    assert (operation.state, operation.attempts, operation.next_at) == ("WAITING", 0, AT + timedelta(seconds=5))


def test_trouble_is_retried_with_growing_pauses_until_it_gives_up(outside: Outside, thing: FormerNumber) -> None:
    operation = ask(thing)
    outside.answers = [Retryable("away")] * performing.MAX_ATTEMPTS

    drain(at=AT)

    operation.refresh_from_db()
    assert (operation.state, operation.attempts, operation.error) == ("FAILED", performing.MAX_ATTEMPTS, "away")
    assert outside.failed == ["away"]
    gaps = [later - earlier for (_k, earlier), (_l, later) in zip(outside.calls, outside.calls[1:], strict=False)]
    assert gaps == sorted(gaps)


@pytest.mark.parametrize("error", [Rejected("never"), Gone("unknown")])
def test_a_final_answer_is_not_retried(outside: Outside, thing: FormerNumber, error: Exception) -> None:
    operation = ask(thing)
    outside.answers = [error]

    drain(at=AT)

    operation.refresh_from_db()
    assert (operation.state, len(outside.calls), outside.failed) == ("FAILED", 1, [str(error)])


def test_an_unknown_outcome_is_retried_and_says_nothing_secret(outside: Outside, thing: FormerNumber) -> None:
    operation = ask(thing)
    outside.answers = [ValueError("password=hunter2")]

    performing.perform_due(at=AT)

    operation.refresh_from_db()
    assert operation.state == "WAITING"
    assert "hunter2" not in operation.error


def test_a_worker_whose_lease_ran_out_can_no_longer_finish(outside: Outside, thing: FormerNumber) -> None:
    ask(thing)
    (slow,) = performing.claim(at=AT)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_operation SET lease_until = clock_timestamp() - interval '1 second'")
    (quick,) = performing.claim(at=AT)

    performing.perform(quick, at=AT)
    performing.perform(slow, at=AT)

    assert quick.uuid == slow.uuid
    assert outside.finished == ["thing.first done"]


def test_a_claimed_operation_is_not_claimed_again_within_its_lease(outside: Outside, thing: FormerNumber) -> None:
    ask(thing)

    assert len(performing.claim(at=AT)) == 1
    assert performing.claim(at=AT) == []
    assert performing.due(AT) is False


def test_a_refused_result_changes_nothing_and_is_done(
    outside: Outside, thing: FormerNumber, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = ask(thing)

    def too_late(*_: Any) -> None:
        FormerNumber.objects.create(number=2, kind="x", subject_pk=1, at=AT)
        raise Refused("It was deleted meanwhile.")

    monkeypatch.setattr(outside, "finish", too_late)
    monkeypatch.setattr(performing, "performers", lambda: {"thing.first": Performer(outside.call, too_late)})
    drain(at=AT)

    operation.refresh_from_db()
    assert operation.state == "DONE"
    assert "superseded" in operation.error
    assert not FormerNumber.objects.filter(number=2).exists()


def test_only_a_failed_operation_is_tried_again_with_the_same_key(outside: Outside, thing: FormerNumber) -> None:
    operation = ask(thing)
    with pytest.raises(Refused):
        operations.retry(operation, at=AT)
    outside.answers = [Rejected("no")]
    drain(at=AT)

    operations.retry(operation, at=AT)
    drain(at=AT)

    again = Operation.objects.get()
    assert (again.state, again.uuid) == ("DONE", operation.uuid)


def test_a_superseded_operation_no_longer_counts_even_when_a_worker_has_it(
    outside: Outside, thing: FormerNumber
) -> None:
    ask(thing)
    (held,) = performing.claim(at=AT)

    operations.supersede("thing.first", thing, at=AT)
    performing.perform(held, at=AT)

    assert outside.finished == []
    assert Operation.objects.get().error == "superseded"
