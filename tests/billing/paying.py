"""Cards and months for tests of money: a card in use, months that are closed and booked."""

from datetime import datetime, timedelta

from accounts.access import SYSTEM
from accounts.organisations.models import Organisation
from billing.invoices import closing
from billing.invoices.models import Invoice, Issuer
from billing.payments import actions
from billing.payments.drivers import gateway
from billing.payments.drivers.simulated import Simulated
from billing.payments.models import Card
from core.calendar import Month
from core.operations.draining import drain
from tests import make
from tests.billing.books import booked


def card(organisation: Organisation, code: str = "visa", *, at: datetime = make.MORNING) -> Card:
    """Register one of the test cards."""
    setup = actions.begin(organisation, accepted=True, by=SYSTEM, at=at)
    drain(at=at)
    setup.refresh_from_db()
    simulated = gateway()
    assert isinstance(simulated, Simulated)
    simulated.pick(setup.gateway_ref, code)
    actions.check(setup, by=SYSTEM, at=at)
    drain(at=at)
    registered = actions.card_of(organisation)
    assert registered is not None
    return registered


def closed(organisation: Organisation, month: Month) -> Invoice:
    """The organisation's invoice of the month, closed and booked."""
    kept = {"name": "Engawa", "registration_number": "T1234567890123", "postal_code": "100-0001", "address": "Tokyo"}
    Issuer.objects.get_or_create(since=month.previous.first_day, defaults={**kept, "contact": "desk"})
    closing.close(month, at=month.end + timedelta(hours=6))
    return booked(Invoice.objects.get(organisation=organisation, month=month.first_day))
