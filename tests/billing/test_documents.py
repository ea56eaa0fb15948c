"""The PDF of an invoice: what it says, that it is made once and kept as it is, and how the customer learns of it."""

import hashlib
from datetime import datetime
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import Error, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from accounts.notices.models import Notice
from billing import meters
from billing.invoices import tasks
from billing.invoices.closing import close
from billing.invoices.models import BillingRun, Invoice, InvoiceLine
from billing.papers import asking, rendering
from billing.papers.contents import invoice as saying
from billing.papers.models import Document
from billing.prices.models import Item
from core.calendar import JST, Month
from core.operations.models import Operation
from core.operations.performing import perform_due
from tests import make
from tests.billing.world import opened

pytestmark = pytest.mark.usefixtures("db")
APRIL = Month(2026, 4)
AT = datetime(2026, 5, 1, 6, tzinfo=JST)


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


def rendered(invoice: Invoice, language: str = "ja") -> bytes:
    return rendering.render(invoice, language, as_of=AT)


def stored(invoice: Invoice, content: bytes = b"%PDF-first") -> Document:
    return asking.store(invoice, "ja", content, as_of=AT, at=AT)


@pytest.fixture
def invoice(project) -> Invoice:
    """April of a server that ran for 34 hours."""
    contract = opened(project, at=APRIL.start)
    meters.start(contract, "server", "2core-4gb", at=APRIL.start)
    meters.stop(contract, at=datetime(2026, 4, 2, 10, tzinfo=JST))
    close(APRIL, at=AT)
    return Invoice.objects.get()


def test_the_pdf_says_all_that_a_qualified_invoice_must(invoice, garden):
    text = text_of(rendered(invoice))

    for said in (
        "E000000001", "株式会社縁側クラウド", "T8999000000001", f"{garden.billing_name} 御中",
        "2026年4月1日", "2026年4月30日", "2026年5月1日",
        "2026年5月10日", "サーバ 2コア 4GB", "¥399", "¥39", "¥438", "10%対象",
    ):  # fmt: skip
        assert said in text


def test_it_is_tagged_with_its_font_embedded_and_a_language(invoice):
    catalogue = PdfReader(BytesIO(rendered(invoice))).trailer["/Root"]

    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == "ja"
    fonts = PdfReader(BytesIO(rendered(invoice))).pages[0]["/Resources"]["/Font"]
    descendants = [font.get_object()["/DescendantFonts"][0].get_object() for font in fonts.values()]
    assert [one["/BaseFont"].endswith("IPAexGothic") for one in descendants] == [True] * len(descendants)
    assert all(one["/FontDescriptor"].get_object().keys() & {"/FontFile2", "/FontFile3"} for one in descendants)


def test_it_speaks_english_when_it_must(invoice):
    text = text_of(rendered(invoice, "en"))

    for said in ("Invoice (qualified)", "Registration number", "April 1, 2026", "Consumption tax 10 %", "prevails"):
        assert said in text
    assert "御中" not in text


def test_a_person_is_addressed_as_one(alice_user):
    person = make.organisation(alice_user, kind="INDIVIDUAL", billing_name="山田 太郎", at=APRIL.start)
    meters.start(opened(make.first_project(person), at=APRIL.start), "switch", at=APRIL.start)
    close(APRIL, at=AT)

    assert "山田 太郎 様" in text_of(rendered(Invoice.objects.get()))


def test_reduced_rates_are_marked(project):
    lunch = Item.objects.create(
        code="lunch", tariff="UNIT", clause="2-1", name_ja="弁当", name_en="Lunch", unit_ja="個", tax="REDUCED"
    )
    lunch.prices.create(valid=(APRIL.first_day, None), unit=Decimal(500))
    meters.add(opened(project, at=APRIL.start), "lunch", 1, source="test", event_id="1", at=APRIL.start)
    close(APRIL, at=AT)

    text = text_of(rendered(Invoice.objects.get()))

    assert "弁当 ※" in text
    assert text.count("※") == 2
    assert "8%対象" in text


def test_very_many_lines_are_summed_up_by_price(project, monkeypatch):
    monkeypatch.setattr(saying, "MOST_LINES", 2)
    for _ in range(3):
        meters.start(opened(project, at=APRIL.start), "switch", at=APRIL.start)
    close(APRIL, at=AT)

    invoice = Invoice.objects.get()
    rows = saying.lines(invoice)

    assert [(row[0], row[1], row[4]) for row in rows] == [("スイッチ", "3件", "¥6,600")]
    assert "¥7,260" in text_of(rendered(invoice))


@pytest.mark.terms("4-1")
def test_the_customer_is_told_on_the_issue_day_and_a_worker_makes_the_pdf(invoice, alice_user):
    assert tasks.publish_invoices.next_due(AT) == AT
    tasks.publish_invoices(AT)
    tasks.publish_invoices(AT)
    perform_due(at=AT)

    notice = Notice.objects.get(kind="invoice_issued")
    assert (notice.user, notice.act_url, notice.at) == (alice_user, invoice.get_absolute_url(), AT)
    assert "¥438" in notice.text
    assert Operation.objects.filter(kind="invoice.render").count() == 1
    document = Document.objects.get()
    assert document.sha256 == hashlib.sha256(bytes(document.content)).hexdigest()
    assert bytes(document.content).startswith(b"%PDF-")
    assert BillingRun.objects.get().published_at == AT
    assert tasks.publish_invoices.next_due(AT) is None


def test_a_stored_pdf_never_changes(invoice):
    first = stored(invoice)

    again = stored(invoice, b"%PDF-second")

    assert (again, bytes(again.content)) == (first, b"%PDF-first")
    for change in (lambda: Document.objects.update(content=b""), lambda: Document.objects.all().delete()):
        with pytest.raises(Error), transaction.atomic():
            change()


def test_the_same_invoice_gives_the_same_bytes(invoice):
    assert rendered(invoice) == rendered(invoice)


def test_customers_download_it_once_it_is_made(invoice, alice_client, bob_client, charlie_client):
    url = "/papers/E000000001/ja.pdf"
    assert alice_client.get(url).status_code == 404
    content = rendered(invoice)
    stored(invoice, content)

    answers = [alice_client.get(url) for _ in range(2)]

    assert [(answer["Content-Type"], answer.content) for answer in answers] == [("application/pdf", content)] * 2
    assert 'filename="2026-05-01_E000000001_ja.pdf"' in answers[0]["Content-Disposition"]
    assert (bob_client.get(url).status_code, charlie_client.get(url).status_code) == (403, 404)


def test_the_csv_has_every_line_and_disarms_formulas(invoice, alice_client, project):
    contract = InvoiceLine.objects.get().contract
    assert contract.name == str(project)

    rows = b"".join(alice_client.get(f"{invoice.get_absolute_url()}/csv")).decode("utf-8-sig").splitlines()

    assert rows[0].split(",")[:4] == ["line", "item", "plan", "name"]
    assert rows[1].split(",")[:3] == ["1", "server", "2core-4gb"]
    assert rows[1].split(",")[10:14] == ["122400.000000", "0.000000", "399", "0.1000"]


def test_a_name_that_is_a_formula_is_disarmed_in_the_csv(project, alice_client):
    contract = opened(project, at=APRIL.start)
    contract.name = "=1+1"
    contract.save(update_fields=["name"])
    meters.start(contract, "switch", at=APRIL.start)
    close(APRIL, at=AT)

    rows = b"".join(alice_client.get(f"{Invoice.objects.get().get_absolute_url()}/csv")).decode("utf-8-sig")

    assert ",'=1+1," in rows


def test_the_page_explains_every_line(invoice, alice_client):
    page = alice_client.get(invoice.get_absolute_url()).text

    for said in ("E000000001", "¥399", "¥438", "7-2", "34", "2019-10-01", "T8999000000001"):
        assert said in page


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_the_list_and_the_page_cost_the_same_for_1_and_for_30(project, alice_client):
    meters.start(opened(project, at=APRIL.start), "switch", at=APRIL.start)
    close(APRIL, at=AT)
    first = Invoice.objects.get()
    queries(alice_client, "/invoices")  # the first page of a session does a little more
    with_one = queries(alice_client, "/invoices"), queries(alice_client, first.get_absolute_url())

    for _ in range(29):
        meters.start(opened(project, at=APRIL.end), "switch", at=APRIL.end)
    for n in range(1, 30):
        close(APRIL.plus(n), at=APRIL.plus(n).end)
    last = Invoice.objects.latest("number")
    with_many = queries(alice_client, "/invoices"), queries(alice_client, last.get_absolute_url())

    assert (last.number, last.lines.count()) == (30, 30)
    assert with_one == with_many


def test_very_long_invoices_are_paged(project, alice_client, monkeypatch):
    monkeypatch.setattr("billing.invoices.views.LINES_PER_PAGE", 2)
    for _ in range(3):
        meters.start(opened(project, at=APRIL.start), "switch", at=APRIL.start)
    close(APRIL, at=AT)
    url = Invoice.objects.get().get_absolute_url()

    first, second = alice_client.get(url).text, alice_client.get(f"{url}?after=2").text

    assert [page.count('class="line"') for page in (first, second)] == [2, 1]
    assert ('href="?after=2" rel="next"' in first, 'rel="next"' in second) == (True, False)
    assert alice_client.get(f"{url}?after=x").text.count('class="line"') == 2


@pytest.mark.parametrize("address", ["", "/csv"])
def test_strangers_find_no_invoice_and_members_need_the_right_to_bills(invoice, address, bob_client, charlie_client):
    url = f"{invoice.get_absolute_url()}{address}"

    assert (bob_client.get(url).status_code, charlie_client.get(url).status_code) == (403, 404)
