"""The books: every entry sums to zero and stays as it is."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.access import SYSTEM
from billing.invoices.closing import close
from billing.invoices.models import Invoice
from billing.payments import attempts
from billing.payments.models import PaymentAttempt
from billing.postings import queries
from billing.postings.actions import book
from billing.postings.models import Account, Posting
from core.calendar import jst_date
from core.errors import Refused
from core.operations.draining import drain
from tests import make
from tests.billing.test_attempts import carded
from tests.billing.test_closing import APRIL, GRACE_OVER, jst, used

__all__ = ["used"]
pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def invoice(garden, used) -> Invoice:
    """4,102 yen and 410 of tax."""
    close(APRIL, at=GRACE_OVER)
    return Invoice.objects.get()


def pay(invoice: Invoice, at=GRACE_OVER) -> None:
    attempts.ask(
        invoice.organisation, PaymentAttempt.Purpose.INVOICE, invoice.pk, queries.open_of(invoice.pk), by=SYSTEM, at=at
    )
    drain(at=at)


def test_issuing_an_invoice_books_it(invoice):
    sides = set(Posting.objects.values_list("kind", "source_pk", "account", "invoice", "amount", "at"))

    assert sides == {
        ("INVOICE", invoice.pk, "RECEIVABLE", invoice.pk, 4512, GRACE_OVER),
        ("INVOICE", invoice.pk, "REVENUE", None, -4102, GRACE_OVER),
        ("INVOICE", invoice.pk, "TAX", None, -410, GRACE_OVER),
    }
    assert close(APRIL, at=jst(2, month=5)).written == 0
    assert Posting.objects.count() == 3


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE billing_posting SET amount = amount + 1",
        "DELETE FROM billing_posting",
        "TRUNCATE billing_posting CASCADE",
    ],
)
def test_the_books_are_never_changed(invoice, statement):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert queries.owed_by(invoice.organisation) == 4512


def test_an_entry_that_does_not_sum_to_zero_is_refused_by_code_and_database(garden):
    with pytest.raises(Refused):
        book(
            Posting.Kind.PAYMENT, 1, garden.pk, [(Account.CARD, 5, None), (Account.RECEIVABLE, -4, None)], at=make.NOON
        )
    with pytest.raises(DatabaseError), transaction.atomic():
        Posting.objects.create(
            organisation=garden, kind="PAYMENT", source_pk=1, account=Account.CARD, amount=5, at=make.NOON
        )

    assert not Posting.objects.exists()


def test_an_event_is_booked_once(garden):
    sides = [(Account.CARD, 5, None), (Account.RECEIVABLE, -5, None)]
    book(Posting.Kind.PAYMENT, 1, garden.pk, sides, at=make.NOON)

    with pytest.raises(DatabaseError), transaction.atomic():
        book(Posting.Kind.PAYMENT, 1, garden.pk, sides, at=make.NOON)

    assert Posting.objects.count() == 2


@pytest.mark.terms("4-1")
@pytest.mark.parametrize("day, state", [(10, "OPEN"), (11, "OVERDUE")])
def test_an_invoice_is_overdue_from_the_day_after_it_was_due(invoice, day, state):
    found = queries.with_open(Invoice.objects.all(), jst_date(jst(day, month=5))).get()

    assert (found.open, found.paid) == (4512, state)


def test_a_paid_invoice_is_paid_for_ever(invoice, garden):
    carded(garden)

    pay(invoice)

    found = queries.with_open(Invoice.objects.all(), jst_date(jst(30, month=5))).get()
    assert (found.open, found.paid) == (0, "PAID")
    assert queries.owed_by(garden) == 0


def test_a_part_of_an_invoice_is_partly_paid(invoice, garden):
    sides = [(Account.BANK, 1000, None), (Account.RECEIVABLE, -1000, invoice.pk)]
    book(Posting.Kind.TRANSFER, 1, garden.pk, sides, at=GRACE_OVER)

    found = queries.with_open(Invoice.objects.all(), jst_date(GRACE_OVER)).get()

    assert (found.open, found.paid) == (3512, "PARTLY")


def test_the_statement_shows_every_movement_and_the_balance_after_it(invoice, garden, alice_client):
    carded(garden)
    pay(invoice)

    page = alice_client.get("/statement")
    sheet = b"".join(alice_client.get("/statement?format=csv").streaming_content).decode()

    assert balances(page) == [(-4512, 0), (4512, 4512)]
    assert [line.rsplit(",", 2)[1:] for line in sheet.split()[1:]] == [["-4512", "0"], ["4512", "4512"]]


def balances(page) -> list[tuple[int, int]]:
    """The rows of a page of the statement: (yen, balance after it)."""
    return [(row.amount, row.balance) for row in page.context["page"].rows]


def received(garden, number: int) -> None:
    """So many transfers of 9 yen, all at one instant."""
    for n in range(number):
        sides = [(Account.BANK, 9, None), (Account.RECEIVABLE, -9, None)]
        book(Posting.Kind.TRANSFER, n, garden.pk, sides, at=GRACE_OVER + timedelta(hours=1))


def test_the_statement_costs_the_same_for_1_and_300_entries(invoice, garden, alice_client):
    with CaptureQueriesContext(connection) as few:
        assert len(balances(alice_client.get("/statement"))) == 1
    received(garden, 299)
    with CaptureQueriesContext(connection) as many:
        assert len(balances(alice_client.get("/statement"))) == 50

    assert len(many) == len(few)


@pytest.mark.parametrize("sort", ["", "?sort=at"])
def test_the_balance_is_right_on_every_page_in_both_directions(invoice, garden, alice_client, sort):
    received(garden, 120)

    found, address = [], f"/statement{sort}"
    while address:
        page = alice_client.get(address)
        found.append(balances(page))
        address = page.context["page"].next_url

    expected = [(4512, 4512), *((-9, 4512 - 9 * n) for n in range(1, 121))]
    assert [len(rows) for rows in found] == [50, 50, 21]
    assert [row for rows in found for row in rows] == (expected if sort else expected[::-1])
    assert balances(alice_client.get(page.context["page"].previous_url)) == found[1]
    sheet = b"".join(alice_client.get("/statement?format=csv&sort=at").streaming_content).decode()
    assert [int(line.rsplit(",", 1)[1]) for line in sheet.split()[1:]] == [balance for _yen, balance in expected]


def test_others_see_no_statement(invoice, bob_client):
    assert bob_client.get("/statement").status_code == 403


def test_the_trial_balance_is_zero(invoice, garden):
    carded(garden)
    pay(invoice)

    balances = dict(queries.trial_balance())

    assert sorted(balances.values()) == [-4102, -410, 0, 0, 0, 0, 4512]
    assert sum(balances.values()) == 0
