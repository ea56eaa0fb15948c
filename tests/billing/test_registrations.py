"""How registering a card ends when nobody goes on with it, and how a card out of use is forgotten."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.checks import run_checks

from accounts.access import SYSTEM
from accounts.audit.models import AuditEvent
from accounts.organisations.models import Organisation
from billing.payments import actions
from billing.payments.drivers import gateway
from billing.payments.drivers.simulated import Simulated
from billing.payments.models import Card, CardSetup, PaymentAttempt, SimulatedPayment
from billing.payments.tasks import let_go_of_registrations
from core.errors import Refused
from core.operations import Rejected, Retryable
from core.operations.draining import drain
from core.operations.models import Operation
from tests import make
from tests.billing import paying
from tests.billing.test_attempts import asked

pytestmark = pytest.mark.usefixtures("db")
DAY_LATER = make.MORNING + timedelta(days=1)


def ready(organisation: Organisation) -> CardSetup:
    setup = actions.begin(organisation, accepted=True, by=SYSTEM, at=make.MORNING)
    drain(at=make.MORNING)
    return setup.refreshed()


def kept() -> list[str]:
    """The cards that the gateway still keeps for us, by their codes."""
    rows = SimulatedPayment.objects.filter(state="DONE").order_by("data__card")
    return [row.data["card"] for row in rows if "forgotten" not in row.data]


def test_a_card_that_was_said_to_be_given_but_was_not_is_asked_for_again(garden):
    setup = ready(garden)
    actions.check(setup, by=SYSTEM, at=make.NOON)

    ended = drain(at=make.NOON)

    assert setup.refreshed().state == "READY"
    assert ended == make.NOON + timedelta(minutes=1)
    assert Operation.objects.filter(kind="card.check", state="DONE").count() == 1


def test_a_registration_left_for_a_day_is_looked_at_a_last_time_and_over(garden):
    setup = ready(garden)
    assert let_go_of_registrations.next_due(make.NOON) == DAY_LATER

    let_go_of_registrations(DAY_LATER - timedelta(seconds=1))
    assert setup.refreshed().state == "READY"
    let_go_of_registrations(DAY_LATER)
    let_go_of_registrations(DAY_LATER)
    drain(at=DAY_LATER)

    assert (setup.refreshed().state, setup.problem) == ("ABANDONED", "It was not finished within a day.")
    assert Operation.objects.filter(kind="card.last_look").count() == 1
    assert AuditEvent.objects.filter(verb="card.abandoned").count() == 1
    assert let_go_of_registrations.next_due(DAY_LATER) is None


def test_the_last_look_registers_a_card_of_which_nobody_told_us(garden):
    setup = ready(garden)
    simulated().pick(setup.gateway_ref, "visa")

    let_go_of_registrations(DAY_LATER)
    drain(at=DAY_LATER)

    assert (setup.refreshed().state, str(actions.card_of(garden))) == ("DONE", "Visa •••• 4242")


def test_the_page_of_an_abandoned_registration_offers_to_begin_again(garden, alice_client):
    setup = ready(garden)
    let_go_of_registrations(DAY_LATER)
    drain(at=DAY_LATER)

    page = alice_client.get(setup.get_absolute_url())

    assert page.status_code == 200
    assert "1日以内に完了しませんでした。" in page.text
    assert 'href="/cards/new"' in page.text


def test_of_two_registrations_the_one_begun_last_counts(garden):
    first, second = ready(garden), ready(garden)
    simulated().pick(first.gateway_ref, "visa")
    simulated().pick(second.gateway_ref, "mastercard")

    for setup in (second, first):
        actions.check(setup, by=SYSTEM, at=make.NOON)
        drain(at=make.NOON)

    assert str(actions.card_of(garden)) == "Mastercard •••• 4444"
    assert kept() == ["mastercard"]


def test_a_changed_or_removed_card_is_forgotten_at_the_gateway(garden):
    paying.card(garden, "visa")
    assert kept() == ["visa"]

    new = paying.card(garden, "mastercard")
    assert kept() == ["mastercard"]
    actions.remove(new, by=SYSTEM, at=make.NOON)
    drain(at=make.NOON)

    assert kept() == []
    assert not Card.objects.filter(forgotten_at=None).exists()


def simulated() -> Simulated:
    pay = gateway()
    assert isinstance(pay, Simulated)
    return pay


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception], None]:
    """Make the gateway answer "forget" with an error, three times."""

    def fail(error: Exception) -> None:
        left, forget = [error] * 3, Simulated.forget

        def first(self: Simulated, *call: Any) -> None:
            if left:
                raise left.pop()
            forget(self, *call)

        monkeypatch.setattr(Simulated, "forget", first)

    return fail


@pytest.mark.parametrize("error", [Retryable("no answer"), OSError("the line is cut")])
def test_forgetting_goes_on_until_it_is_done(garden, faulty, error):
    card = paying.card(garden)
    faulty(error)

    actions.remove(card, by=SYSTEM, at=make.NOON)
    drain(at=make.NOON)

    card.refresh_from_db()
    assert kept() == []
    assert card.forgotten_at == make.NOON + timedelta(seconds=2 + 4 + 8)


def test_a_card_the_gateway_will_not_forget_is_shown_to_staff(garden, faulty):
    card = paying.card(garden)
    faulty(Rejected("not that one"))

    actions.remove(card, by=SYSTEM, at=make.NOON)
    drain(at=make.NOON)

    card.refresh_from_db()
    operation = Operation.objects.get(kind="card.forget")
    assert (operation.state, operation.error, card.forgotten_at) == ("FAILED", "not that one", None)


def test_a_card_is_not_forgotten_while_money_is_asked_of_it(garden):
    old = paying.card(garden)
    attempt = asked(garden)
    actions.retire(old, at=make.NOON)
    taking = Operation.objects.filter(kind="payment.take")
    taking.update(next_at=make.NOON + timedelta(minutes=5))

    drain(at=make.NOON)

    attempt.refresh_from_db()
    old.refresh_from_db()
    assert attempt.state == PaymentAttempt.State.SUCCEEDED
    assert old.forgotten_at == make.NOON + timedelta(minutes=5)


def test_a_card_is_removed_once(garden):
    card = paying.card(garden)
    actions.remove(card, by=SYSTEM, at=make.NOON)

    with pytest.raises(Refused):
        actions.remove(card, by=SYSTEM, at=make.NOON)

    assert Operation.objects.filter(kind="card.forget").count() == 1


def test_only_a_browser_gateway_is_told_that_the_card_was_given(garden, alice_client):
    setup = ready(garden)

    assert alice_client.post(f"{setup.get_absolute_url()}/given").status_code == 404
    assert setup.refreshed().state == "READY"


def test_stripe_is_no_gateway_without_its_keys(settings):
    settings.STRIPE_SECRET_KEY, settings.STRIPE_PUBLIC_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk", "", ""
    assert [error.id for error in run_checks() if error.id == "billing.E001"] == []

    settings.PAYMENT_GATEWAY = "billing.payments.drivers.stripe.Stripe"

    assert [error.msg.split()[0] for error in run_checks() if error.id == "billing.E001"] == [
        "STRIPE_PUBLIC_KEY",
        "STRIPE_WEBHOOK_SECRET",
    ]
