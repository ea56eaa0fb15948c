"""The database keeps issued invoices as they are, whatever code, admin or psql try."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import Error, connection, transaction

from accounts.access import SYSTEM
from billing import adjustments
from billing.invoices.closing import close
from billing.invoices.models import BillingRun, Invoice, InvoiceLine
from billing.passports.models import Passport
from billing.prices.models import Price
from core.calendar import Month
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


EVERY_KIND = [
    f"{statement} WHERE kind = '{kind}'"
    for kind in InvoiceLine.Kind.values
    for statement in (
        "UPDATE billing_invoiceline SET amount = amount * 2",
        "UPDATE billing_invoiceline SET source_pk = 7, kind = 'PASSPORT'",
        "DELETE FROM billing_invoiceline",
    )
]


@pytest.fixture
def with_every_kind(used, garden):
    """An invoice of use, with a passport's discount and an adjustment."""
    everything(used, garden)
    close(APRIL, at=GRACE_OVER)
    invoice = Invoice.objects.get()
    assert set(invoice.lines.values_list("kind", flat=True)) == {"USE", "PASSPORT", "ADJUSTMENT"}
    return invoice


def everything(contract, organisation):
    """A passport for the server, and an adjustment of March."""
    Passport.objects.create(
        organisation=organisation, plan="2core-4gb", rate=Decimal("0.5"), state="ACTIVE", months=12, price=1, tax=0,
        valid=(date(2026, 4, 1), date(2027, 4, 1)), tax_rate=Decimal("0.1"), purchased_at=jst(1),
        state_changed_at=jst(1), business_use=True,
    )  # fmt: skip
    BillingRun.objects.get_or_create(
        month=date(2026, 3, 1), defaults={"cutoff": jst(1), "engine": "1", "finished_at": jst(1)}
    )
    price = Price.objects.get(item="switch")
    adjustments.add(contract, price, 500, for_month=Month(2026, 3), reason="Forgotten", by=SYSTEM, at=jst(1))


@pytest.mark.parametrize("tampering", EVERY_KIND)
def test_lines_of_every_kind_stay_as_they_were_issued(with_every_kind, tampering):
    before = list(InvoiceLine.objects.values())

    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(tampering)

    assert list(InvoiceLine.objects.values()) == before


BAD_LINES = [
    ("line_negative_only_by_passport", {"amount": -1}),
    ("line_negative_only_by_passport", {"amount": 1, "kind": "PASSPORT", "source_pk": 1}),
    (
        "line_negative_only_by_passport",
        {"amount": -1, "kind": "ADJUSTMENT", "source_pk": 99, "for_month": date(2026, 3, 1)},
    ),
    ("line_names_its_source", {"kind": "PASSPORT", "amount": 0}),
    ("line_names_its_source", {"kind": "ADJUSTMENT"}),
    ("line_names_its_source", {"source_pk": 1}),
    ("line_names_its_source", {"for_month": date(2026, 3, 1)}),
    ("line_names_its_source", {"kind": "ADJUSTMENT", "source_pk": 1}),
    ("line_names_its_source", {"kind": "PASSPORT", "amount": 0, "source_pk": 1, "for_month": date(2026, 3, 1)}),
]


@pytest.mark.parametrize("constraint, values", BAD_LINES)
def test_a_line_of_no_kind_is_refused(used, garden, constraint, values):
    price = used.spans.get(item="ssd").item.prices.get(plan="20gb")
    invoice = draft(garden, subtotal=440)
    usual = {"contract": used, "price": price, "name": "x", "period": (jst(1), jst(2)), "amount": 440}

    with pytest.raises(Error, match=constraint), transaction.atomic():
        InvoiceLine.objects.create(invoice=invoice, line_no=1, quantity=1, before=0, tax_rate=0, **usual | values)

    assert not InvoiceLine.objects.exists()


def test_an_adjustment_is_on_one_line_only(used, garden):
    everything(used, garden)
    close(APRIL, at=GRACE_OVER)
    taken = InvoiceLine.objects.get(kind="ADJUSTMENT")
    invoice = Invoice.objects.create(
        organisation=garden, run=BillingRun.objects.get(month=APRIL.first_day), month=APRIL.first_day,
        stream="HYBRID", due_on=APRIL.last_day, subtotal=500, tax=0, total=500, issuer={}, recipient={},
    )  # fmt: skip

    with pytest.raises(Error, match="line_takes_an_adjustment_once"), transaction.atomic():
        InvoiceLine.objects.create(
            invoice=invoice, line_no=1, contract=used, price=taken.price, name="x", period=taken.period, quantity=1,
            before=0, amount=500, tax_rate=0, kind="ADJUSTMENT", source_pk=taken.source_pk, for_month=taken.for_month,
        )  # fmt: skip


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
