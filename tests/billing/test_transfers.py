"""Bank transfers: agreed on, received, matched, taken back (4-2)."""

from datetime import date
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.access import SYSTEM
from accounts.notices.models import Letter, Notice
from billing import credit_notes
from billing.dues import actions as dues
from billing.dues.models import Means
from billing.invoices.closing import close
from billing.invoices.models import Invoice
from billing.means import actions as means
from billing.means.models import MeansRequest
from billing.payments.models import PaymentAttempt
from billing.postings import queries
from billing.postings.models import Posting
from billing.transfers import actions, statements
from billing.transfers.models import BankTransfer, TransferMatch
from core.calendar import jst_date
from core.errors import Refused
from tests.billing.test_attempts import carded
from tests.billing.test_closing import APRIL, GRACE_OVER, jst, used
from tests.billing.test_dues import run, steps
from tests.cast import browser

__all__ = ["used"]
pytestmark = pytest.mark.usefixtures("db")
AT = jst(7, 10, month=5)


@pytest.fixture
def invoice(garden, used) -> Invoice:
    """4,512 yen, due on 10 May."""
    close(APRIL, at=GRACE_OVER)
    return Invoice.objects.get()


@pytest.fixture
def staff_client(staff_user):
    Authenticator.objects.create(user=staff_user, type=Authenticator.Type.TOTP, data={})
    return browser(staff_user)


def received(garden, amount=5000, reference="R1", **options) -> BankTransfer:
    usual: dict[str, Any] = {"received_on": date(2026, 5, 7), "payer": "GARDEN CO", "by": SYSTEM, "at": AT}
    return actions.record(garden, amount=amount, reference=reference, **usual | options)


def paid(invoice) -> tuple[int, str]:
    found = queries.with_open(Invoice.objects.all(), jst_date(AT)).get(pk=invoice.pk)
    return found.open, found.paid


def told() -> list[str]:
    return list(Notice.objects.filter(kind__startswith="means_").order_by("pk").values_list("kind", flat=True))


@pytest.mark.terms("4-2")
def test_an_approved_application_ends_charging_the_card(invoice, garden, alice_client, staff_client):
    carded(garden)
    alice_client.post("/means/apply", {"reason": "Our rules"})
    asked = MeansRequest.objects.get()

    form = {"action": "approve", "_selected_action": str(asked.pk), "confirmed": "1", "answer": "Gladly"}
    staff_client.post(reverse("admin:billing_meansrequest_changelist"), form)
    run(5)

    asked.refresh_from_db()
    assert (asked.state, told(), steps()) == ("AGREED", ["means_agreed"], [(-5, "BANK")])
    page, detail = alice_client.get("/means").text, alice_client.get(invoice.get_absolute_url()).text
    assert invoice.label in page
    assert "1234567" in page
    assert "1234567" in detail


@pytest.mark.terms("4-2")
def test_a_refused_application_says_why_and_changes_nothing(garden, alice_client, alice):
    asked = means.apply(garden, "Our rules", by=alice, at=AT)

    with pytest.raises(Refused):
        means.refuse(asked, " ", by=SYSTEM, at=AT)
    means.refuse(asked, "Too new", by=SYSTEM, at=AT)

    assert (told(), Means.objects.count()) == (["means_refused"], 0)
    assert "Too new" in alice_client.get("/means").text
    with pytest.raises(Refused):
        means.approve(asked, "", by=SYSTEM, at=AT)


@pytest.mark.terms("4-2")
def test_staff_propose_it_at_the_threshold_only_and_the_customer_decides(invoice, alice_client, settings):
    settings.OTHER_MEANS_THRESHOLD = 4513
    with pytest.raises(Refused):
        means.propose(invoice, "Large", by=SYSTEM, at=AT)
    assert not MeansRequest.objects.exists()

    settings.OTHER_MEANS_THRESHOLD = 4512
    means.propose(invoice, "Large", by=SYSTEM, at=AT)
    assert not means.pays_by_bank(invoice.organisation_id)
    assert "Large" in alice_client.get("/means").text
    alice_client.post("/means/accept")

    assert means.pays_by_bank(invoice.organisation_id)
    assert alice_client.post("/means/accept").status_code == 404


def test_others_change_no_means(garden, bob_client, charlie_client, alice):
    means.apply(garden, "Our rules", by=alice, at=AT)

    assert bob_client.get("/means").status_code == 403
    assert bob_client.post("/means/withdraw").status_code == 403
    assert charlie_client.post("/means/withdraw").status_code == 404
    assert MeansRequest.objects.get().state == "APPLIED"


def test_going_back_to_the_card_needs_one(garden, alice):
    means.approve(means.apply(garden, "x", by=alice, at=AT), "", by=SYSTEM, at=AT)
    with pytest.raises(Refused):
        means.use_card(garden, "x", by=alice, at=AT)
    assert means.pays_by_bank(garden.pk)

    carded(garden)
    means.use_card(garden, "x", by=alice, at=AT)

    assert not means.pays_by_bank(garden.pk)


@pytest.mark.terms("4-2")
def test_a_transfer_pays_its_invoice_and_the_rest_waits(invoice, garden):
    transfer = received(garden, invoices=[invoice])

    assert (paid(invoice), actions.left(transfer)) == ((0, "PAID"), 488)
    assert (credit_notes.waiting(garden), queries.owed_by(garden)) == (488, -488)
    rows = list(queries.movements(garden).order_by("at", "pk"))
    queries.balance(rows)
    assert [row.balance for row in rows] == [4512, -488]


def test_a_part_leaves_the_invoice_partly_paid(invoice, garden):
    received(garden, 1000, invoices=[invoice])

    assert paid(invoice) == (3512, "PARTLY")


def test_a_wrong_match_is_undone_by_a_reverse_posting_once(invoice, garden):
    received(garden, invoices=[invoice])
    made = TransferMatch.objects.get()
    before = Posting.objects.count()

    actions.undo(made, by=SYSTEM, at=AT)
    with pytest.raises(Refused):
        actions.undo(made, by=SYSTEM, at=AT)

    assert paid(invoice) == (4512, "OPEN")
    assert (Posting.objects.count(), credit_notes.waiting(garden)) == (before + 2, 5000)
    assert sum(amount for _name, amount in queries.trial_balance()) == 0


def test_no_more_is_matched_than_the_transfer_has_and_the_invoice_needs(invoice, garden):
    transfer = received(garden)
    with pytest.raises(Refused):
        actions.match(transfer, invoice, 4513, by=SYSTEM, at=AT)
    actions.match(transfer, invoice, 4512, by=SYSTEM, at=AT)
    with pytest.raises(Refused):
        actions.match(transfer, invoice, by=SYSTEM, at=AT)

    assert [made.amount for made in TransferMatch.objects.all()] == [4512]


def test_nothing_is_matched_over_what_a_card_is_paying_right_now(invoice, garden):
    carded(garden)
    dues.pay(invoice, by=SYSTEM, at=AT)
    transfer = received(garden)

    with pytest.raises(Refused):
        actions.match(transfer, invoice, by=SYSTEM, at=AT)
    assert (PaymentAttempt.objects.get().state, TransferMatch.objects.count()) == ("OPEN", 0)


def test_a_transfer_recorded_by_mistake_is_booked_back_and_can_be_recorded_again(invoice, garden):
    transfer = received(garden, invoices=[invoice])
    with pytest.raises(Refused):
        actions.withdraw(transfer, "Wrong", by=SYSTEM, at=AT)
    actions.undo(TransferMatch.objects.get(), by=SYSTEM, at=AT)

    actions.withdraw(transfer, "Wrong", by=SYSTEM, at=AT)
    with pytest.raises(Refused):
        actions.match(transfer, invoice, by=SYSTEM, at=AT)

    assert (queries.owed_by(garden), credit_notes.waiting(garden)) == (4512, 0)
    assert received(garden).amount == 5000


def test_the_same_reference_is_recorded_once(garden):
    received(garden)
    with pytest.raises(Refused):
        received(garden)

    assert (BankTransfer.objects.count(), credit_notes.waiting(garden)) == (1, 5000)


def sheet(invoice, garden) -> bytes:
    rows = [
        "取引日,入金金額,振込依頼人名,照会番号",
        f'2026/05/07,"4,512",{invoice.label} ｶﾞｰﾃﾞﾝ,A1',
        "2026-05-07,100,ｶﾞｰﾃﾞﾝ,A2",
        f"2026-05-07,200,{garden.number} X,A1",
        "2026-05-07,300,Nobody,A3",
        "2026-05-07,-5,Nobody,A4",
        "tomorrow,5,Nobody,A5",
    ]
    return "\n".join(rows).encode("cp932")


def test_a_statement_is_answered_line_by_line_and_a_dry_run_writes_nothing(invoice, garden):
    content = sheet(invoice, garden)

    dry = statements.take(content, dry=True, by=SYSTEM, at=AT)
    assert [row.answer for row in dry] == ["RECORDED", "UNKNOWN", "KNOWN", "UNKNOWN", "BROKEN", "BROKEN"]
    assert (BankTransfer.objects.count(), paid(invoice)) == (0, (4512, "OPEN"))
    done = statements.take(content, dry=False, by=SYSTEM, at=AT)
    again = statements.take(content, dry=False, by=SYSTEM, at=AT)

    assert [row.answer for row in done] == [row.answer for row in dry]
    assert [row.answer for row in again] == ["KNOWN", "UNKNOWN", "KNOWN", "UNKNOWN", "BROKEN", "BROKEN"]
    assert (paid(invoice), BankTransfer.objects.count()) == ((0, "PAID"), 1)


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"date,amount\n2026-05-07,1"])
def test_a_file_that_is_no_statement_is_refused_whole(content):
    with pytest.raises(Refused):
        statements.take(content, dry=False, by=SYSTEM, at=AT)

    assert not BankTransfer.objects.exists()


def test_who_paid_under_a_name_before_is_known_by_it(invoice, garden):
    received(garden, 1, payer="GARDEN CO")
    content = b"date,amount,payer,reference\n2026-05-07,100,GARDEN CO,A9"

    (row,) = statements.take(content, dry=False, by=SYSTEM, at=AT)

    assert (row.answer, row.organisation, credit_notes.waiting(garden)) == ("RECORDED", garden, 101)


def test_staff_record_match_undo_and_import_in_the_admin(invoice, garden, staff_client):
    form = {"organisation": garden.number, "amount": "1000", "received_on": "2026-05-07", "payer": "G"}
    add = reverse("admin:billing_banktransfer_add")
    staff_client.post(add, form | {"reference": "R1"})
    transfer = BankTransfer.objects.get()
    chosen = {"_selected_action": str(transfer.pk), "confirmed": "1"}
    page = reverse("admin:billing_banktransfer_changelist")
    staff_client.post(page, chosen | {"action": "match", "invoices": invoice.label})
    assert paid(invoice)[0] == 3512
    made = TransferMatch.objects.get()
    undo = {"action": "undo", "_selected_action": str(made.pk)}
    staff_client.post(reverse("admin:billing_transfermatch_changelist"), undo)
    assert paid(invoice)[0] == 4512

    file = SimpleUploadedFile("s.csv", sheet(invoice, garden))
    answer = staff_client.post(reverse("admin:billing_banktransfer_import"), {"file": file})

    assert BankTransfer.objects.count() == 1
    assert answer.context["results"][0].answer == "RECORDED"
    assert staff_client.post(add, form | {"reference": "R1"}).status_code == 200
    for name in ("banktransfer", "transfermatch", "meansrequest", "means"):
        assert staff_client.get(reverse(f"admin:billing_{name}_changelist")).status_code == 200


def test_staff_are_mailed_that_a_customer_asks_to_pay_by_bank_transfer(garden, alice, settings):
    settings.STAFF_ADDRESS = "staff@engawa.example"

    means.apply(garden, "Our accountants pay by transfer only.", by=alice, at=AT)

    assert [(sent.kind, sent.to) for sent in Letter.objects.all()] == [("means_waits", "staff@engawa.example")]
