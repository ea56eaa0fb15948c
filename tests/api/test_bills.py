"""Bills of the cloud API and invoices of the panel's, for keys with the right to bills."""

import pytest

from accounts.levels import Level
from billing import meters
from billing.invoices import closing
from billing.invoices.models import Invoice, Issuer
from core.calendar import Month
from tests.api.conftest import assert_refused, client_of
from tests.billing.world import opened
from tests.make import EVENING, MORNING

SYSTEM = "/cloud/zone/is1a/api/system/1.0"
APRIL = Month(2026, 4)


@pytest.fixture
def bill(project) -> Invoice:
    """The invoice of April: a server ran from 09:30 to 18:00 on the 1st."""
    kept = {"name": "Engawa", "registration_number": "T1234567890123", "postal_code": "100-0001", "address": "Tokyo"}
    Issuer.objects.get_or_create(since=APRIL.previous.first_day, defaults={**kept, "contact": "desk"})
    contract = opened(project)
    meters.start(contract, "server", "1core-1gb", at=MORNING)
    meters.stop(contract, at=EVENING)
    closing.close(APRIL, at=APRIL.end)
    return Invoice.objects.get(organisation=project.organisation)


@pytest.fixture
def paying(project):
    """A key that may look, and see bills."""
    return client_of(project, Level.VIEW, may_bill=True)


def test_bills_are_listed_by_contract_year_and_month(paying, project, bill):
    at = f"{SYSTEM}/bill/by-contract/{project.number}"

    answer = paying.get(at)

    assert answer.status == 200
    assert answer.json["Bills"] == [
        {
            "BillID": str(bill.number), "Amount": bill.total, "Date": "2026-05-01T00:00:00+09:00",
            "MemberID": str(project.organisation.number), "Paid": False,
            "PayLimit": "2026-05-11T00:00:00+09:00", "PaymentClassID": 1,
        }
    ]  # fmt: skip
    assert paying.get(f"{at}/2026").json["Count"] == 1
    assert paying.get(f"{at}/2026/5").json["Count"] == 1
    assert paying.get(f"{at}/2026/4").json["Count"] == 0
    assert paying.get(f"{SYSTEM}/bill/id/{bill.number}").json["Bills"] == answer.json["Bills"]


def test_the_lines_of_a_bill_are_told_and_add_up(paying, project, bill):
    at = f"{SYSTEM}/billdetail/{project.organisation.number}/{bill.number}"

    [line] = paying.get(at, accept_language="en").json["BillDetails"]

    assert (line["Amount"], line["Usage"], line["FormattedUsage"]) == (bill.subtotal, 30600, "8 h 30 min")
    assert line["ServiceClassPath"] == "cloud/server/1core-1gb"
    table = paying.get(f"{at}/csv", accept_language="en").json
    assert (table["Count"], table["Filename"], table["HeaderRow"][0]) == (1, f"{bill.label}.csv", "Line")
    assert table["BodyRows"][0][4:] == [str(bill.subtotal), "10%"]
    assert table["Body"].splitlines()[0] == "Line,Contract,Charge,Use,Amount (yen),Tax rate"


def test_an_invoice_of_the_panel_has_its_lines_when_asked(paying, bill):
    plain = paying("GET", f"/api/panel/1.0/invoices/{bill.number}").json["Invoice"]
    whole = paying("GET", "/api/panel/1.0/invoices", query="Include=*,Details").json["Invoices"][0]

    assert plain == {
        "Number": str(bill.number), "Month": "2026-04", "IssuedAt": "2026-05-01T00:00:00+09:00", "DueOn": "2026-05-10",
        "Subtotal": bill.subtotal, "Tax": bill.tax, "Total": bill.total,
    }  # fmt: skip
    assert [line["Amount"] for line in whole["Details"]["Lines"]] == [bill.subtotal]
    assert whole["Details"]["Taxes"] == [{"Rate": 0.1, "Base": bill.subtotal, "Tax": bill.tax}]


@pytest.mark.parametrize("at", ["bill/by-contract/{p}", "bill/id/{b}", "billdetail/{o}/{b}", "billdetail/{o}/{b}/csv"])
def test_bills_are_for_keys_that_may_see_them(looking, stranger, elsewhere, project, bill, at):
    address = f"{SYSTEM}/{at}".format(p=project.number, o=project.organisation.number, b=bill.number)
    prying = client_of(elsewhere, may_bill=True)

    assert_refused(looking.get(address), 403, "permission_denied")
    assert_refused(prying.get(address), 404, "not_found")
    assert_refused(looking.get("/api/panel/1.0/invoices"), 403, "permission_denied")
    assert prying.get("/api/panel/1.0/invoices").json["Invoices"] == []


@pytest.mark.parametrize("at", ["/0", "/99999", "/2026/0", "/2026/13", "/x"])
def test_a_month_that_can_t_be_is_not_found(paying, project, at):
    assert_refused(paying.get(f"{SYSTEM}/bill/by-contract/{project.number}{at}"), 404, "not_found")


@pytest.mark.parametrize("at", ["bill/id/x", "bill/id/1", f"bill/id/{'9' * 30}", "bill", "billdetail/1/1"])
def test_a_bill_that_can_t_be_is_not_found(paying, at):
    assert_refused(paying.get(f"{SYSTEM}/{at}"), 404, "not_found")
