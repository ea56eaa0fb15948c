"""The database keeps issued invoices as they are, whatever code, admin or psql try."""

import pytest
from django.db import Error, connection, transaction

from billing.invoices.closing import close
from billing.invoices.models import BillingRun, Invoice, InvoiceLine
from tests.billing.test_closing import APRIL, GRACE_OVER, jst, used

__all__ = ["used"]


@pytest.fixture
def issued(used):
    close(APRIL, at=GRACE_OVER)
    return Invoice.objects.get()


ANOTHER_LINE = """
INSERT INTO billing_invoiceline
    (invoice_id, line_no, contract_id, price_id, name, period, quantity, before, amount, tax_rate)
SELECT invoice_id, 99, contract_id, price_id, name, period, 1, 0, 0, 0 FROM billing_invoiceline LIMIT 1
"""
TAMPERINGS = [
    "UPDATE billing_invoice SET total = total + 1, tax = tax + 1",
    "UPDATE billing_invoice SET state = 'DRAFT', number = NULL, issued_at = NULL",
    "DELETE FROM billing_invoice",
    "TRUNCATE billing_invoice CASCADE",
    "UPDATE billing_invoiceline SET amount = 0",
    "UPDATE billing_invoiceline SET name = 'x'",
    "DELETE FROM billing_invoiceline WHERE line_no = 1",
    "TRUNCATE billing_invoiceline",
    ANOTHER_LINE,
    "UPDATE billing_invoicetax SET tax = 0",
    "DELETE FROM billing_invoicetax",
    "TRUNCATE billing_invoicetax",
    "UPDATE billing_counter SET value = 0",
    "DELETE FROM billing_counter",
    "TRUNCATE billing_counter",
]


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_the_database_keeps_an_issued_invoice_as_it_is(issued, tampering):
    before = list(InvoiceLine.objects.values())

    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(tampering)

    assert (Invoice.objects.get(), list(InvoiceLine.objects.values())) == (issued, before)


def draft(garden, *, subtotal: int, tax: int = 0) -> Invoice:
    run = BillingRun.objects.create(month=APRIL.first_day, cutoff=GRACE_OVER, engine="test")
    return Invoice.objects.create(
        organisation=garden, run=run, month=APRIL.first_day, stream="CLOUD", due_on=APRIL.last_day,
        subtotal=subtotal, tax=tax, total=subtotal + tax, issuer={}, recipient={},
    )  # fmt: skip


def test_the_database_refuses_to_issue_what_does_not_add_up(garden):
    invoice = draft(garden, subtotal=100)

    with pytest.raises(Error, match="does not add up"), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(state="ISSUED", number=1, issued_at=GRACE_OVER)

    assert Invoice.objects.get().state == "DRAFT"


def test_a_draft_can_be_discarded_but_not_leave_its_lines_behind(garden, project, used):
    closing_price = used.spans.get(item="ssd").item.prices.get(plan="20gb")
    invoice = draft(garden, subtotal=440)
    InvoiceLine.objects.create(
        invoice=invoice, line_no=1, contract=used, price=closing_price, name="x", period=(jst(1), jst(2)),
        quantity=1, before=0, amount=440, tax_rate=0,
    )  # fmt: skip

    with pytest.raises(Error, match="discard the lines"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM billing_invoice")
    InvoiceLine.objects.all().delete()
    Invoice.objects.filter(pk=invoice.pk).delete()

    assert not Invoice.objects.exists()


def test_a_line_can_not_hang_in_the_air(used):
    price = used.spans.get(item="ssd").item.prices.get(plan="20gb")

    with pytest.raises(Error, match="only drafts"), transaction.atomic():
        InvoiceLine.objects.create(
            invoice_id=12345, line_no=1, contract=used, price=price, name="x", period=(jst(1), jst(2)),
            quantity=1, before=0, amount=440, tax_rate=0,
        )  # fmt: skip


def test_a_contract_is_never_deleted(used):
    with pytest.raises(Error), transaction.atomic():
        used.__class__.objects.filter(pk=used.pk).delete()
