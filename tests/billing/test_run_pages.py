"""Staff take a month from its dry run to the payment, all in the admin."""

import pytest
from django.urls import reverse

from billing import meters
from billing.invoices import overview
from billing.invoices.models import BillingRun, Invoice
from billing.postings import queries
from core.calendar import Month
from core.operations.draining import drain
from core.operations.models import Operation
from tests.billing.test_attempts import carded
from tests.billing.test_closing import APRIL, GRACE_OVER, close, jst, used
from tests.billing.test_staff import act, staff_client
from tests.billing.world import opened

__all__ = ["staff_client", "used"]
pytestmark = pytest.mark.usefixtures("db")
NEXT = "admin:billing_billingrun_next"


def work() -> None:
    """A worker performs what was asked."""
    drain(at=Operation.objects.latest("pk").next_at)


def figures() -> list[list[int | None]]:
    """What invoices, lines, taxes and books say of the run; they must agree."""
    checks = overview.checks(BillingRun.objects.get())
    assert all(check.agrees for check in checks)
    return [check.figures for check in checks]


def text(answer) -> str:
    return str(answer.content.decode())


@pytest.mark.terms("4-1")
def test_staff_take_a_month_from_dry_run_to_payment(settings, staff_client, used, garden, elsewhere):
    settings.HOLD_BACK_FROM = 10_000
    meters.start(opened(elsewhere, at=jst(1)), "server", "8core-32gb", at=jst(1))
    carded(garden)

    assert reverse(NEXT) in text(staff_client.get(reverse("admin:billing_billingrun_changelist")))
    dry = text(staff_client.get(reverse(NEXT)))
    assert "¥35,972" in dry  # 4,512 and 31,460
    assert not BillingRun.objects.exists()

    page = staff_client.post(reverse(NEXT), follow=True).redirect_chain[-1][0]
    assert not Invoice.objects.exists()  # a worker does it
    work()
    seen = text(staff_client.get(page))
    assert figures() == [[1, 1, 1, 1], [4102, 4102, 4102, 4102], [410, None, 410, 410], [4512, None, 4512, 4512]]
    assert "¥4,102" in seen
    assert "10 %" in seen
    assert str(elsewhere.organisation) in seen

    held = Invoice.objects.get(state="DRAFT")
    act(staff_client, "invoice", "release", held.pk, reason="A new customer")
    staff_client.post(page)
    work()
    assert BillingRun.objects.get().published_at is not None
    assert figures()[3] == [35972, None, 35972, 35972]

    invoice = Invoice.objects.get(organisation=garden)
    act(staff_client, "invoice", "charge", invoice.pk)
    work()
    assert queries.open_of(invoice.pk) == 0
    assert "支払い済み" in text(staff_client.get(reverse("admin:billing_invoice_changelist")))


def test_a_closed_month_is_not_started_again_and_nothing_is_published_twice(staff_client, used):
    close(APRIL, at=GRACE_OVER)
    page = reverse("admin:billing_billingrun_change", args=[BillingRun.objects.get().pk])

    staff_client.post(page)
    staff_client.post(page)
    work()
    staff_client.post(page)

    assert Operation.objects.filter(kind="run.publish").count() == 1
    assert text(staff_client.get(reverse(NEXT))).count("2026-05") > 0


def test_a_month_that_still_runs_can_be_looked_at_but_not_closed(staff_client, project):
    BillingRun.objects.create(
        month=Month(2098, 12).first_day, cutoff=Month(2099, 1).start, engine="1", finished_at=Month(2099, 1).start
    )

    assert "<form method" not in text(staff_client.get(reverse(NEXT))).partition("<main")[2]
    answer = staff_client.post(reverse(NEXT), follow=True)

    assert "2099-01" in text(answer)
    assert BillingRun.objects.count() == 1


def test_a_run_under_way_shows_how_far_it_is(staff_client, used, elsewhere):
    run = BillingRun.objects.create(
        month=APRIL.first_day, cutoff=GRACE_OVER, engine="1", reached=used.organisation_id
    )  # fmt: skip
    page = reverse("admin:billing_billingrun_change", args=[run.pk])

    assert 'value="50"' in text(staff_client.get(page))
    staff_client.post(page)
    assert not Operation.objects.filter(kind="run.publish").exists()


@pytest.mark.parametrize("name, args", [(NEXT, []), ("admin:billing_billingrun_change", [1])])
def test_customers_have_no_way_to_runs(alice_client, name, args):
    assert alice_client.post(reverse(name, args=args)).status_code in (302, 403)
    assert not BillingRun.objects.exists()


def test_a_run_that_does_not_exist_is_404(staff_client):
    assert staff_client.get(reverse("admin:billing_billingrun_change", args=[99])).status_code == 404
