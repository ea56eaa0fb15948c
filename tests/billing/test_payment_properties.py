"""What holds of payments, whatever happens (the properties of billing, by their number)."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Count, F
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.access import SYSTEM
from accounts.organisations.models import Organisation
from billing import meters
from billing.contracts.models import Standing
from billing.dues import actions as dues
from billing.inbox.models import GatewayEvent
from billing.invoices.closing import close
from billing.invoices.models import Invoice
from billing.payments import holds
from billing.payments import holds_tasks as holding
from billing.payments.drivers import Outcome
from billing.payments.drivers.simulated import Simulated, happened
from billing.payments.models import CardHold, PaymentAttempt, SimulatedPayment
from billing.postings.queries import owed_by
from core.errors import Refused
from core.operations import Retryable
from core.operations.draining import drain
from core.operations.models import Operation
from tests.billing.paying import card
from tests.billing.properties import examples
from tests.billing.test_closing import APRIL, GRACE_OVER, jst
from tests.billing.world import opened

pytestmark = pytest.mark.usefixtures("db")
START = jst(1, 7, month=5)


class Undo(Exception):
    """Takes an example's rows back."""


@pytest.fixture
def invoice(garden, project) -> Invoice:
    """April's, of a server that has ended: 4,598 yen."""
    contract = opened(project, at=jst(1))
    meters.start(contract, "server", "2core-4gb", at=jst(1))
    meters.stop(contract, at=jst(30))
    card(garden, at=jst(1))
    close(APRIL, at=GRACE_OVER)
    return Invoice.objects.get()


class Lossy(Simulated):
    """A gateway whose answers are lost as often as it is told; it has acted all the same, or not been reached."""

    def __init__(self) -> None:
        self.losses: list[bool] = []

    def heard(self, act: Callable[[], Outcome]) -> Outcome:
        if not self.losses:
            return act()
        if self.losses.pop():
            act()
        raise Retryable("timeout")

    def hold(self, key: str, token: str, amount: int) -> Outcome:
        return self.heard(lambda: super(Lossy, self).hold(key, token, amount))

    def charge(self, key: str, token: str, amount: int) -> Outcome:
        return self.heard(lambda: super(Lossy, self).charge(key, token, amount))

    def capture(self, key: str, reference: str, amount: int) -> Outcome:
        return self.heard(lambda: super(Lossy, self).capture(key, reference, amount))

    def release(self, key: str, reference: str) -> Outcome:
        return self.heard(lambda: super(Lossy, self).release(key, reference))


# -- 7: captured <= held, one successful capture per invoice, held = 0 after -----------------------------------------

ACTS = st.one_of(
    st.sampled_from(["roll", "pay", "work", "lapse", "good card", "poor card", "hours", "days"]),
    st.tuples(st.just("hold"), st.integers(1, 9000)),
    st.tuples(st.just("lose"), st.lists(st.booleans(), min_size=1, max_size=3)),
)


def act(what: Any, invoice: Invoice, lossy: Lossy, at: datetime) -> None:
    """One thing that the customer, the bank, the schedule or the wire may do."""
    organisation = invoice.organisation
    name, value = what if isinstance(what, tuple) else (what, None)
    with suppress(Refused):
        match name:
            case "roll":
                holding.roll_holds(at)
            case "pay":
                dues.pay(invoice, by=SYSTEM, at=at)
            case "work":
                drain(at=at)
            case "hold":
                holds.ask(organisation, organisation.cards.get(removed_at=None), value, at=at)
            case "lose":
                lossy.losses = list(value)
            case "lapse":
                for row in SimulatedPayment.objects.filter(state="HELD"):
                    Simulated().release(f"lapse-{row.reference}", row.reference)
            case "good card" | "poor card":
                card(organisation, "visa" if name == "good card" else "no-funds", at=at)


def settle(invoice: Invoice, lossy: Lossy, at: datetime) -> None:
    """The wire is mended, the card is good: the invoice is paid, and the schedule comes twice more."""
    lossy.losses = []
    drain(at=at)
    card(invoice.organisation, at=at)
    for hours in range(1, 4):
        with suppress(Refused):
            dues.pay(invoice, by=SYSTEM, at=at + timedelta(hours=hours))
        drain(at=at + timedelta(hours=hours))
    for days in (1, 2):
        holding.roll_holds(at + timedelta(days=days))
        drain(at=at + timedelta(days=days))


@pytest.mark.terms("4-3")
@examples(10)
@given(acts=st.lists(ACTS, max_size=10))
def test_no_more_is_captured_than_held_once_per_invoice_and_nothing_stays_held(garden, invoice, acts):
    lossy = Lossy()
    with pytest.MonkeyPatch.context() as patch, suppress(Undo), transaction.atomic():
        for module in ("operations", "holds_operations"):
            patch.setattr(f"billing.payments.{module}.gateway", lambda: lossy)
        at = START
        for what in acts:
            at += timedelta(hours=30 if what == "days" else 5 if what == "hours" else 1)
            act(what, invoice, lossy, at)
            within()

        settle(invoice, lossy, at + timedelta(hours=2))

        within()
        assert owed_by(garden) == 0
        assert sum(SimulatedPayment.objects.filter(state="CAPTURED").values_list("amount", flat=True)) == invoice.total
        assert not CardHold.objects.filter(state__in=["OPEN", "HELD", "CAPTURING", "RELEASING"]).exists()
        assert not SimulatedPayment.objects.filter(state="HELD").exists()
        raise Undo


def within() -> None:
    """At any moment: captured <= held here and at the gateway, and an invoice is captured from a hold at most once."""
    assert not CardHold.objects.filter(captured_amount__gt=F("amount")).exists()
    reserved = dict(CardHold.objects.exclude(gateway_ref=None).values_list("gateway_ref", "amount"))
    for row in SimulatedPayment.objects.filter(reference__in=reserved):
        assert row.amount <= reserved[row.reference]
    succeeded = PaymentAttempt.objects.filter(state="SUCCEEDED", card_hold__isnull=False)
    twice = succeeded.values("purpose", "subject_pk").annotate(n=Count("pk")).filter(n__gt=1)
    assert not twice.exists()


# -- 8: any order and repetition of webhooks ends in the same state --------------------------------------------------

FATES = st.lists(st.sampled_from(["lapsed", "captured", "asked for"]), min_size=1, max_size=3)


def happen(fates: list[str], invoice: Invoice, at: datetime) -> list[tuple[bytes, dict[str, str]]]:
    """A hold for each fate, and what the gateway would send about all that it knows."""
    for fate in fates:
        at += timedelta(hours=1)
        with suppress(Refused):
            holds.ask(invoice.organisation, invoice.organisation.cards.get(removed_at=None), 5000, at=at)
        if fate == "asked for":  # the event comes before our worker has written the answer
            hold = CardHold.objects.filter(state="OPEN").first()
            assert hold is not None
            Simulated().hold(str(hold.uuid), hold.card.token, hold.amount)
            continue
        drain(at=at)
        held = CardHold.objects.filter(state="HELD").first()
        if held is not None and fate == "lapsed":
            Simulated().release("theirs", held.gateway_ref or "")
        elif held is not None:
            with suppress(Refused):
                dues.pay(invoice, by=SYSTEM, at=at)
    known = SimulatedPayment.objects.order_by("key").values_list("reference", flat=True)
    return [happened(reference, at=datetime.now(UTC)) for reference in known]


def ended(invoice: Invoice, fates: list[str], order: list[int], pauses: list[bool]) -> Any:
    """What is left after these fates and the calls about them in that order, workers at work after some of them."""
    messages = happen(fates, invoice, START)
    for index, pause in zip(order, pauses, strict=False):
        send(messages[index % len(messages)])
        if pause:
            drain(at=datetime.now(UTC))
    for message in messages:
        send(message)
    drain(at=datetime.now(UTC))
    assert GatewayEvent.objects.count() == len(messages)
    return state(invoice.organisation)


def send(message: tuple[bytes, dict[str, str]]) -> None:
    body, headers = message
    answer = Client().post("/gateway/events", body, headers=headers, content_type="application/json")
    assert answer.status_code == 200


def state(organisation: Organisation) -> Any:
    """All that money knows, without the names that are drawn by lot."""
    return (
        list(CardHold.objects.order_by("pk").values_list("state", "amount", "captured_amount")),
        list(PaymentAttempt.objects.order_by("pk").values_list("state", "amount", "card_hold__amount")),
        sorted(SimulatedPayment.objects.values_list("state", "amount")),
        list(Standing.objects.values_list("additions_blocked", flat=True)),
        Operation.objects.exclude(state="DONE").count(),
        owed_by(organisation),
    )


@examples(10)
@given(fates=FATES, order=st.lists(st.integers(0, 9), max_size=8), pauses=st.lists(st.booleans(), min_size=8))
def test_any_order_and_repetition_of_calls_about_money_ends_in_the_same_state(invoice, fates, order, pauses):
    ends = []
    tried: tuple[list[int], ...] = ([], order)
    for one in tried:
        with suppress(Undo), transaction.atomic():
            ends.append(ended(invoice, fates, one, pauses))
            raise Undo

    assert ends[0] == ends[1]
