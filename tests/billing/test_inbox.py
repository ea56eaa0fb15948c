"""The gateway's calls: signed ones are noted once, and whatever their order and number, the end is the same."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as searching
from hypothesis import strategies as st

from accounts.access import SYSTEM
from accounts.organisations.models import Organisation
from billing.inbox import tasks
from billing.inbox.models import GatewayEvent
from billing.payments import actions
from billing.payments.drivers import gateway
from billing.payments.drivers.simulated import Simulated, happened, signed
from billing.payments.models import Card, CardSetup, SimulatedPayment
from core.operations.draining import drain
from core.operations.models import Operation
from tests import make
from tests.billing.test_gateways import NUMBERS, give

pytestmark = pytest.mark.usefixtures("db")
LATER = make.NOON + timedelta(minutes=10)


def ready(organisation: Organisation) -> CardSetup:
    """A registration that waits for the customer."""
    setup = actions.begin(organisation, accepted=True, by=SYSTEM, at=make.MORNING)
    drain(at=make.MORNING)
    return setup.refreshed()


def pick(setup: CardSetup, card: str) -> None:
    """The customer gives a test card to the simulated gateway."""
    simulated = gateway()
    assert isinstance(simulated, Simulated)
    simulated.pick(setup.gateway_ref, card)


def call(client: Client, body: bytes, headers: dict[str, str], **options: Any) -> int:
    """The gateway calls; what it is answered."""
    options = {"content_type": "application/json; charset=utf-8"} | options
    return client.post("/gateway/events", body, headers=headers, **options).status_code


def told(client: Client, setup: CardSetup) -> tuple[bytes, dict[str, str]]:
    """The gateway says that something has become of the registration, and workers look."""
    message = happened(setup.gateway_ref, at=datetime.now(UTC))
    assert call(client, *message) == 200
    return message


def results() -> list[str]:
    return list(GatewayEvent.objects.order_by("pk").values_list("result", flat=True))


def test_a_stored_card_is_registered_when_the_gateway_says_so_before_the_browser_does(client, garden):
    setup = ready(garden)
    pick(setup, "visa")

    body, _headers = told(client, setup)
    drain(at=datetime.now(UTC))

    row = GatewayEvent.objects.get()
    assert (bytes(row.body), row.reference, row.kind) == (body, setup.gateway_ref, "changed")
    assert (row.result, row.processed_at is None) == ("CHANGED", False)
    assert (setup.refreshed().state, str(actions.card_of(garden))) == ("DONE", "Visa •••• 4242")


def test_the_browser_that_comes_second_is_led_on(alice_client, garden):
    setup = ready(garden)
    pick(setup, "visa")
    told(alice_client, setup)
    drain(at=datetime.now(UTC))

    answer = alice_client.get(setup.get_absolute_url())

    assert answer.url == "/cards"


def test_a_declined_card_leaves_the_customer_where_they_are(client, garden):
    setup = ready(garden)
    pick(setup, "declined")

    told(client, setup)
    drain(at=datetime.now(UTC))

    assert (setup.refreshed().state, results()) == ("READY", ["KNOWN"])
    assert not Card.objects.exists()


def test_a_repeated_call_is_noted_once(client, garden):
    setup = ready(garden)
    pick(setup, "visa")

    message = told(client, setup)
    assert call(client, *message) == 200
    drain(at=datetime.now(UTC))
    assert call(client, *message) == 200

    assert Operation.objects.filter(kind="gateway.event").count() == GatewayEvent.objects.count() == 1
    assert Card.objects.count() == 1


def test_what_the_gateway_did_not_sign_just_now_is_refused_and_not_kept(client, garden):
    setup, now = ready(garden), datetime.now(UTC)
    body, headers = happened(setup.gateway_ref, at=now)
    before = Operation.objects.count()

    assert call(client, body, {}) == 400
    assert call(client, body + b" ", headers) == 400
    assert call(client, body, signed(body, at=now - timedelta(minutes=6))) == 400
    assert call(client, body, signed(body, at=now + timedelta(minutes=6))) == 400
    assert call(client, b"\xff", headers) == 400
    assert call(client, b"[1]", signed(b"[1]", at=now)) == 400
    assert client.post("/gateway/events", {"file": "x"}, headers=headers).status_code == 400
    assert call(client, body, headers, content_type="text/plain") == 400
    assert client.get("/gateway/events").status_code == 405

    assert (GatewayEvent.objects.count(), Operation.objects.count()) == (0, before)


def test_a_body_is_evidence_for_90_days_and_the_call_for_ever(client, garden):
    message = happened("seti_unknown", at=datetime.now(UTC))
    for body, headers in (message, happened("seti_other", at=datetime.now(UTC))):
        assert call(client, body, headers) == 200
    looked, other = GatewayEvent.objects.order_by("pk")
    GatewayEvent.objects.filter(pk=looked.pk).update(processed_at=looked.received_at, result="NOT_OURS")
    day_90 = looked.received_at + timedelta(days=90)

    assert tasks.forget_bodies.next_due(looked.received_at) == day_90
    tasks.forget_bodies(day_90 - timedelta(seconds=1))
    assert bytes(GatewayEvent.objects.get(pk=looked.pk).body) == message[0]

    tasks.forget_bodies(day_90)

    rows = GatewayEvent.objects.order_by("pk").values_list("event_id", "body")
    assert [(name, bytes(body) == b"") for name, body in rows] == [(looked.event_id, True), (other.event_id, False)]
    assert tasks.forget_bodies.next_due(day_90) is None


def test_the_body_is_not_believed(client, garden):
    """A true signature on a story that is not true at the gateway."""
    setup = ready(garden)
    thing = {"id": setup.gateway_ref, "status": "DONE", "card": "visa", "amount": 1}
    body = json.dumps({"id": "evt_story", "type": "card.stored", "object": thing}).encode()

    assert call(client, body, signed(body, at=datetime.now(UTC))) == 200
    drain(at=datetime.now(UTC))

    assert (setup.refreshed().state, results()) == ("READY", ["KNOWN"])
    assert actions.card_of(garden) is None


def test_calls_about_nothing_of_ours_are_kept_and_change_nothing(client, garden):
    for reference in ("cus_1", "pay_unknown"):
        assert call(client, *happened(reference, at=datetime.now(UTC))) == 200

    drain(at=datetime.now(UTC))

    assert results() == ["NOT_OURS", "NOT_OURS"]


@pytest.mark.parametrize("end", ["failed", "abandoned"])
def test_a_card_that_comes_after_the_registration_was_given_up_is_forgotten(client, garden, end):
    setup = ready(garden)
    if end == "failed":
        actions.check(setup, by=SYSTEM, at=make.MORNING)
        actions.fail(setup, "The card company does not answer.", at=make.MORNING)
    else:
        actions.let_go(setup, by=SYSTEM, at=make.MORNING)
        actions.abandon(setup, at=make.MORNING)
    Operation.objects.all().delete()
    pick(setup, "visa")

    told(client, setup)
    told(client, setup)
    drain(at=datetime.now(UTC))

    card = Card.objects.get()
    assert (setup.refreshed().state, results()) == (end.upper(), ["CHANGED", "KNOWN"])
    assert None not in (card.removed_at, card.forgotten_at)
    assert actions.card_of(garden) is None
    assert SimulatedPayment.objects.get(reference=setup.gateway_ref).data["forgotten"] is True


# What becomes of a registration before any call of the gateway arrives; "submitted": the browser has told us.
FATES = st.lists(
    st.tuples(st.sampled_from(["nothing", "visa", "declined", "declined, visa"]), st.booleans()), min_size=1, max_size=3
)


class Undo(Exception):
    """Ends a tried history."""


def history(organisation: Organisation, fates: list[tuple[str, bool]], order: list[int], pauses: list[bool]) -> Any:
    """What is left after these fates and the calls about them in that order, workers at work after some of them."""
    setups = [ready(organisation) for _fate in fates]
    for setup, (fate, submitted) in zip(setups, fates, strict=True):
        for card in fate.split(", ") if fate != "nothing" else ():
            pick(setup, card)
        if submitted:
            actions.check(setup, by=SYSTEM, at=make.NOON)
    messages = [happened(setup.gateway_ref, at=datetime.now(UTC)) for setup in setups]
    for index, pause in zip(order, pauses, strict=False):
        assert call(Client(), *messages[index % len(setups)]) == 200
        if pause:
            drain(at=LATER)
    for message in messages:
        assert call(Client(), *message) == 200
    drain(at=datetime.now(UTC))
    return (
        [setup.refreshed().state for setup in setups],
        [(setup.gateway_ref in kept(), setups.index(setup)) for setup in setups],
        list(Card.objects.filter(removed_at=None).values_list("organisation__name", "last4")),
        Card.objects.count(),
        Operation.objects.exclude(state="DONE").count(),
    )


def kept() -> set[str]:
    """The registrations whose card the gateway still keeps for us."""
    stored = SimulatedPayment.objects.filter(state="DONE")
    return {row.reference for row in stored if "forgotten" not in row.data}


@searching(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fates=FATES, order=st.lists(st.integers(0, 2), max_size=6), pauses=st.lists(st.booleans(), min_size=6))
def test_any_order_and_repetition_of_calls_ends_in_the_same_state(garden, fates, order, pauses):
    ends = []
    orders: tuple[list[int], ...] = ([], order)
    for tried in orders:
        try:
            with transaction.atomic():
                ends.append(history(garden, fates, tried, pauses))
                raise Undo
        except Undo:
            pass

    assert ends[0] == ends[1]


# --- Stripe ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def stripe(stripe_address: str, settings: Any) -> Iterator[str]:
    """Stripe as this installation's gateway; where it is."""
    settings.PAYMENT_GATEWAY = "billing.payments.drivers.stripe.Stripe"
    settings.STRIPE_API = stripe_address
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = "sk_test_1", "whsec_1"
    gateway.cache_clear()
    yield stripe_address
    gateway.cache_clear()


def stripes(reference: str, *, at: datetime, secret: str = "whsec_1") -> tuple[bytes, dict[str, str]]:
    """A call as Stripe signs it."""
    thing = {"id": reference, "status": "succeeded"}
    body = json.dumps({"id": f"evt_{uuid4().hex}", "type": "setup_intent.x", "data": {"object": thing}}).encode()
    stamp = int(at.timestamp())
    signature = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return body, {"Stripe-Signature": f"t={stamp},v1={signature}"}


@pytest.mark.parametrize(
    "numbers, state", [(["visa"], "DONE"), (["declined"], "READY"), (["declined", "visa"], "DONE")]
)
def test_stripes_calls_lead_to_what_stripe_says(client, garden, stripe, numbers, state):
    setup = ready(garden)
    for number in numbers:
        give(stripe, gateway().lookup(setup.gateway_ref), NUMBERS[number], setup.client_secret)
    messages = [stripes(setup.gateway_ref, at=datetime.now(UTC)) for _ in range(3)]

    for message in [*reversed(messages), *messages]:
        assert call(client, *message) == 200
    drain(at=datetime.now(UTC))

    assert setup.refreshed().state == state
    assert Card.objects.filter(removed_at=None).count() == Card.objects.count() == (state == "DONE")
    assert sorted(results()) == (["CHANGED", "KNOWN", "KNOWN"] if state == "DONE" else ["KNOWN"] * 3)


def test_what_stripe_did_not_sign_just_now_is_refused(client, garden, stripe):
    setup, now = ready(garden), datetime.now(UTC)
    body, headers = stripes(setup.gateway_ref, at=now)

    assert call(client, body + b" ", headers) == 400
    assert call(client, *stripes(setup.gateway_ref, at=now, secret="whsec_2")) == 400
    assert call(client, *stripes(setup.gateway_ref, at=now - timedelta(minutes=6))) == 400
    assert call(client, *happened(setup.gateway_ref, at=now)) == 400

    assert GatewayEvent.objects.count() == 0


def test_a_replaced_card_is_detached_at_stripe(client, garden, stripe):
    for _turn in range(2):
        setup = ready(garden)
        give(stripe, gateway().lookup(setup.gateway_ref), NUMBERS["visa"])
        call(client, *stripes(setup.gateway_ref, at=datetime.now(UTC)))
        drain(at=datetime.now(UTC))

    old, new = Card.objects.order_by("pk")

    assert [old.removed_at is None, old.forgotten_at is None] == [False, False]
    assert [new.removed_at, new.forgotten_at] == [None, None]
