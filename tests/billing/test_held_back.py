"""What is odd about a month waits for staff; everybody else is invoiced."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.access import SYSTEM
from accounts.organisations.models import Organisation
from billing import adjustments, meters
from billing.invoices import runs, tasks
from billing.invoices.closing import close
from billing.invoices.models import BillingRun, Counter, Invoice
from billing.invoices.previewing import Change, oddity, preview
from billing.postings.models import Posting
from billing.prices.models import Item, Price
from core.calendar import Month
from core.errors import Refused
from tests.billing.test_closing import APRIL, GRACE_OVER, jst, used
from tests.billing.world import opened

__all__ = ["used"]
pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def low_bars(settings):
    """10,000 yen more and five times as much is odd."""
    settings.HOLD_BACK_FROM, settings.HOLD_BACK_TIMES = 10_000, 5


@pytest.fixture(autouse=True)
def paper(db):
    """A thing of one yen."""
    item = Item.objects.create(
        code="paper", tariff="UNIT", clause="2-1", name_ja="紙", name_en="Paper", tax="STANDARD", position=91
    )
    item.prices.create(valid=(date(2020, 1, 1), None), unit=1)


@pytest.fixture
def big(elsewhere):
    """A customer's first month, of 28,600 yen: with tax 31,460."""
    contract = opened(elsewhere, at=jst(1))
    meters.start(contract, "server", "8core-32gb", at=jst(1))
    return contract


@pytest.fixture
def held(used, big) -> Invoice:
    """The first month, held back; the other customer's of 4,512 yen is issued."""
    close(APRIL, at=GRACE_OVER)
    return Invoice.objects.get(state="DRAFT")


def test_a_wild_month_is_held_back_and_the_others_go_on(held, big, garden):
    issued = Invoice.objects.get(state="ISSUED")

    assert (held.organisation_id, held.held_back, held.total, held.number) == (big.organisation_id, "RISE", 31460, None)
    assert (issued.organisation, issued.number, issued.held_back) == (garden, 1, "")
    assert not Posting.objects.filter(organisation=big.organisation_id).exists()
    assert BillingRun.objects.get().finished_at == GRACE_OVER


def test_a_sudden_fall_is_held_back_as_a_rise_is(settings, big):
    settings.HOLD_BACK_FROM = 1_000_000
    close(APRIL, at=GRACE_OVER)
    meters.stop(big, at=jst(1, 1, month=5))
    settings.HOLD_BACK_FROM = 10_000

    close(APRIL.next, at=jst(1, 6, month=6))

    assert list(Invoice.objects.order_by("month").values_list("total", "held_back")) == [(31460, ""), (143, "FALL")]


def test_without_an_address_nothing_is_issued_until_it_is_known(used, garden):
    Organisation.objects.filter(pk=garden.pk).update(address="")
    close(APRIL, at=GRACE_OVER)
    draft = Invoice.objects.get()
    assert (draft.state, draft.held_back) == ("DRAFT", "ADDRESS")

    Organisation.objects.filter(pk=garden.pk).update(address="Osaka 2")
    runs.rerun(draft, by=SYSTEM, at=jst(2, month=5))

    invoice = Invoice.objects.get()
    assert (invoice.state, invoice.number, invoice.recipient["address"]) == ("ISSUED", 1, "Osaka 2")


def test_a_preview_says_who_would_be_held_back(used, big):
    assert preview(APRIL).held == {"RISE": 1}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.integers(0, 200_000), now=st.integers(1, 200_000))
def test_what_is_odd_is_much_in_yen_and_in_times(before, now):
    reason = oddity(Change(1, before, now), addressed=True)

    far = abs(now - before) >= 10_000 and max(now, before) >= 5 * min(now, before)
    assert reason == (("RISE" if now > before else "FALL") if far else "")


@pytest.mark.parametrize("before", [0, 1, 99, 100, 101, 499, 500, 501, 50_000])
def test_the_statement_and_the_dry_run_agree_on_what_is_odd(settings, project, before):
    settings.HOLD_BACK_FROM, settings.HOLD_BACK_TIMES = 400, 5
    contract = opened(project, at=jst(1, month=3))
    for month, amount in ((3, before), (4, 100)):
        for n in range(bool(amount)):
            meters.add(contract, "paper", amount, source="test", event_id=f"{month}-{n}", at=jst(3, month=month))
    settings.HOLD_BACK_FROM = 10**9
    close(APRIL.previous, at=APRIL.start)
    settings.HOLD_BACK_FROM = 400
    expected = preview(APRIL).held

    close(APRIL, at=GRACE_OVER)

    reasons = Invoice.objects.filter(month=APRIL.first_day).exclude(held_back="").values_list("held_back", flat=True)
    assert dict(expected) == dict.fromkeys(reasons, 1)


def test_staff_release_a_draft_as_it_is(held, alice):
    runs.release(held, "A new data centre", by=SYSTEM, at=jst(4, month=5))

    held.refresh_from_db()
    assert (held.state, held.number, held.held_back, held.due_on) == ("ISSUED", 2, "", date(2026, 5, 10))
    assert sum(Posting.objects.filter(invoice=held).values_list("amount", flat=True)) == 31460
    with pytest.raises(Refused):
        runs.release(held, "again", by=SYSTEM, at=jst(4, month=5))
    assert Counter.objects.get(name="invoice").value == 2


def test_what_is_released_after_its_due_date_is_payable_a_month_later(held):
    runs.release(held, "We took our time", by=SYSTEM, at=jst(11, month=5))

    assert Invoice.objects.get(pk=held.pk).due_on == date(2026, 6, 10)


def test_a_discarded_draft_gives_its_adjustments_back_and_is_written_anew(big, used, settings):
    BillingRun.objects.create(month=date(2026, 3, 1), cutoff=APRIL.start, engine="1", finished_at=APRIL.start)
    price = Price.objects.get(item="switch")
    extra = adjustments.add(
        big, price, 500, for_month=APRIL.previous, reason="Forgotten", by=SYSTEM, at=APRIL.start
    )  # fmt: skip
    close(APRIL, at=GRACE_OVER)
    held = Invoice.objects.get(held_back="RISE")
    assert held.subtotal == 29100
    settings.HOLD_BACK_FROM = 1_000_000
    meters.add(big, "sms.a2p", 10, source="sms", event_id="late", at=jst(30))

    assert runs.rerun(held, by=SYSTEM, at=jst(2, month=5)) == 1

    anew = Invoice.objects.get(organisation=big.organisation_id)
    assert (anew.state, anew.subtotal, anew.lines.filter(source_pk=extra.pk).count()) == ("ISSUED", 29230, 1)
    with pytest.raises(Refused):
        runs.rerun(anew, by=SYSTEM, at=jst(2, month=5))


def test_what_still_is_odd_is_held_back_again(held):
    assert runs.rerun(held, by=SYSTEM, at=jst(2, month=5)) == 1

    assert Invoice.objects.get(state="DRAFT").held_back == "RISE"


def test_an_issued_invoice_can_not_be_held_back(used):
    close(APRIL, at=GRACE_OVER)
    draft = Invoice.objects.get()

    for statement in ({"held_back": "RISE"}, {"held_back": "MOOD"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Invoice.objects.filter(pk=draft.pk).update(**statement)


def test_the_run_is_published_when_the_last_draft_is_decided(held):
    tasks.publish_invoices(jst(1, 7, month=5))

    assert BillingRun.objects.get().published_at is None
    assert tasks.next_publication(jst(1, 8, month=5)) is None  # nothing to do: staff decide
    runs.release(held, "It is right", by=SYSTEM, at=jst(2, month=5))
    assert tasks.next_publication(jst(2, month=5)) == jst(2, month=5)
    tasks.publish_invoices(jst(2, month=5))
    assert BillingRun.objects.get().published_at == jst(2, month=5)


def test_customers_do_not_see_what_is_held_back(held, charlie_client):
    page = charlie_client.get("/billing/invoices/")

    assert "31,460" not in page.content.decode()
    assert tasks.next_month() == Month(2026, 5)
