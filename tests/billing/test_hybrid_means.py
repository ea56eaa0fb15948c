"""What pays the hybrid connection, to the yen, through the close of the month and the due run (13-1, 13-2)."""

from datetime import date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.access import SYSTEM
from accounts.notices.models import Notice
from billing import meters
from billing.contracts import tasks as contract_sweeps
from billing.dues import tasks as dues
from billing.dues.models import DueStep, Means
from billing.invoices import tasks as months
from billing.invoices.closing import close
from billing.invoices.models import Invoice, Issuer
from billing.means import hybrid as choosing
from billing.means import streams
from billing.means.models import HybridMeans, Merge
from billing.other_services import actions as others
from billing.other_services.models import OtherService
from billing.payments import exposure
from billing.payments import holds_tasks as holds
from billing.payments.models import CardHold, PaymentAttempt
from billing.postings import queries
from billing.postings.models import Posting
from compute.networks.hybrid import actions as hybrids
from core.calendar import JST, Month
from core.errors import Refused
from core.operations.draining import drain
from tests.billing import paying
from tests.billing.world import opened
from tests.compute.hybrids import hybrid, service
from tests.make import MORNING, NOON

pytestmark = pytest.mark.usefixtures("db")
FEE = 12_100  # 11,000 yen and tax


def jst(day: int, hour: int = 12, *, month: int = 4, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=JST)


def closed(*months_of_2026: int) -> None:
    """Close months and tell the customers."""
    Issuer.objects.get_or_create(
        since=date(2025, 1, 1), registration_number="T1234567890123",
        defaults={"name": "Engawa", "postal_code": "100-0001", "address": "Tokyo", "contact": "desk"},
    )  # fmt: skip
    for number in months_of_2026:
        month = Month(2026, number)
        close(month, at=month.end + timedelta(hours=6))
        months.publish_invoices(month.end + timedelta(hours=7))


def run(*days: datetime) -> None:
    for day in days:
        dues.run_dues(day)
        drain(at=day)


def steps(stream: str) -> list[str]:
    rows = DueStep.objects.filter(invoice__stream__startswith=stream).order_by("pk")
    return list(rows.values_list("outcome", flat=True))


@pytest.fixture
def vps(garden):
    return service(garden, reference="vps-2002")


# -- its due days (13-1, AM-20) ------------------------------------------------------------------------------------


@pytest.mark.terms("13-1")
@pytest.mark.parametrize(
    "started, first_due, later_due",
    [
        (datetime(2026, 1, 5, 12, tzinfo=JST), date(2026, 2, 28), date(2026, 3, 10)),
        (datetime(2025, 12, 31, 23, 59, tzinfo=JST), date(2026, 1, 31), date(2026, 2, 10)),
        (datetime(2028, 1, 31, 12, tzinfo=JST), date(2028, 2, 29), date(2028, 3, 10)),
    ],
)
def test_the_first_fee_is_due_at_the_end_of_the_next_month_and_later_ones_on_the_10th(
    project, started, first_due, later_due
):
    hybrid(project, at=started)
    closed()

    first, second = Month.of(started), Month.of(started).next
    for month in (first, second):
        close(month, at=month.end + timedelta(hours=6))

    found = [(one.stream, one.total, one.due_on) for one in Invoice.objects.order_by("month")]
    assert found == [("HYBRID_FIRST", FEE, first_due), ("HYBRID", FEE, later_due)]


@pytest.mark.terms("13-1")
def test_the_setting_makes_later_fees_due_at_the_month_end_too(project, settings):
    settings.HYBRID_LATER_DUE = "month_end"
    hybrid(project)

    closed(4, 5)

    assert list(Invoice.objects.order_by("month").values_list("due_on", flat=True)) == [
        date(2026, 5, 31), date(2026, 6, 30),
    ]  # fmt: skip


def test_the_month_of_the_notice_is_charged_whole_and_the_next_one_not_at_all(project, alice):
    made = hybrid(project)
    hybrids.cancel(made, by=alice, at=jst(2, month=5))
    contract_sweeps.end_contracts(jst(1, 1, month=6))

    closed(4, 5, 6)

    assert [one.total for one in Invoice.objects.order_by("month")] == [FEE, FEE]


# -- its means (13-2) ----------------------------------------------------------------------------------------------


@pytest.fixture
def both(project, garden):
    """A hybrid connection, and a server that runs all April: 4,180 yen and tax. A card is in use."""
    hybrid(project)
    contract = opened(project)
    meters.start(contract, "server", "2core-4gb", at=jst(1, 0))
    paying.card(garden)
    return garden


@pytest.mark.terms("13-2")
def test_it_is_never_on_the_clouds_invoice_and_paid_by_the_card_unless_chosen_otherwise(both):
    closed(4)

    run(jst(5, 9, month=5), jst(26, 9, month=5))

    invoices = Invoice.objects.order_by("stream").values_list("stream", "total")
    assert list(invoices) == [("CLOUD", 4598), ("HYBRID_FIRST", FEE)]
    assert sorted(PaymentAttempt.objects.filter(state="SUCCEEDED").values_list("amount", flat=True)) == [4598, FEE]
    assert queries.owed_by(both) == 0


@pytest.mark.terms("13-2")
def test_merged_with_another_bill_it_is_neither_held_nor_charged_and_shown_so(both, vps, alice, alice_client):
    choosing.choose(both, "OTHER_BILL", vps, by=alice, at=NOON)
    holds.roll_holds(jst(10))
    drain(at=jst(10))
    assert exposure.of([both.pk], at=jst(30, 23))[both.pk] == 4598
    assert CardHold.objects.get(state="HELD").amount == 5000

    closed(4)
    run(jst(5, 9, month=5), jst(26, 9, month=5), jst(1, 9, month=6))

    invoice = Invoice.objects.get(stream="HYBRID_FIRST")
    assert (queries.open_of(invoice.pk), steps("HYBRID"), steps("CLOUD")) == (0, [], ["CHARGED"])
    assert list(PaymentAttempt.objects.values_list("amount", flat=True)) == [4598]
    assert (queries.owed_by(both), queries.balance_of(Posting.objects.all())) == (0, 0)
    assert queries.balance_of(Posting.objects.filter(account="OTHER_BILL")) == FEE
    page = alice_client.get(invoice.get_absolute_url()).content.decode()
    assert "vps-2002" in page
    assert "vps-2002" in Notice.objects.get(kind="invoice_issued", subject_pk=invoice.pk).text


@pytest.mark.terms("13-2")
def test_what_was_invoiced_before_the_choice_is_merged_at_the_due_run(both, vps, alice):
    closed(4)
    choosing.choose(both, "OTHER_BILL", vps, by=alice, at=jst(3, month=5))
    assert exposure.of([both.pk], at=jst(3, month=5))[both.pk] < FEE

    run(jst(26, 9, month=5), jst(27, 9, month=5))

    assert (steps("HYBRID"), Merge.objects.get().amount) == (["MERGED"], FEE)
    assert not PaymentAttempt.objects.filter(amount=FEE).exists()


@pytest.mark.terms("13-2")
def test_by_bank_transfer_without_our_leave_it_waits_and_is_not_held(both, alice, alice_client):
    choosing.choose(both, "BANK", by=alice, at=NOON)
    assert exposure.of([both.pk], at=jst(30, 23))[both.pk] == 4598

    closed(4)
    run(jst(5, 9, month=5), jst(26, 9, month=5))

    assert (steps("HYBRID"), steps("CLOUD")) == (["BANK"], ["CHARGED"])
    invoice = Invoice.objects.get(stream="HYBRID_FIRST")
    assert invoice.label in alice_client.get("/means").content.decode()
    assert "えんがわ銀行" in alice_client.get(invoice.get_absolute_url()).content.decode()


@pytest.mark.terms("13-2")
def test_by_card_it_is_held_and_charged_although_the_cloud_is_paid_by_transfer(both, alice):
    Means.objects.create(organisation=both, kind="BANK", reason="agreed", agreed_at=NOON)
    assert streams.agreed_with([both.pk])[both.pk] == streams.Agreed(streams.Kind.BANK, streams.Kind.BANK)
    choosing.choose(both, "CARD", by=alice, at=NOON)
    assert exposure.of([both.pk], at=jst(30, 23))[both.pk] == FEE

    closed(4)
    run(jst(5, 9, month=5), jst(26, 9, month=5))

    assert (steps("HYBRID"), steps("CLOUD")) == (["CHARGED"], ["BANK", "PROPOSED"])


@pytest.mark.terms("13-2")
@pytest.mark.parametrize("case", ["hourly", "claimed", "theirs", "none"])
def test_fees_are_never_merged_with_an_hourly_unconfirmed_or_another_customers_bill(both, elsewhere, alice, case):
    bills = {
        "hourly": lambda: service(both, "DEDICATED_HOURLY", "ds-1"),
        "claimed": lambda: others.claim(both, "VPS", "vps-2", by=alice, at=NOON),
        "theirs": lambda: service(elsewhere.organisation, reference="vps-3"),
        "none": lambda: None,
    }
    bill = bills[case]()

    with pytest.raises(Refused) as refusal:
        choosing.choose(both, "OTHER_BILL", bill, by=alice, at=NOON)

    assert (refusal.value.clause, HybridMeans.objects.count()) == ("13-2", 0)


@pytest.mark.terms("13-2")
def test_the_cloud_is_no_service_elsewhere(garden, alice):
    with pytest.raises(Refused) as refusal:
        others.claim(garden, "CLOUD", "here", by=alice, at=NOON)
    assert refusal.value.field == "kind"

    with pytest.raises(IntegrityError), transaction.atomic():
        OtherService.objects.filter(pk=service(garden).pk).update(kind="CLOUD")


def test_the_card_is_chosen_only_by_who_has_one(garden, alice):
    with pytest.raises(Refused) as refusal:
        choosing.choose(garden, "CARD", by=alice, at=NOON)

    assert (refusal.value.code, HybridMeans.objects.count()) == ("card_needed", 0)


def test_a_merging_that_was_not_paid_is_taken_back_once_and_then_the_card_is_charged(both, vps, alice):
    choosing.choose(both, "OTHER_BILL", vps, by=alice, at=NOON)
    closed(4)
    made = Merge.objects.get()

    choosing.undo(made, "The VPS bill was not paid.", by=SYSTEM, at=jst(20, month=5))
    with pytest.raises(Refused):
        choosing.undo(made, "Again.", by=SYSTEM, at=jst(20, month=5))
    run(jst(26, 9, month=5))

    assert steps("HYBRID") == ["CHARGED"]
    assert (queries.open_of(made.invoice_id), queries.balance_of(Posting.objects.all())) == (0, 0)


def test_when_the_other_service_ends_the_next_invoices_are_paid_as_the_clouds(both, vps, alice):
    choosing.choose(both, "OTHER_BILL", vps, by=alice, at=NOON)
    closed(4)

    others.end(vps, by=alice, at=jst(10, month=5))
    closed(5)
    run(jst(5, 9, month=6))

    assert Notice.objects.filter(kind="hybrid_means_ended").count() == 1
    assert list(Merge.objects.values_list("amount", flat=True)) == [FEE]
    assert steps("HYBRID") == ["CHARGED"]


def test_handing_over_twice_moves_the_money_once(both, vps, alice):
    choosing.choose(both, "OTHER_BILL", vps, by=alice, at=NOON)
    closed(4)
    invoice = Invoice.objects.get(stream="HYBRID_FIRST")

    assert choosing.hand_over(invoice, at=jst(10, month=5)) is None

    assert Merge.objects.count() == 1


# -- services elsewhere, in the browser and by staff ---------------------------------------------------------------


def test_a_service_is_registered_once_chosen_and_removed_in_the_browser(garden, alice_client, bob_client):
    values = {"kind": "VPS", "reference": "vps-77"}
    assert alice_client.post("/other-services/new", values).status_code == 302
    assert alice_client.post("/other-services/new", values).status_code == 422
    others.attest(one := OtherService.objects.get(), by=SYSTEM, at=MORNING)
    assert Notice.objects.filter(kind="other_service_attested").exists()

    assert "vps-77" in alice_client.get("/means/hybrid").content.decode()
    assert alice_client.post("/means/hybrid", {"means": one.number}).status_code == 302
    assert "vps-77" in alice_client.get("/means").content.decode()
    assert alice_client.post(f"/other-services/{one.number}/end", {"nonce": ""}).status_code == 302

    assert not HybridMeans.objects.exists()
    assert bob_client.get("/other-services/").status_code == 403
