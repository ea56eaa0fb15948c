"""Return invoices: never more than was charged, numbered without gaps, booked, and put against the next invoice."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import Error, connection, transaction

from accounts.access import SYSTEM
from accounts.audit.models import AuditEvent
from billing import credit_notes, meters
from billing.credit_notes import Credit
from billing.credit_notes.models import CreditApplication, CreditNote, CreditNoteLine, CreditNoteTax
from billing.invoices.closing import close
from billing.invoices.models import Invoice
from billing.invoices.publishing import publish
from billing.postings.models import Posting
from core.errors import Refused
from tests.billing.books import booked, paid
from tests.billing.test_closing import APRIL, GRACE_OVER, jst, used
from tests.billing.world import opened

__all__ = ["used"]
LATER = jst(20, month=5)


@pytest.fixture
def invoice(used) -> Invoice:
    """April: a server ¥323, a disk ¥440, addresses ¥3,300, messages ¥39; with tax ¥4,512."""
    close(APRIL, at=GRACE_OVER)
    return booked(Invoice.objects.get())


def issue(invoice: Invoice, *lines: Credit, reason: str = "The disk was slow") -> CreditNote:
    return credit_notes.issue(invoice, lines, reason=reason, by=SYSTEM, at=LATER)


def sides(note: CreditNote) -> list[tuple[str, int | None, int]]:
    rows = Posting.objects.filter(kind="CREDIT_NOTE", source_pk=note.pk).order_by("pk")
    return [(row.account, row.invoice_id, row.amount) for row in rows]


def test_a_line_is_given_back_with_its_tax_and_booked_against_the_open_invoice(invoice, garden):
    note = issue(invoice, Credit(2, 105), Credit(1, 110, "Server, half"))
    connection.check_constraints()

    assert (note.label, note.organisation, note.invoice) == ("R000000001", garden, invoice)
    assert (note.subtotal, note.tax, note.total, note.issued_at) == (215, 21, 236, LATER)
    assert list(note.lines.order_by("line_no").values_list("original_no", "name", "amount", "tax_rate")) == [
        (2, str(invoice.lines.get(line_no=2).name), 105, Decimal("0.1")),
        (1, "Server, half", 110, Decimal("0.1")),
    ]
    assert list(CreditNoteTax.objects.values_list("rate", "base", "tax")) == [(Decimal("0.1"), 215, 21)]
    assert sides(note) == [("REVENUE", None, 215), ("TAX", None, 21), ("RECEIVABLE", invoice.pk, -236)]
    assert (credit_notes.open_of(invoice), credit_notes.waiting(garden)) == (4512 - 236, 0)
    assert note.issuer["registration_number"] == "T8999000000001"
    assert note.recipient == invoice.recipient
    assert AuditEvent.objects.get(verb="credit_note.issued").data == {"invoice": "E000000001", "total": "¥236"}


def test_what_a_paid_invoice_gives_back_waits_as_credit(invoice, garden):
    paid(invoice, 4412)

    note = issue(invoice, Credit(2, 440))

    assert sides(note)[2:] == [("RECEIVABLE", invoice.pk, -100), ("RECEIVABLE", None, -384)]
    assert credit_notes.waiting(garden) == 384


def test_what_is_being_taken_from_the_card_right_now_is_not_open(invoice, garden):
    paid(invoice, 4512, state="OPEN")

    note = issue(invoice, Credit(2, 440))

    assert sides(note)[2:] == [("RECEIVABLE", None, -484)]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([], "1行以上"),
        ([Credit(2, 441)], "¥440"),
        ([Credit(2, 240), Credit(2, 201)], "¥200"),
        ([Credit(9, 1)], "E000000001"),
        ([Credit(2, 0)], "1円以上"),
        ([Credit(2, -5)], "1円以上"),
        (
            [Credit(2, 1.5)],  # type: ignore[arg-type]
            "1円以上",
        ),
        (
            [Credit(2, Decimal("10.5"))],  # type: ignore[arg-type]
            "1円以上",
        ),
        ([Credit(2, True)], "1円以上"),
    ],
)
def test_bad_lines_are_refused_in_words_and_nothing_is_written(invoice, lines, why):
    before = Posting.objects.count()

    with pytest.raises(Refused, match=why):
        issue(invoice, *lines)

    assert (CreditNote.objects.count(), Posting.objects.count()) == (0, before)


def test_a_reason_is_needed(invoice):
    with pytest.raises(Refused, match="理由") as refused:
        issue(invoice, Credit(2, 1), reason="  ")

    assert (refused.value.field, CreditNote.objects.count()) == ("reason", 0)


def test_earlier_credits_count(invoice):
    issue(invoice, Credit(2, 400))

    with pytest.raises(Refused, match="¥40"):
        issue(invoice, Credit(2, 41))
    last = issue(invoice, Credit(2, 40))

    assert (last.label, CreditNote.objects.count()) == ("R000000002", 2)


def test_a_draft_has_nothing_to_give_back(invoice, garden):
    draft = Invoice.objects.create(
        organisation=garden, run=invoice.run, month=APRIL.next.first_day, stream="CLOUD", due_on=APRIL.last_day,
        subtotal=1, tax=0, total=1, issuer={}, recipient={},
    )  # fmt: skip

    with pytest.raises(Refused, match="下書き"):
        issue(draft, Credit(1, 1))

    assert not CreditNote.objects.exists()


TAMPERINGS = [
    *(f"UPDATE billing_{table} SET amount = amount" for table in ("creditnoteline", "creditapplication")),
    "UPDATE billing_creditnote SET reason = 'x'",
    "UPDATE billing_creditnotetax SET tax = tax",
    *(
        f"{verb} billing_{table}{end}"
        for table in ("creditnote", "creditnoteline", "creditnotetax", "creditapplication")
        for verb, end in (("DELETE FROM", ""), ("TRUNCATE", " CASCADE"))
    ),
]


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_the_database_keeps_a_return_invoice_as_it_is(invoice, tampering):
    note = issue(invoice, Credit(2, 100))

    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(tampering)

    assert (CreditNote.objects.get(), CreditNoteLine.objects.get().amount) == (note, 100)


def line(note: CreditNote, **changes: object) -> CreditNoteLine:
    values = {"line_no": 9, "invoice": note.invoice, "original_no": 2, "amount": 100, "tax_rate": Decimal("0.1")}
    made = CreditNoteLine.objects.create(credit_note=note, **values | changes)
    connection.check_constraints()
    return made


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"amount": 341}, "more is given back"),
        ({"original_no": 9}, "credit_names_a_line"),
        ({"tax_rate": Decimal("0.08")}, "its own invoice"),
        ({"amount": 0}, "credit_line_gives_back"),
        ({}, "does not add up"),
    ],
)
def test_the_database_refuses_impossible_lines(invoice, changes, why):
    note = issue(invoice, Credit(2, 100))

    with pytest.raises(Error, match=why), transaction.atomic():
        line(note, **changes)

    assert CreditNoteLine.objects.count() == 1


def test_the_database_gives_the_number_and_refuses_other_peoples_invoices(invoice, elsewhere):
    note = issue(invoice, Credit(2, 100))
    values = {"invoice": invoice, "reason": "x", "issued_at": LATER, "subtotal": 1, "tax": 0, "total": 1}

    with pytest.raises(Error, match="of the customer"), transaction.atomic():
        CreditNote.objects.create(organisation=elsewhere.organisation, number=77, issuer={}, recipient={}, **values)

    assert (note.number, issue(invoice, Credit(2, 100)).number) == (1, 2)


def test_waiting_credit_goes_to_the_oldest_open_invoice_first_and_only_once(invoice, garden, used):
    paid(invoice, 4512)
    issue(invoice, Credit(3, 3300))  # ¥3,630 wait
    for n in (1, 2):
        close(APRIL.plus(n), at=APRIL.plus(n).end)
    may, june = [booked(one) for one in Invoice.objects.order_by("number")[1:]]

    applied = credit_notes.apply(garden, at=LATER)
    again = credit_notes.apply(garden, at=LATER)

    assert [(one.invoice, one.amount) for one in applied] == [(may, may.total), (june, june.total)]
    assert again == []
    assert credit_notes.waiting(garden) == 3630 - may.total - june.total
    assert [credit_notes.open_of(one) for one in (may, june)] == [0, 0]
    assert Posting.objects.filter(kind="APPLICATION").count() == 4
    assert CreditApplication.objects.count() == 2


@pytest.mark.faults
def test_rivals_never_give_back_more_than_was_charged_and_leave_no_gap(cloned_db, django_db_blocker):
    from tests import make

    project = make.first_project(make.organisation(make.user(), at=jst(1)))
    meters.start(opened(project, at=jst(1)), "ssd", "20gb", at=jst(1))
    close(APRIL, at=GRACE_OVER)
    invoice = booked(Invoice.objects.get())

    def give_back(_n: int) -> bool:
        try:
            issue(invoice, Credit(1, 100))
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        won = list(pool.map(give_back, range(8)))

    assert won.count(True) == 4
    assert list(CreditNote.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4]


def test_waiting_credit_is_put_on_a_new_invoice_before_its_customer_is_told(invoice, garden, used):
    paid(invoice, 4512)
    issue(invoice, Credit(3, 100))  # ¥110 wait
    close(APRIL.next, at=APRIL.next.end)
    may = Invoice.objects.order_by("number")[1]

    for _again in range(2):
        publish(may, at=APRIL.next.end)

    assert (credit_notes.open_of(may), credit_notes.waiting(garden)) == (may.total - 110, 0)
