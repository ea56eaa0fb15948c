"""Taking money from a card: once, whatever the gateway and the workers do."""

from collections.abc import Callable

import pytest

from accounts.access import SYSTEM
from accounts.organisations.models import Organisation
from billing.passports.models import Passport
from billing.payments import actions, attempts
from billing.payments.drivers import Outcome, gateway
from billing.payments.drivers.simulated import Simulated
from billing.payments.models import Card, PaymentAttempt, SimulatedPayment
from billing.postings.models import Posting
from core.errors import Refused
from core.operations import Gone, Rejected, Retryable
from core.operations.draining import drain
from core.operations.models import Operation
from tests import make

pytestmark = pytest.mark.usefixtures("db")
PASSPORT = PaymentAttempt.Purpose.PASSPORT


def carded(organisation: Organisation, code: str = "visa") -> Card:
    """Register one of the test cards."""
    setup = actions.begin(organisation, accepted=True, by=SYSTEM, at=make.MORNING)
    drain(at=make.MORNING)
    setup.refresh_from_db()
    simulated = gateway()
    assert isinstance(simulated, Simulated)
    simulated.pick(setup.gateway_ref, code)
    actions.check(setup, by=SYSTEM, at=make.MORNING)
    drain(at=make.MORNING)
    card = actions.card_of(organisation)
    assert card is not None
    return card


def asked(organisation: Organisation, amount: int = 1100) -> PaymentAttempt:
    return attempts.ask(organisation, PASSPORT, passport(organisation).pk, amount, by=SYSTEM, at=make.NOON)


def passport(organisation: Organisation) -> Passport:
    """What is paid: one passport of the organisation, the same one each time."""
    values = {"plan": "1core-1gb", "months": 12, "rate": "0.2", "price": 1000, "tax_rate": "0.1", "tax": 100}
    dates = {"state_changed_at": make.NOON, "purchased_at": make.NOON, "valid": ("2026-04-01", "2027-04-01")}
    defaults = {**values, **dates, "business_use": True}
    return Passport.objects.get_or_create(organisation=organisation, defaults=defaults)[0]


def books() -> list[tuple[str, str, int]]:
    return list(Posting.objects.filter(kind="PAYMENT").order_by("pk").values_list("kind", "account", "amount"))


def charges() -> list[tuple[str, int]]:
    """What the gateway has taken or refused."""
    paid = SimulatedPayment.objects.filter(reference__startswith="pay_")
    return list(paid.values_list("state", "amount"))


@pytest.mark.terms("4-2")
def test_money_is_taken_from_the_card_and_booked(garden):
    carded(garden)

    attempt = asked(garden)
    drain(at=make.NOON)

    attempt.refresh_from_db()
    assert (attempt.state, attempt.position) == ("SUCCEEDED", 1)
    assert charges() == [("CAPTURED", 1100)]
    assert books() == [("PAYMENT", "CARD", 1100), ("PAYMENT", "RECEIVABLE", -1100)]


def test_a_declined_card_takes_nothing_and_says_why(garden):
    carded(garden, "no-funds")

    attempt = asked(garden)
    drain(at=make.NOON)

    attempt.refresh_from_db()
    assert (attempt.state, attempt.problem) == ("DECLINED", "The bank declined the card.")
    assert (charges(), books()) == ([("DECLINED", 0)], [])
    assert asked(garden).position == 2


def test_without_a_card_nothing_is_asked(garden):
    with pytest.raises(Refused) as refusal:
        asked(garden)

    assert refusal.value.clause == "4-2"
    assert not PaymentAttempt.objects.exists()


@pytest.mark.parametrize("performed", [False, True])
def test_what_is_under_way_or_paid_is_not_asked_again(garden, performed):
    carded(garden)
    asked(garden)
    if performed:
        drain(at=make.NOON)

    with pytest.raises(Refused):
        asked(garden)

    assert PaymentAttempt.objects.count() == Operation.objects.filter(kind="payment.take").count() == 1


class Shaky(Simulated):
    """A gateway on a bad line: each call first does what `faults` says next."""

    def __init__(self, *faults: Callable[[], object]) -> None:
        self.faults = list(faults)

    def charge(self, key: str, token: str, amount: int) -> Outcome:
        fault = self.faults.pop(0) if self.faults else None
        if fault is answer_lost:
            super().charge(key, token, amount)
        if fault is not None:
            fault()
        return super().charge(key, token, amount)


def answer_lost() -> None:
    raise Retryable("timeout")


def timeout() -> None:
    raise Retryable("timeout")


def broken() -> None:
    raise KeyError("id")


def rejected() -> None:
    raise Rejected("This card is not accepted.")


def gone() -> None:
    raise Gone("no such card")


@pytest.mark.faults
@pytest.mark.parametrize("faults", [[timeout] * 9, [answer_lost], [timeout, answer_lost], [broken, timeout]])
def test_an_unknown_outcome_is_looked_up_and_never_charged_twice(garden, monkeypatch, faults):
    carded(garden)
    shaky = Shaky(*faults)
    monkeypatch.setattr("billing.payments.operations.gateway", lambda: shaky)

    attempt = asked(garden)
    drain(at=make.NOON)

    attempt.refresh_from_db()
    assert attempt.state == "SUCCEEDED"
    assert charges() == [("CAPTURED", 1100)]
    assert sum(amount for _kind, account, amount in books() if account == "CARD") == 1100


@pytest.mark.parametrize("fault, problem", [(rejected, "This card is not accepted."), (gone, "no such card")])
def test_a_definite_refusal_declines(garden, monkeypatch, fault, problem):
    carded(garden)
    monkeypatch.setattr("billing.payments.operations.gateway", lambda: Shaky(fault))

    attempt = asked(garden)
    drain(at=make.NOON)

    attempt.refresh_from_db()
    assert (attempt.state, attempt.problem) == ("DECLINED", problem)
    assert (charges(), books()) == ([], [])
