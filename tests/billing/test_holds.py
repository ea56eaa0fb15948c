"""Rolling holds: what is used and unpaid stays reserved on the card, and a card that fails blocks additions only."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given
from hypothesis import settings as searching
from hypothesis import strategies as st

from accounts.access import SYSTEM
from accounts.notices.models import Notice
from accounts.organisations.models import Organisation
from billing import contracts, meters
from billing.contracts.models import Contract, Standing
from billing.dues import actions as dues
from billing.dues.models import Means
from billing.inbox.models import GatewayEvent
from billing.invoices.closing import close
from billing.invoices.models import Invoice
from billing.means import actions as means
from billing.payments import attempts, exposure, holds
from billing.payments import holds_tasks as tasks
from billing.payments.drivers import Outcome
from billing.payments.drivers.simulated import CARDS, Simulated, happened
from billing.payments.models import CardHold, PaymentAttempt, SimulatedPayment
from billing.postings.queries import owed_by
from core.errors import Refused
from core.operations import Retryable
from core.operations.draining import drain
from core.operations.models import Operation
from tests.billing.paying import card
from tests.billing.test_closing import APRIL, GRACE_OVER, jst
from tests.billing.world import opened

pytestmark = pytest.mark.usefixtures("db")


def rolled(*instants: datetime) -> None:
    """The schedule at some instants, workers performing what it asks."""
    for at in instants:
        tasks.roll_holds(at)
        drain(at=at)


def told(organisation: Organisation) -> list[tuple[str, int, int]]:
    """Our holds: (state, yen, yen captured)."""
    rows = CardHold.objects.filter(organisation=organisation).order_by("pk")
    return list(rows.values_list("state", "amount", "captured_amount"))


def reserved() -> list[int]:
    """Yen that the gateway holds."""
    rows = SimulatedPayment.objects.filter(state="HELD")
    return sorted(rows.values_list("amount", flat=True))


def blocked(organisation: Organisation) -> str | None:
    """Why additions are blocked; None when they are open."""
    return (
        Standing.objects.filter(organisation=organisation, additions_blocked=True)
        .values_list("reason", flat=True)
        .first()
    )


@pytest.fixture
def server(project) -> Contract:
    """From 1 April on: 209 yen a day, 4,180 a month, and tax."""
    contract = opened(project, at=jst(1))
    meters.start(contract, "server", "2core-4gb", at=jst(1))
    return contract


@pytest.mark.terms("4-3")
def test_what_was_used_is_reserved_rounded_up_to_the_step(garden, server):
    card(garden, at=jst(1))

    rolled(jst(3))

    assert exposure.of([garden.pk], at=jst(3)) == {garden.pk: 2 * 209 + 41}
    assert (told(garden), reserved()) == ([("HELD", 5000, 0)], [5000])
    assert CardHold.objects.get().capture_before == jst(10)


def test_nothing_is_reserved_for_nothing(garden, project):
    opened(project, at=jst(1))
    card(garden, at=jst(1))

    rolled(jst(3))

    assert (told(garden), reserved()) == ([], [])


def test_a_hold_that_is_outgrown_or_about_to_lapse_is_renewed_and_the_old_one_released(garden, server, settings):
    settings.HOLD_STEP = 500
    card(garden, at=jst(1))

    rolled(jst(3), jst(3, 1))
    assert told(garden) == [("HELD", 500, 0)]
    rolled(jst(4))
    assert told(garden) == [("RELEASED", 500, 0), ("HELD", 1000, 0)]
    settings.HOLD_STEP = 5000
    rolled(jst(10), jst(10, 1))

    assert told(garden)[1:] == [("RELEASED", 1000, 0), ("HELD", 5000, 0)]
    assert reserved() == [5000]


def test_the_new_hold_is_there_before_the_old_one_goes(garden, server, settings):
    settings.HOLD_STEP = 500
    card(garden, at=jst(1))
    rolled(jst(3))

    tasks.roll_holds(jst(4))
    assert told(garden) == [("HELD", 500, 0), ("OPEN", 1000, 0)]
    new = CardHold.objects.get(state="OPEN")
    made = Simulated().hold(str(new.uuid), new.card.token, new.amount)
    holds.held(new, made.reference, at=jst(4))

    assert told(garden) == [("RELEASING", 500, 0), ("HELD", 1000, 0)]
    assert reserved() == [500, 1000]
    rolled(jst(4, 1))
    assert (told(garden), reserved()) == ([("RELEASED", 500, 0), ("HELD", 1000, 0)], [1000])


@pytest.mark.terms("4-3")
def test_a_declined_card_blocks_additions_and_nothing_else(garden, project, server):
    card(garden, "no-funds", at=jst(1))

    rolled(jst(3), jst(3, 1))

    assert told(garden) == [("DECLINED", 5000, 0)]
    assert blocked(garden) == "The bank declined the card."
    assert Notice.objects.filter(kind="additions_blocked").count() == 1
    with pytest.raises(Refused) as refusal:
        opened(project, at=jst(4))
    assert (refusal.value.code, str(refusal.value)) == ("payment_hold", garden.standing.sentence)
    assert contracts.close(server, by=SYSTEM, at=jst(4)).ended == [server]


def test_a_declined_card_is_asked_again_the_next_day_and_not_before(garden, server):
    card(garden, "no-funds", at=jst(1))

    rolled(jst(3), jst(3, 23), jst(4), jst(4, 1))

    assert len(told(garden)) == 2
    assert Notice.objects.filter(kind="additions_blocked").count() == 1


@pytest.mark.terms("4-3")
def test_another_card_clears_the_block_at_once(garden, project, server):
    card(garden, "no-funds", at=jst(1))
    rolled(jst(3))

    card(garden, at=jst(3, 1))

    assert (blocked(garden), reserved()) == (None, [5000])
    assert opened(project, at=jst(3, 2)).is_running


def test_a_decline_leaves_the_old_hold_until_it_lapses(garden, server, settings, monkeypatch):
    settings.HOLD_STEP = 500
    card(garden, at=jst(1))
    rolled(jst(3))
    monkeypatch.setitem(CARDS, "visa", replace(CARDS["visa"], refuses="money"))

    rolled(jst(4))
    assert (told(garden), reserved()) == ([("HELD", 500, 0), ("DECLINED", 1000, 0)], [500])
    rolled(jst(10))
    rolled(jst(10, 1))

    assert [state for state, _yen, _taken in told(garden)] == ["RELEASED", "DECLINED", "DECLINED"]
    assert reserved() == []


def test_without_a_card_additions_are_blocked_until_there_is_one(garden, server):
    rolled(jst(3))
    assert blocked(garden) == "No card is registered."

    card(garden, at=jst(4))

    assert blocked(garden) is None


def test_who_pays_by_bank_transfer_has_no_hold(garden, server):
    card(garden, at=jst(1))
    rolled(jst(3))
    Means.objects.create(organisation=garden, kind="BANK", reason="agreed", agreed_at=jst(4))

    rolled(jst(4))

    assert (told(garden), reserved()) == ([("RELEASED", 5000, 0)], [])


@pytest.mark.terms("4-2", "4-3")
def test_agreeing_on_bank_transfer_ends_the_block_at_once_and_the_hold_soon(garden, server, alice):
    card(garden, "no-funds", at=jst(1))
    rolled(jst(3))
    assert blocked(garden) is not None

    means.approve(means.apply(garden, "We pay by transfer.", by=alice, at=jst(3, 1)), "", by=SYSTEM, at=jst(3, 2))

    assert blocked(garden) is None
    rolled(jst(4, 3))
    assert (blocked(garden), reserved()) == (None, [])


@pytest.fixture
def invoice(garden, server) -> Invoice:
    """April's, of a server that was stopped at its end: 4,598 yen."""
    meters.stop(server, at=jst(30))
    card(garden, at=jst(1))
    close(APRIL, at=GRACE_OVER)
    return Invoice.objects.get()


@pytest.mark.terms("4-1", "4-3")
def test_an_invoice_is_captured_from_the_hold_and_the_rest_released(garden, invoice):
    rolled(jst(1, 7, month=5))
    assert reserved() == [5000]

    dues.pay(invoice, by=SYSTEM, at=jst(5, 9, month=5))
    drain(at=jst(5, 9, month=5))

    assert told(garden) == [("CAPTURED", 5000, invoice.total)]
    assert (reserved(), owed_by(garden)) == ([], 0)
    assert not SimulatedPayment.objects.filter(reference__startswith="pay_").exists()


@pytest.mark.terms("4-3")
def test_what_exceeds_the_hold_is_charged(garden, invoice):
    holds.ask(garden, garden.cards.get(), 1000, at=jst(4, month=5))
    drain(at=jst(4, month=5))

    dues.pay(invoice, by=SYSTEM, at=jst(5, 9, month=5))
    drain(at=jst(5, 9, month=5))

    assert list(PaymentAttempt.objects.order_by("pk").values_list("state", "amount", "card_hold__captured_amount")) == [
        ("SUCCEEDED", 1000, 1000),
        ("SUCCEEDED", invoice.total - 1000, None),
    ]
    assert (told(garden), reserved(), owed_by(garden)) == ([("CAPTURED", 1000, 1000)], [], 0)


def test_a_hold_that_has_lapsed_at_the_gateway_is_no_reason_to_fail(garden, invoice):
    rolled(jst(1, 7, month=5))
    Simulated().release("theirs", CardHold.objects.get().gateway_ref or "")

    dues.pay(invoice, by=SYSTEM, at=jst(5, 9, month=5))
    drain(at=jst(5, 9, month=5))

    assert told(garden) == [("RELEASED", 5000, 0)]
    assert list(PaymentAttempt.objects.order_by("pk").values_list("state", "amount")) == [
        ("DECLINED", invoice.total),
        ("SUCCEEDED", invoice.total),
    ]
    assert (owed_by(garden), Notice.objects.filter(kind="payment_declined").count()) == (0, 0)


@pytest.mark.parametrize("amount", [5001, 0, -1])
def test_more_than_is_held_is_never_captured(garden, invoice, amount):
    rolled(jst(1, 7, month=5))
    hold = CardHold.objects.get()

    with pytest.raises(Refused):
        attempts.ask(garden, "INVOICE", invoice.pk, amount, card_hold=hold, by=SYSTEM, at=jst(5, month=5))

    assert (told(garden), PaymentAttempt.objects.count()) == ([("HELD", 5000, 0)], 0)


def test_what_was_released_is_never_captured(garden, invoice):
    rolled(jst(1, 7, month=5))
    hold = CardHold.objects.get()
    holds.release(hold, at=jst(2, month=5))

    for at in (jst(2, 1, month=5), jst(2, 2, month=5)):
        with pytest.raises(Refused):
            attempts.ask(garden, "INVOICE", invoice.pk, 100, card_hold=hold, by=SYSTEM, at=at)
        drain(at=at)

    assert (told(garden), PaymentAttempt.objects.count()) == ([("RELEASED", 5000, 0)], 0)


class Deaf(Simulated):
    """A gateway that acts, but whose answers are lost at first."""

    def __init__(self) -> None:
        self.losses = 3
        self.keys: list[str] = []

    def heard(self, key: str, outcome: Outcome) -> Outcome:
        self.keys.append(key)
        self.losses -= 1
        if self.losses >= 0:
            raise Retryable("timeout")
        return outcome

    def hold(self, key: str, token: str, amount: int) -> Outcome:
        return self.heard(key, super().hold(key, token, amount))

    def release(self, key: str, reference: str) -> Outcome:
        return self.heard(key, super().release(key, reference))


@pytest.mark.faults
def test_an_unknown_outcome_is_looked_up_by_its_key(garden, server, monkeypatch):
    deaf = Deaf()
    for module in ("operations", "holds_operations"):
        monkeypatch.setattr(f"billing.payments.{module}.gateway", lambda: deaf)
    card(garden, at=jst(1))

    rolled(jst(3))

    assert (told(garden), reserved()) == ([("HELD", 5000, 0)], [5000])
    assert deaf.keys == [str(CardHold.objects.get().uuid)]


def test_what_workers_gave_up_is_tried_again_by_the_next_sweep(garden, server):
    card(garden, at=jst(1))
    tasks.roll_holds(jst(3))
    Operation.objects.filter(kind="card.hold").update(state="FAILED", attempts=8, token=8)

    rolled(jst(3, 1))

    assert told(garden) == [("HELD", 5000, 0)]


def test_the_schedule_is_told_when_it_is_needed(garden, server):
    assert tasks.next_roll(jst(3)) == jst(3, 9)
    card(garden, at=jst(1))
    rolled(jst(3))

    assert tasks.next_roll(jst(3, 1)) == jst(9)
    assert tasks.next_roll(jst(9, 1)) == jst(9, 1)


@pytest.mark.terms("4-3")
def test_the_banner_is_on_every_page_and_says_how_to_clear_it(garden, server, alice_client, bob_client):
    assert "4-3" not in alice_client.get("/").text
    holds.standing.block(garden, "The bank declined the card.", at=jst(3))

    for address in ("/", "/invoices", "/cards", "/projects"):
        text = alice_client.get(address).text
        assert garden.standing.sentence in text
        assert 'href="/cards/new"' in text
        assert 'action="/cards/holds/again"' in text
    assert garden.standing.sentence in bob_client.get("/").text
    assert 'action="/cards/holds/again"' not in bob_client.get("/").text


def test_the_page_shows_what_is_reserved_and_why(garden, server, alice_client, bob_client, charlie_client):
    card(garden, at=jst(1))
    rolled(jst(3))

    page = alice_client.get("/cards/holds")

    assert "¥5,000" in page.text
    assert "Visa •••• 4242" in page.text
    assert bob_client.get("/cards/holds").status_code == 403
    assert "¥5,000" not in charlie_client.get("/cards/holds").text.partition("<table")[2]


def test_the_list_costs_the_same_for_one_and_many(
    garden, server, alice_client, django_assert_num_queries, django_assert_max_num_queries, settings
):
    settings.HOLD_STEP = 100
    card(garden, at=jst(1))
    rolled(jst(3))
    alice_client.get("/cards/holds")
    with django_assert_max_num_queries(99) as one:
        alice_client.get("/cards/holds")
    rolled(jst(4), jst(5), jst(6))

    with django_assert_num_queries(len(one.captured_queries)):
        alice_client.get("/cards/holds")


def test_authorising_again_is_for_those_who_look_after_money(garden, server, alice_client, bob_client):
    card(garden, "no-funds", at=jst(1))
    rolled(jst(3))

    assert bob_client.post("/cards/holds/again").status_code == 403
    assert len(told(garden)) == 1
    assert alice_client.post("/cards/holds/again").url == "/cards/holds"
    assert told(garden)[1][0] == "OPEN"


def test_the_bank_is_asked_five_times_an_hour_and_no_more(garden, server, alice_client):
    card(garden, "no-funds", at=jst(1))
    rolled(jst(3))
    for minute in range(5):
        at = jst(4) + timedelta(minutes=minute)
        holds.try_again(garden, at=at)
        drain(at=at)

    with pytest.raises(Refused) as refusal:
        holds.try_again(garden, at=jst(4) + timedelta(minutes=59))

    assert (refusal.value.code, refusal.value.status) == ("too_many_tries", 429)
    asked = CardHold.objects.count()
    assert holds.try_again(garden, at=jst(4, 10)) == holds.Step.ASK
    assert CardHold.objects.count() == asked + 1


def test_holding_costs_the_same_queries_for_one_and_many(
    garden, server, elsewhere, django_assert_num_queries, django_assert_max_num_queries
):
    other = opened(elsewhere, at=jst(1))
    meters.start(other, "server", "2core-4gb", at=jst(1))
    with django_assert_max_num_queries(99) as one:
        holds.positions([garden], at=jst(3))

    with django_assert_num_queries(len(one.captured_queries)):
        assert len(holds.positions([garden, elsewhere.organisation], at=jst(3))) == 2


def test_a_hold_that_lapsed_at_the_gateway_is_gone_here_too_and_made_anew(garden, server, client):
    card(garden, at=jst(1))
    rolled(jst(3))
    lapsed = CardHold.objects.get()
    Simulated().release("by-hand", lapsed.gateway_ref or "")

    body, headers = happened(lapsed.gateway_ref or "", at=datetime.now(UTC))
    client.post("/gateway/events", body, headers=headers, content_type="application/json; charset=utf-8")
    drain(at=datetime.now(UTC))

    assert [state for state, _yen, _taken in told(garden)] == ["RELEASED", "HELD"]
    assert GatewayEvent.objects.get().result == "CHANGED"


STEPS = st.lists(st.sampled_from(["hours", "days", "good card", "poor card", "lapse", "pay"]), min_size=1, max_size=8)


@pytest.mark.terms("4-3")
@searching(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_happens_the_gateway_holds_and_took_what_our_rows_say(garden, invoice, steps):
    with suppress(Undo), transaction.atomic():
        at = jst(2, 7, month=5)
        rolled(at)
        for step in steps:
            at += timedelta(hours=30) if step == "days" else timedelta(hours=2)
            happen(step, garden, invoice, at)
            rolled(at)

            agree(garden, at)
        raise Undo


class Undo(Exception):
    """Takes an example's rows back."""


def happen(step: str, garden: Organisation, invoice: Invoice, at: datetime) -> None:
    """One thing that a customer, the bank or time may do."""
    if step.endswith("card"):
        card(garden, "visa" if step == "good card" else "no-funds", at=at)
    elif step == "lapse":
        for hold in CardHold.objects.filter(state="HELD"):
            Simulated().release(f"lapse-{hold.pk}", hold.gateway_ref or "")
    elif step == "pay":
        with suppress(Refused):
            dues.pay(invoice, by=SYSTEM, at=at)


def agree(garden: Organisation, at: datetime) -> None:
    """The gateway's sums are ours, nothing is taken twice, and additions are open exactly when the need is covered."""
    gateways = SimulatedPayment.objects.filter(state="CAPTURED").aggregate(sum=Sum("amount"))["sum"] or 0
    paid = PaymentAttempt.objects.filter(state="SUCCEEDED").aggregate(sum=Sum("amount"))["sum"] or 0
    assert gateways == paid <= 4598
    held = CardHold.objects.filter(state="HELD")
    assert set(reserved()) <= set(held.values_list("amount", flat=True))
    assert held.count() <= 1
    stands = holds.positions([garden], at=at)[0]
    if stands.need == 0 or stands.is_covered(at):
        assert not stands.is_blocked
    else:
        assert stands.is_blocked
