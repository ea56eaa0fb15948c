"""Receipts, return invoices and the papers page: each PDF read back, made once, numbered without gaps."""

import hashlib
import zipfile
from datetime import date
from io import BytesIO

import pytest
from django.db import Error, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.access import SYSTEM
from accounts.notices.models import Notice
from billing import credit_notes
from billing.credit_notes import Credit
from billing.invoices import runs
from billing.invoices.closing import close
from billing.invoices.models import Invoice
from billing.invoices.publishing import publish
from billing.papers import asking, bundles, receipts, rendering, tasks
from billing.papers.models import Bundle, Document, Receipt
from billing.postings.actions import book
from billing.postings.models import Account, Posting
from billing.transfers import actions as transfers
from billing.transfers.models import BankTransfer
from core.calendar import DAY, jst_date
from core.errors import Refused
from core.operations.draining import drain
from core.operations.models import Operation
from tests.billing import paying
from tests.billing.books import AT, paid
from tests.billing.test_closing import APRIL, GRACE_OVER, jst, used
from tests.billing.test_documents import text_of
from tests.billing.test_passports import bought

__all__ = ["used"]
pytestmark = pytest.mark.usefixtures("db")
LATER = jst(20, month=5)


@pytest.fixture
def invoice(used) -> Invoice:
    """April: ¥4,102 and ¥410 tax, published."""
    close(APRIL, at=GRACE_OVER)
    made = Invoice.objects.get()
    publish(made, at=GRACE_OVER)
    drain(at=GRACE_OVER)
    return made


def given_back(invoice: Invoice, amount: int = 105):
    note = credit_notes.issue(invoice, [Credit(2, amount)], reason="ディスクの障害", by=SYSTEM, at=LATER)
    drain(at=LATER)
    return note


def text(number: str, language: str = "ja") -> str:
    return text_of(bytes(Document.objects.get(number=number, language=language).content))


def assert_said(said: str, *words: str) -> None:
    assert [word for word in words if word not in said] == []


@pytest.mark.terms("4-2")
def test_a_payment_by_card_gets_a_receipt_a_mail_and_a_pdf_once(invoice, garden, alice_user, alice_client):
    paid(invoice, 4512)
    assert tasks.issue_receipts.next_due(AT) == AT

    tasks.issue_receipts(AT)
    tasks.issue_receipts(AT)
    drain(at=AT)

    receipt = Receipt.objects.get()
    assert (receipt.label, receipt.amount, receipt.paid_on) == ("P000000001", 4512, date(2026, 5, 5))
    assert tasks.issue_receipts.next_due(AT) is None
    assert_said(
        text("P000000001"), "領収書", f"{garden.billing_name} 御中", "T8999000000001", "E000000001", "¥4,512",
        "10%対象", "¥4,102", "¥410", "4242", "2026年5月5日", "収入印紙",
    )  # fmt: skip
    notice = Notice.objects.get(kind="receipt_issued")
    assert (notice.user, notice.act_url) == (alice_user, "/receipts/1")
    assert "P000000001" in alice_client.get("/receipts/1").text
    assert "/receipts/1" in alice_client.get(invoice.get_absolute_url()).text


def test_part_of_an_invoice_refers_to_it_for_the_tax(invoice):
    paid(invoice, 1000)

    tasks.issue_receipts(AT)
    drain(at=AT)

    assert_said(text("P000000001"), "¥1,000", "税率ごとの消費税額は請求書に記載しています。")
    assert "10%対象" not in text("P000000001")


def test_the_receipt_for_a_passport_is_its_qualified_invoice(garden, alice_client):
    paying.card(garden)
    passport = bought(garden)

    tasks.issue_receipts(LATER)
    drain(at=LATER)

    assert_said(
        text("P000000001"), "領収書（適格請求書）", "12か月", f"¥{passport.price:,}", f"¥{passport.tax:,}",
        f"¥{passport.total:,}", "10%対象", "T8999000000001", f"{garden.billing_name} 御中",
    )  # fmt: skip
    assert "適格請求書を兼ねます" in alice_client.get("/receipts/1").text


def test_a_bank_transfer_gets_one_too_and_what_is_for_no_invoice_is_paid_in_advance(invoice, garden):
    received(garden, [invoice])

    tasks.issue_receipts(LATER)
    drain(at=LATER)

    assert_said(text("P000000001"), "銀行振込", "¥5,000", "¥4,512", "¥488", "E000000001", "2026年5月5日")


def test_a_match_that_was_undone_by_then_does_not_stand_on_the_receipt(invoice, garden, alice_client):
    transfer = received(garden, [invoice])
    transfers.undo(transfer.matches.get(), by=SYSTEM, at=AT)

    tasks.issue_receipts(LATER)
    drain(at=LATER)

    said = text("P000000001")
    assert "E000000001" not in said
    assert_said(said, "次回請求分の前受金", "¥5,000")
    assert "P000000001" not in alice_client.get(invoice.get_absolute_url()).text


def test_a_receipt_of_a_transfer_that_was_a_mistake_says_that_it_is_void(garden, alice_client):
    transfer = received(garden, [])
    tasks.issue_receipts(LATER)
    assert "この領収書は無効です" not in alice_client.get("/receipts/1").text

    transfers.withdraw(transfer, "another customer's", by=SYSTEM, at=LATER)

    assert "この領収書は無効です" in alice_client.get("/receipts/1").text


def test_a_transfer_that_was_a_mistake_gets_no_receipt(garden):
    transfers.withdraw(received(garden, []), "another customer's", by=SYSTEM, at=AT)

    tasks.issue_receipts(LATER)

    assert Receipt.objects.count() == 0


def received(garden, invoices) -> BankTransfer:
    """5,000 yen by bank transfer, as staff record it."""
    return transfers.record(
        garden,
        amount=5000,
        received_on=jst_date(AT),
        reference="b-1",
        payer="ニワ",
        invoices=invoices,
        by=SYSTEM,
        at=AT,
    )


def test_only_a_payment_that_succeeded_has_a_receipt_and_only_one(invoice):
    attempt = paid(invoice, 100, state="OPEN")
    tasks.issue_receipts(AT)
    with pytest.raises(Refused, match="完了したお支払い"):
        receipts.of_attempt(attempt, at=AT)
    assert Receipt.objects.count() == 0
    attempt.move("succeed", at=AT)
    first = receipts.of_attempt(attempt, at=AT)

    with pytest.raises(Refused, match="すでに発行"):
        receipts.of_attempt(attempt, at=AT)

    assert (first.number, Receipt.objects.count()) == (1, 1)


def test_the_database_keeps_receipts_and_refuses_those_of_no_payment(invoice, garden, alice_user):
    attempt = paid(invoice, 100)
    values = {"organisation": garden, "paid_on": AT.date(), "issued_at": AT, "issuer": {}, "recipient": {}}
    with pytest.raises(Error), transaction.atomic():
        Receipt.objects.create(attempt=attempt, amount=99, **values)
    with pytest.raises(Error), transaction.atomic():
        Receipt.objects.create(amount=100, **values)
    receipts.of_attempt(attempt, at=AT)

    assert Receipt.objects.get().number == 1  # what was refused left no gap
    for change in ("UPDATE billing_receipt SET amount = 1", "DELETE FROM billing_receipt"):
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)


def test_a_stored_paper_must_be_what_it_says(invoice):
    document = Document.objects.get()
    values = {
        "kind": "INVOICE", "organisation_id": invoice.organisation_id, "invoice": invoice, "language": "en",
        "number": "E000000001", "issued_on": document.issued_on, "total": 4512, "as_of": AT, "content": b"x",
        "sha256": hashlib.sha256(b"x").hexdigest(), "made_at": AT,
    }  # fmt: skip
    wrong = ({"sha256": "0" * 64}, {"number": "E000000002"}, {"total": 1}, {"kind": "RECEIPT"}, {"language": "fr"})

    for change in wrong:
        with pytest.raises(Error), transaction.atomic():
            Document.objects.create(**values | change)

    assert Document.objects.count() == 1
    assert Document.objects.create(**values).pk


def test_a_return_invoice_is_told_and_made_and_has_its_page(invoice, garden, alice_user, alice_client):
    note = given_back(invoice)

    assert_said(
        text("R000000001"), "適格返還請求書", "E000000001", "2026年5月1日", "ディスクの障害", "¥105", "¥10", "¥115",
        "10%対象", "T8999000000001", f"{garden.billing_name} 御中", "2026年4月1日",
    )  # fmt: skip
    notice = Notice.objects.get(kind="credit_note_issued")
    assert (notice.user, notice.act_url, note.total) == (alice_user, "/return-invoices/1", 115)
    assert_said(alice_client.get("/return-invoices/1").text, "R000000001", "ディスクの障害", "¥115", "E000000001")
    assert_said(alice_client.get(invoice.get_absolute_url()).text, "/return-invoices/1", "-¥115", "¥4,397")


def test_credit_stands_on_the_invoice_as_it_was_when_it_was_published(invoice):
    credit = [(Account.RECEIVABLE, 512, None), (Account.RECEIVABLE, -512, invoice.pk)]
    book(Posting.Kind.APPLICATION, 1, invoice.organisation_id, credit, at=AT)

    before = text_of(rendering.render(invoice, "ja", as_of=GRACE_OVER))
    after = text_of(rendering.render(invoice, "ja", as_of=AT))

    assert "-¥512" not in before
    assert_said(after, "-¥512", "¥4,000", "¥4,512")


def test_an_invoice_that_credit_pays_wholly_says_that_nothing_is_left(invoice):
    credit = [(Account.RECEIVABLE, 4512, None), (Account.RECEIVABLE, -4512, invoice.pk)]
    book(Posting.Kind.APPLICATION, 1, invoice.organisation_id, credit, at=AT)

    assert_said(text_of(rendering.render(invoice, "ja", as_of=AT)), "¥0", "お支払いいただく金額はありません。")


def test_a_month_of_0_yen_gives_no_invoice_no_receipt_and_no_paper(garden):
    close(APRIL, at=GRACE_OVER)
    tasks.issue_receipts(AT)

    assert (Invoice.objects.count(), Receipt.objects.count(), Document.objects.count()) == (0, 0, 0)


def test_without_an_address_the_name_stands_alone_and_the_page_says_so(used, garden, alice_client):
    type(garden).objects.filter(pk=garden.pk).update(address="", postal_code="")
    close(APRIL, at=GRACE_OVER)
    invoice = Invoice.objects.get()
    runs.release(invoice, "The customer asked for it as it is.", by=SYSTEM, at=AT)

    said = text_of(rendering.render(invoice, "ja", as_of=AT))

    assert f"{garden.billing_name} 御中" in said
    assert "住所が登録されていなかった" in alice_client.get(invoice.get_absolute_url()).text


def test_english_is_made_on_request_once_with_the_same_facts(invoice, alice_client, charlie_client, bob_client):
    url = "/papers/E000000001/english"
    assert (bob_client.post(url).status_code, charlie_client.post(url).status_code) == (403, 404)

    alice_client.post(url)
    alice_client.post(url)
    assert Operation.objects.filter(kind="invoice.render", payload__language="en").count() == 1
    drain(at=Operation.objects.latest("pk").next_at)  # pages ask by the real clock
    alice_client.post(url)

    assert Operation.objects.filter(kind="invoice.render", payload__language="en").count() == 1
    assert_said(text("E000000001", "en"), "Invoice (qualified)", "¥4,512", "T8999000000001", "May 10, 2026")
    documents = list(Document.objects.order_by("language"))
    assert [(one.language, one.as_of) for one in documents] == [("en", GRACE_OVER), ("ja", GRACE_OVER)]
    assert [alice_client.get(one.url).content for one in documents] == [bytes(one.content) for one in documents]


def test_who_wants_english_papers_gets_both(used, garden):
    type(garden).objects.filter(pk=garden.pk).update(language="en")
    close(APRIL, at=GRACE_OVER)

    asking.ask(Invoice.objects.get(), by=SYSTEM, at=AT)
    drain(at=AT)

    assert list(Document.objects.order_by("pk").values_list("language", flat=True)) == ["ja", "en"]


def test_the_papers_page_lists_and_filters_at_the_same_cost(invoice, alice_client, charlie_client, bob_client):
    def seen(query: str) -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            page = alice_client.get(f"/papers{query}").text
        costs.append(len(queries))
        return [n for n in ("E000000001", "R000000001", "P000000001") if f">{n}<" in page]

    costs: list[int] = []
    seen("")
    assert seen("") == ["E000000001"]
    given_back(invoice)
    paid(invoice, 100)
    tasks.issue_receipts(LATER)
    drain(at=LATER)

    assert seen("") == ["E000000001", "R000000001", "P000000001"]
    assert seen("?kind=RECEIPT") == ["P000000001"]
    assert seen("?year=2026&kind=CREDIT_NOTE") == ["R000000001"]
    assert len(set(costs[1:])) == 1
    assert ">E000000001<" not in charlie_client.get("/papers").text
    assert bob_client.get("/papers").status_code == 403


def test_a_year_is_packed_in_order_by_a_worker_and_streamed(invoice, garden, alice_client, charlie_client):
    given_back(invoice)
    paid(invoice, 100)
    tasks.issue_receipts(AT)
    drain(at=AT)

    alice_client.post("/papers/bundles", {"year": "2026"})
    bundle = Bundle.objects.get()
    url = f"/papers/bundles/{bundle.uuid}.zip"
    assert (bundle.state, alice_client.get(url).status_code) == ("ASKED", 404)
    drain(at=bundle.asked_at)  # pages ask by the real clock
    answer = alice_client.get(url)
    content = b"".join(answer)

    archive = zipfile.ZipFile(BytesIO(content))
    pdfs = ["2026-05-01_E000000001_ja.pdf", "2026-05-05_P000000001_ja.pdf", "2026-05-20_R000000001_ja.pdf"]
    assert archive.namelist() == [*pdfs, "index.csv"]
    assert [hashlib.sha256(archive.read(name)).hexdigest() for name in pdfs] == [
        Document.objects.get(number=name.split("_")[1]).sha256 for name in pdfs
    ]
    assert archive.read("index.csv").decode("utf-8-sig").splitlines()[1].startswith(f"{pdfs[0]},INVOICE,E000000001")
    assert (answer.streaming, answer["Content-Length"]) == (True, str(len(content)))
    assert charlie_client.get(url).status_code == 404


def test_a_year_is_packed_once_until_it_has_new_papers(invoice, garden):
    first = bundles.ask(garden, 2026, by=SYSTEM, at=AT)
    with pytest.raises(Refused, match="まとめているところ"):
        bundles.ask(garden, 2026, by=SYSTEM, at=AT)
    drain(at=AT)

    assert bundles.ask(garden, 2026, by=SYSTEM, at=AT) == first
    given_back(invoice)
    assert bundles.ask(garden, 2026, by=SYSTEM, at=LATER) != first
    with pytest.raises(Refused, match="2025年の書類はありません"):
        bundles.ask(garden, 2025, by=SYSTEM, at=AT)


def test_a_year_that_is_none_is_refused_at_the_field(invoice, alice_client):
    assert alice_client.post("/papers/bundles", {"year": "1999"}).status_code == 422
    assert Bundle.objects.count() == 0


def test_zips_are_forgotten_after_a_week_and_papers_stay(invoice, garden):
    bundles.ask(garden, 2026, by=SYSTEM, at=AT)
    drain(at=AT)

    assert tasks.forget_bundles.next_due(AT) == AT + 7 * DAY
    tasks.forget_bundles(AT + 6 * DAY)
    assert Bundle.objects.count() == 1
    tasks.forget_bundles(AT + 7 * DAY)

    assert (Bundle.objects.count(), Document.objects.count()) == (0, 1)
