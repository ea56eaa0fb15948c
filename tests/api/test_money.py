"""Money in the panel's API: papers, the statement, payments, this month's charges; deadlines and consents."""

import base64
import hashlib
from datetime import timedelta

import pytest

from accounts import deadlines
from accounts.access import SYSTEM
from accounts.consents.models import Acceptance
from accounts.levels import Level
from billing import meters
from billing.invoices.models import Invoice
from billing.invoices.publishing import publish
from billing.payments import attempts
from billing.payments.models import PaymentAttempt
from core.operations.draining import drain
from tests.api.conftest import assert_refused, client_of
from tests.billing.paying import card, closed
from tests.billing.test_closing import APRIL, GRACE_OVER, jst
from tests.billing.world import opened
from tests.make import EVENING, MORNING, NOON

PANEL = "/api/panel/1.0"
MONEY = ["papers", "statement", "payments", "charges"]


@pytest.fixture
def paying(project):
    """A key that may look, and see bills."""
    return client_of(project, Level.VIEW, may_bill=True)


@pytest.fixture
def elsewhere_paying(elsewhere):
    """The same in another organisation."""
    return client_of(elsewhere, Level.VIEW, may_bill=True)


@pytest.fixture
def bill(project, garden) -> Invoice:
    """The invoice of April, with its paper: a server ran from 09:30 to 18:00 on the 1st."""
    contract = opened(project)
    meters.start(contract, "server", "1core-1gb", at=MORNING)
    meters.stop(contract, at=EVENING)
    made = closed(garden, APRIL)
    publish(made, at=GRACE_OVER)
    drain(at=GRACE_OVER)
    return made


@pytest.mark.parametrize("at", MONEY)
def test_money_is_for_keys_with_the_right_to_bills(looking, at):
    assert_refused(looking.get(f"{PANEL}/{at}"), 403, "permission_denied")


def test_a_paper_is_listed_and_read_byte_for_byte(paying, elsewhere_paying, bill):
    [paper] = paying.get(f"{PANEL}/papers").json["Papers"]

    assert (paper["Number"], paper["Kind"], paper["Language"], paper["Total"]) == (
        bill.label, "INVOICE", "ja", bill.total,
    )  # fmt: skip
    file = paying.get(f"{PANEL}/papers/{paper['SHA256']}/content").json
    content = base64.b64decode(file["Content"])
    assert hashlib.sha256(content).hexdigest() == paper["SHA256"]
    assert content.startswith(b"%PDF")
    assert elsewhere_paying.get(f"{PANEL}/papers").json["Total"] == 0
    assert_refused(elsewhere_paying.get(f"{PANEL}/papers/{paper['SHA256']}/content"), 404, "not_found")


@pytest.mark.parametrize("key", ["1", "x" * 64, "0" * 64])
def test_a_paper_that_does_not_exist_is_not_found(paying, key):
    assert_refused(paying.get(f"{PANEL}/papers/{key}"), 404, "not_found")


def test_the_statement_tells_movements_and_what_is_owed(paying, elsewhere_paying, bill):
    answer = paying.get(f"{PANEL}/statement").json

    assert [(one["Invoice"], one["Amount"]) for one in answer["Movements"]] == [(str(bill.number), bill.total)]
    assert (answer["Balance"], answer["Credit"], answer["Total"]) == (bill.total, 0, 1)
    assert elsewhere_paying.get(f"{PANEL}/statement").json["Balance"] == 0


def test_a_payment_is_told_with_its_invoice_card_and_outcome(paying, elsewhere_paying, garden, bill):
    card(garden, "no-funds", at=GRACE_OVER)
    asked = attempts.ask(garden, PaymentAttempt.Purpose.INVOICE, bill.pk, bill.total, by=SYSTEM, at=jst(5, month=5))
    drain(at=jst(5, month=5))

    [payment] = paying.get(f"{PANEL}/payments", accept_language="en").json["Payments"]

    assert (payment["ID"], payment["Invoice"], payment["State"]) == (str(asked.uuid), str(bill.number), "DECLINED")
    assert (payment["Amount"], payment["Try"], payment["Card"]["Last4"]) == (bill.total, 1, "9995")
    assert payment["Problem"]
    assert paying.get(f"{PANEL}/payments/{asked.uuid}", accept_language="en").json["Payment"] == payment
    assert_refused(elsewhere_paying.get(f"{PANEL}/payments/{asked.uuid}"), 404, "not_found")
    assert_refused(paying.get(f"{PANEL}/payments/no-uuid"), 404, "not_found")


def test_this_months_charges_are_those_of_the_page(project, garden, time_machine):
    contract = opened(project)
    meters.start(contract, "server", "1core-1gb", at=MORNING)
    time_machine.move_to(NOON, tick=False)
    paying = client_of(project, Level.VIEW, may_bill=True)

    answer = paying.get(f"{PANEL}/charges").json

    [charge] = answer["Charges"]
    assert (charge["Contract"], charge["Service"]) == (str(contract.number), "test.server")
    assert 0 < charge["SoFar"] < charge["Forecast"]
    assert (answer["Month"], answer["SoFar"]) == ("2026-04", charge["SoFar"] * 11 // 10)


def test_this_months_charges_cost_the_same_queries_for_one_and_for_three(
    project, django_assert_max_num_queries, django_assert_num_queries, time_machine
):
    time_machine.move_to(NOON, tick=False)
    paying = client_of(project, Level.VIEW, may_bill=True)
    meters.start(opened(project), "server", "1core-1gb", at=MORNING)
    paying.get(f"{PANEL}/charges")
    with django_assert_max_num_queries(20) as one:
        paying.get(f"{PANEL}/charges")
    for _number in range(2):
        meters.start(opened(project), "server", "1core-1gb", at=MORNING)

    with django_assert_num_queries(len(one.captured_queries)):
        assert len(paying.get(f"{PANEL}/charges").json["Charges"]) == 3


def test_deadlines_and_consents_are_told_to_the_key(project, looking, elsewhere_paying):
    at = MORNING + timedelta(days=36500)
    deadlines.put("deadline.card_expiry", project, due_at=at, act_url="/cards", at=MORNING)

    [deadline] = looking.get(f"{PANEL}/deadlines").json["Deadlines"]

    assert (deadline["Kind"], deadline["Page"]) == ("deadline.card_expiry", "/cards")
    assert elsewhere_paying.get(f"{PANEL}/deadlines").json["Total"] == 0
    agreed = looking.get(f"{PANEL}/consents").json
    assert agreed["Total"] == Acceptance.objects.filter(organisation=project.organisation).count() > 0
    assert {"Document", "Version", "SHA256"} <= agreed["Consents"][0].keys()
