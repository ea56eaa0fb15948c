"""The due run: each step once, on its day, however often or late the schedule comes."""

from datetime import date, datetime, timedelta

import pytest
from django.db.models import Q

from accounts.notices.models import Notice
from billing import meters
from billing.dues import rules, tasks
from billing.dues.models import DueStep, Means
from billing.invoices.closing import close
from billing.invoices.models import Invoice
from billing.payments.models import PaymentAttempt
from billing.postings import queries
from core.calendar import jst_date
from core.operations.draining import drain
from tests.billing.test_attempts import carded, charges
from tests.billing.test_closing import APRIL, GRACE_OVER, jst, used
from tests.billing.world import HYBRID, opened

__all__ = ["used"]
pytestmark = pytest.mark.usefixtures("db")
MONEY = Q(kind__in=["invoice_overdue", "payment_declined", "payment_needs_card"])


@pytest.fixture
def invoice(garden, used) -> Invoice:
    """4,512 yen, due on 10 May."""
    close(APRIL, at=GRACE_OVER)
    return Invoice.objects.get()


def run(*days: int, month: int = 5) -> None:
    """The schedule on some days, workers performing what it asks; twice, since two schedules are harmless."""
    for day in days:
        at = jst(day, 9, month=month)
        tasks.run_dues(at)
        tasks.run_dues(at)
        drain(at=at)


def steps() -> list[tuple[int, str]]:
    return list(DueStep.objects.order_by("pk").values_list("day", "outcome"))


def told() -> list[tuple[str, str]]:
    return list(Notice.objects.filter(MONEY).order_by("pk").values_list("kind", "occasion"))


@pytest.mark.terms("4-1", "4-2")
def test_an_invoice_is_charged_on_the_fifth_and_then_left_alone(invoice, garden):
    carded(garden)

    run(*range(1, 32))

    assert steps() == [(-5, "CHARGED")]
    assert charges() == [("CAPTURED", 4512)]
    assert PaymentAttempt.objects.get().asked_at == jst(5, 9, month=5)
    assert (queries.owed_by(garden), told()) == (0, [])


@pytest.mark.terms("4-1")
def test_a_declined_card_is_retried_then_reminded_of_then_proposed_to_staff(invoice, garden):
    carded(garden, "no-funds")

    run(*range(1, 32))

    charged = [(day, "CHARGED") for day in (-5, -4, -2, 0)]
    assert steps() == [*charged, (1, "TOLD"), (5, "TOLD"), (10, "TOLD"), (15, "PROPOSED")]
    assert charges() == [("DECLINED", 0)] * 4
    assert told() == [
        *(("payment_declined", str(n)) for n in (1, 2, 3, 4)),
        *(("invoice_overdue", day) for day in ("1", "5", "10")),
    ]
    assert queries.owed_by(garden) == 4512


def test_another_card_pays_at_the_next_try(invoice, garden):
    carded(garden, "no-funds")
    run(5)
    carded(garden)

    run(*range(6, 32))

    assert sorted(charges()) == [("CAPTURED", 4512), ("DECLINED", 0)]
    assert queries.owed_by(garden) == 0


def test_without_a_card_the_customer_is_asked_for_one(invoice):
    run(5)

    assert (steps(), told()) == ([(-5, "NO_CARD")], [("payment_needs_card", "-5")])
    assert not PaymentAttempt.objects.exists()


@pytest.mark.terms("4-2")
def test_who_pays_by_bank_transfer_is_never_charged(invoice, garden):
    carded(garden)
    Means.objects.create(organisation=garden, kind="BANK", reason="agreed", agreed_at=GRACE_OVER)

    run(5)

    assert (steps(), charges()) == ([(-5, "BANK")], [])


def test_a_schedule_that_slept_charges_before_it_reminds(invoice, garden):
    carded(garden, "no-funds")

    run(12, 13)

    assert steps() == [(0, "CHARGED"), (1, "TOLD")]


def test_nothing_is_taken_while_a_payment_is_under_way(invoice, garden):
    carded(garden)

    tasks.run_dues(jst(5, 9, month=5))
    tasks.run_dues(jst(6, 9, month=5))

    assert steps() == [(-5, "CHARGED")]
    assert PaymentAttempt.objects.count() == 1


@pytest.mark.terms("13-1")
def test_the_hybrid_connection_is_charged_by_its_own_due_day(project, garden):
    carded(garden)
    hybrid = opened(project, HYBRID, at=jst(20))
    meters.start(hybrid, "hybrid", at=jst(20))
    close(APRIL, at=GRACE_OVER)

    run(*range(1, 32))

    assert Invoice.objects.get().due_on == date(2026, 5, 31)
    assert PaymentAttempt.objects.get().asked_at == jst(26, 9, month=5)


def test_the_schedule_is_told_when_it_is_needed(invoice, garden):
    assert tasks.next_due_step(GRACE_OVER) == jst(5, 9, month=5)

    carded(garden)
    run(5)

    assert tasks.next_due_step(jst(6, month=5)) is None


@pytest.mark.parametrize(
    "taken, passed, step",
    [
        (None, -6, None),
        (None, -5, -5),
        (-5, -5, None),
        (-5, -3, -4),
        (-4, 0, 0),
        (None, 20, 0),
        (0, 20, 15),
        (15, 99, None),
    ],
)
def test_the_newest_step_counts(taken, passed, step):
    due_on = date(2026, 5, 10)

    assert rules.step_due(taken, due_on, due_on + timedelta(days=passed)) == step


def test_a_customer_pays_at_once_and_only_once(invoice, garden, alice_client):
    carded(garden)
    where = f"{invoice.get_absolute_url()}/pay"

    assert alice_client.post(where).url == invoice.get_absolute_url()
    alice_client.post(where)
    drain(at=datetime.now(jst(1).tzinfo))
    alice_client.post(where)

    assert charges() == [("CAPTURED", 4512)]
    assert PaymentAttempt.objects.count() == 1


def test_others_can_not_pay(invoice, bob_client, charlie_client):
    where = f"{invoice.get_absolute_url()}/pay"

    assert bob_client.post(where).status_code == 403
    assert charlie_client.post(where).status_code == 404
    assert not PaymentAttempt.objects.exists()


def test_the_list_and_the_page_say_how_far_an_invoice_is_paid(invoice, garden, alice_client):
    late = alice_client.get("/invoices")
    found = queries.with_open(Invoice.objects.all(), jst_date(jst(11, month=5))).get()

    assert found.paid == "OVERDUE"
    assert "期限超過" in late.text
    assert "期限超過" in alice_client.get(invoice.get_absolute_url()).text
    assert [row.pk for row in alice_client.get("/invoices?paid=PAID").context["page"].rows] == []
