"""What every card gateway must do: the simulated one, and Stripe's driver against localstripe in its own process."""

import hashlib
import hmac
import json
import urllib.request
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from billing.payments.drivers import Forged, Gateway, Outcome, Status
from billing.payments.drivers import stripe as driver
from billing.payments.drivers.simulated import Simulated, happened, signed
from core.operations import Gone, Rejected, Retryable

# payments are made straight at the gateway here: our books know nothing of them
pytestmark = [pytest.mark.usefixtures("db"), pytest.mark.differs]
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
NUMBERS = {"visa": "4242424242424242", "declined": "4000000000000002", "no-funds": "4000000000000341"}
UNKNOWN = {Simulated: ("pay_unknown", "pm_visa_unknown"), driver.Stripe: ("pi_unknown", "cus_unknown:pm_unknown")}


def key() -> str:
    return str(uuid4())


def give(address: str, setup: Outcome, number: str, secret: str = "") -> None:
    """What the browser does with Card Element: the number goes to Stripe, never to us."""
    card = {"number": number, "exp_month": 12, "exp_year": 2031, "cvc": "123"}
    asked = {"key": "pk_test", "client_secret": secret or setup.client_secret, "use_stripe_sdk": True}
    body = json.dumps(asked | {"payment_method_data": {"type": "card", "card": card}}).encode()
    try:
        urllib.request.urlopen(f"{address}/v1/setup_intents/{setup.reference}/confirm", body).close()
    except urllib.error.HTTPError as error:
        error.close()
        if error.code != 402:  # the bank's no
            raise


@pytest.fixture(params=["simulated", "stripe"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def pay(kind: str, request: pytest.FixtureRequest, settings) -> Gateway:
    if kind == "simulated":
        return Simulated()
    settings.STRIPE_API = request.getfixturevalue("stripe_address")
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_test_1", "whsec_1"
    return driver.Stripe()


@pytest.fixture
def stored(pay: Gateway, kind: str, request: pytest.FixtureRequest) -> Callable[[str], Outcome]:
    """Store a card, as the customer's browser would; what the gateway then says of it."""

    def store(card: str = "visa") -> Outcome:
        setup = pay.create_setup(key(), "100000000001")
        if isinstance(pay, Simulated):
            pay.pick(setup.reference, card)
        else:
            give(request.getfixturevalue("stripe_address"), setup, NUMBERS[card])
        return pay.lookup(setup.reference)

    return store


@pytest.fixture
def token(stored: Callable[[str], Outcome]) -> str:
    card = stored("visa").card
    assert card is not None
    return card.token


def test_a_setup_waits_for_the_customer(pay):
    setup = pay.create_setup(key(), "100000000001")

    assert (setup.status, setup.card, bool(setup.client_secret)) == (Status.OPEN, None, True)
    assert pay.lookup(setup.reference) == setup


def test_a_stored_card_has_a_brand_four_digits_and_an_expiry(stored):
    done = stored("visa")

    assert (done.status, done.card.brand, done.card.last4) == (Status.DONE, "Visa", "4242")
    assert done.card.expires_on == date(2031, 12, 31)


def test_a_card_that_the_bank_declines_is_not_stored(stored):
    outcome = stored("declined")

    assert (outcome.status, outcome.card) == (Status.DECLINED, None)
    assert outcome.problem == "The bank declined the card."


def test_a_hold_is_captured_in_part_once_and_never_beyond_itself(pay, token):
    hold = pay.hold(key(), token, 1000)
    assert (hold.status, hold.amount) == (Status.HELD, 1000)

    for amount in (1001, 0, -1):
        with pytest.raises(Rejected):
            pay.capture(key(), hold.reference, amount)
    assert pay.lookup(hold.reference) == hold
    captured = pay.capture("capture", hold.reference, 800)

    assert (captured.reference, captured.status, captured.amount) == (hold.reference, Status.CAPTURED, 800)
    assert pay.capture("capture", hold.reference, 800) == pay.lookup(hold.reference) == captured
    with pytest.raises(Rejected):
        pay.capture(key(), hold.reference, 100)
    with pytest.raises(Rejected):
        pay.release(key(), hold.reference)


def test_what_was_released_can_not_be_captured(pay, token):
    hold = pay.hold(key(), token, 1000)

    released = pay.release(key(), hold.reference)

    assert (released.status, released.amount) == (Status.RELEASED, 0)
    assert pay.release(key(), hold.reference) == released
    with pytest.raises(Rejected):
        pay.capture(key(), hold.reference, 1)
    assert pay.lookup(hold.reference) == released


@pytest.mark.parametrize("ways", ["charge", "hold"])
def test_refunds_add_up_to_what_was_taken(pay, token, ways):
    if ways == "charge":
        taken = pay.charge(key(), token, 1000)
    else:
        taken = pay.capture(key(), pay.hold(key(), token, 3000).reference, 1000)
    assert (taken.status, taken.amount) == (Status.CAPTURED, 1000)

    first = key()
    assert pay.refund(first, taken.reference, 400).amount == 600
    assert pay.refund(first, taken.reference, 400).amount == 600
    with pytest.raises(Rejected):
        pay.refund(key(), taken.reference, 601)
    rest = pay.refund(key(), taken.reference, 600)

    assert (rest.status, rest.amount) == (Status.REFUNDED, 0)
    assert pay.lookup(taken.reference) == rest


def test_a_refund_that_was_lost_is_found_by_our_key(pay, token):
    mine, taken = key(), pay.charge(key(), token, 1000)
    assert pay.find(mine, LONG_AGO) is None

    outcome = pay.refund(mine, taken.reference, 400)

    assert (outcome.status, outcome.amount) == (Status.CAPTURED, 600)
    assert pay.find(mine, LONG_AGO) == outcome


def test_transactions_are_what_was_taken_less_what_was_given_back(pay, token, stored):
    keys = [key() for _ in range(5)]
    charged, returned = pay.charge(keys[0], token, 1000), pay.charge(keys[1], token, 500)
    captured, held = pay.hold(keys[2], token, 3000), pay.hold(keys[3], token, 700)
    pay.refund(key(), returned.reference, 500)
    pay.capture(key(), captured.reference, 800)
    pay.refund(key(), captured.reference, 300)
    declined = pay.charge(keys[4], stored("no-funds").card.token, 900)

    found = {one.reference: (one.key, one.amount) for one in pay.transactions(LONG_AGO)}

    assert found[charged.reference] == (keys[0], 1000)
    assert found[returned.reference] == (keys[1], 0)
    assert found[captured.reference] == (keys[2], 500)
    assert {held.reference, declined.reference}.isdisjoint(found)


def test_what_is_only_held_can_not_be_refunded(pay, token):
    hold = pay.hold(key(), token, 1000)

    with pytest.raises(Rejected):
        pay.refund(key(), hold.reference, 1)
    assert pay.lookup(hold.reference) == hold


@pytest.mark.parametrize("act", ["hold", "charge"])
def test_declined_money_is_an_outcome(pay, stored, act):
    no_funds = stored("no-funds").card.token

    outcome = getattr(pay, act)(key(), no_funds, 500)

    assert (outcome.status, outcome.amount) == (Status.DECLINED, 0)
    assert outcome.problem == "The bank declined the card."
    assert pay.lookup(outcome.reference).status == Status.DECLINED


@pytest.mark.parametrize("act", ["hold", "charge"])
def test_an_outcome_that_was_lost_is_found_by_our_key(pay, token, act):
    mine = key()
    assert pay.find(mine, LONG_AGO) is None

    outcome = getattr(pay, act)(mine, token, 700)

    assert pay.find(mine, LONG_AGO) == outcome
    assert pay.find(key(), LONG_AGO) is None


def test_a_setup_that_was_lost_is_found_by_our_key(pay):
    mine = key()
    setup = pay.create_setup(mine, "100000000001")

    assert pay.find(mine, LONG_AGO) == setup


def test_a_forgotten_card_keeps_its_hold(pay, token):
    hold = pay.hold(key(), token, 1000)

    pay.forget(key(), token)
    pay.forget(key(), token)

    assert pay.capture(key(), hold.reference, 1000).status == Status.CAPTURED


def test_what_the_gateway_does_not_know_is_gone(pay):
    reference, card = UNKNOWN[type(pay)]

    for call in (
        lambda: pay.lookup(reference),
        lambda: pay.release(key(), reference),
        lambda: pay.capture(key(), reference, 1),
        lambda: pay.refund(key(), reference, 1),
        lambda: pay.hold(key(), card, 1),
        lambda: pay.forget(key(), card),
    ):
        with pytest.raises(Gone):
            call()


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff", b'{"id": "e", "type": "t", "object": {"id": "a\\u0000b"}}'])
def test_only_events_that_the_gateway_signed_are_taken(pay, body):
    at = datetime.now(UTC)
    for headers in ({}, {"Stripe-Signature": "t=1,v1=00"}, signed(b"other", at=at) | {"webhook-signature": "v1,é"}):
        with pytest.raises(Forged):
            pay.event(body, headers)


def test_the_simulated_gateway_signs_its_events():
    at = datetime.now(UTC)
    body, headers = happened("pay_1", "captured", at=at)

    event = Simulated().event(body, headers)

    assert (event.reference, event.kind) == ("pay_1", "captured")
    for changed, given in (
        (body, signed(body, at=at - timedelta(minutes=6))),
        (body, signed(b"{}", at=at)),
        (b"[1]", signed(b"[1]", at=at)),
    ):
        with pytest.raises(Forged):
            Simulated().event(changed, given)


def test_without_a_secret_nothing_is_stripes(settings):
    settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_SECRET_KEY = "", "sk_test_1"
    now, body = int(datetime.now(UTC).timestamp()), b'{"id": "e", "type": "t", "data": {"object": {"id": "pi_1"}}}'
    signature = hmac.new(b"", f"{now}.".encode() + body, hashlib.sha256).hexdigest()

    with pytest.raises(Forged):
        driver.Stripe().event(body, {"Stripe-Signature": f"t={now},v1={signature}"})


def test_no_answer_is_an_unknown_outcome(settings):
    settings.STRIPE_API, settings.STRIPE_SECRET_KEY = "http://127.0.0.1:9", "sk_test_1"
    silent = driver.Stripe()

    for call in (lambda: silent.lookup("pi_1"), lambda: silent.charge("k", "cus_1:pm_1", 5)):
        with pytest.raises(Retryable):
            call()
