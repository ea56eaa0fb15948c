"""A gateway inside the panel with the manners of a real one: declines, 3-D Secure, expiry, idempotency keys.

It keeps its own rows, as the other side would. Instead of a card number the customer picks one of the test cards.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, gettext_noop
from standardwebhooks import Webhook, WebhookVerificationError

from billing.payments.drivers import Browser, Event, Forged, Outcome, Status, StoredCard, Transaction
from billing.payments.models import SimulatedPayment
from core.operations import Gone, Rejected

DECLINED = gettext_noop("The bank declined the card.")
EXPIRES_ON = date(2031, 12, 31)


@dataclass(frozen=True)
class TestCard:
    """A card to try things with. refuses: when the bank declines ("setup", "money" or never). asks: 3-D Secure."""

    code: str
    brand: str
    last4: str
    title: str | Promise
    refuses: str = ""
    asks: bool = False
    expires_on: date = EXPIRES_ON


CARDS = {
    card.code: card
    for card in (
        TestCard("visa", "Visa", "4242", gettext_lazy("Works")),
        TestCard("mastercard", "Mastercard", "4444", gettext_lazy("Works")),
        TestCard("jcb", "JCB", "0505", gettext_lazy("The bank asks back (3-D Secure)"), asks=True),
        TestCard("declined", "Visa", "0002", gettext_lazy("Declined when registered"), refuses="setup"),
        TestCard("no-funds", "Visa", "9995", gettext_lazy("Registers, but every authorization fails"), refuses="money"),
        TestCard("expiring", "Visa", "0069", gettext_lazy("Works, expires soon"), expires_on=date(2026, 12, 31)),
    )
}


def webhook() -> Webhook:
    """Signs and verifies calls to our inbox (Standard Webhooks)."""
    return Webhook(hashlib.sha256(f"gateway event:{settings.SECRET_KEY}".encode()).digest())


def signed(body: bytes, *, at: datetime) -> dict[str, str]:
    """The headers with which the gateway would send it at that instant."""
    at, number = at.astimezone(UTC), f"msg_{uuid4().hex}"
    signature = webhook().sign(number, at, body.decode())
    return {"webhook-id": number, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}


def happened(reference: str, kind: str = "changed", *, at: datetime) -> tuple[bytes, dict[str, str]]:
    """What the gateway would send us about one of its objects, and the headers."""
    body = json.dumps({"id": f"evt_{uuid4().hex}", "type": kind, "object": {"id": reference}}).encode()
    return body, signed(body, at=at)


class Simulated:
    """See `billing.payments.drivers.Gateway`."""

    template = "billing/cards/simulated.html"
    browser: Browser | None = None

    def create_setup(self, key: str, customer: str) -> Outcome:
        return self._once("seti", key, Status.OPEN, data={"customer": customer})

    def hold(self, key: str, token: str, amount: int) -> Outcome:
        return self._pay("hold", key, token, amount, Status.HELD)

    def charge(self, key: str, token: str, amount: int) -> Outcome:
        return self._pay("pay", key, token, amount, Status.CAPTURED)

    @transaction.atomic
    def capture(self, key: str, reference: str, amount: int) -> Outcome:
        row = self._row(reference)
        if row.data.get("captured") == amount:
            return self._outcome(row)
        if row.state != Status.HELD or not 0 < amount <= row.amount:
            raise Rejected("nothing of that amount is held")
        return self._become(row, Status.CAPTURED, amount, captured=amount)

    @transaction.atomic
    def release(self, key: str, reference: str) -> Outcome:
        row = self._row(reference)
        if row.state == Status.RELEASED:
            return self._outcome(row)
        if row.state != Status.HELD:
            raise Rejected("nothing is held")
        return self._become(row, Status.RELEASED, 0)

    @transaction.atomic
    def refund(self, key: str, reference: str, amount: int) -> Outcome:
        row = self._row(reference)
        if key in row.data.get("refunds", []):
            return self._outcome(row)
        if row.state != Status.CAPTURED or not 0 < amount <= row.amount:
            raise Rejected("nothing of that amount was captured")
        left = row.amount - amount
        refunds = [*row.data.get("refunds", []), key]
        return self._become(row, Status.CAPTURED if left else Status.REFUNDED, left, refunds=refunds)

    def forget(self, key: str, token: str) -> None:
        stored = SimulatedPayment.objects.filter(data__token=token).first()
        if stored is None:
            raise Gone("no such card")
        self._become(stored, stored.state, stored.amount, forgotten=True)

    def find(self, key: str, since: datetime) -> Outcome | None:
        row = SimulatedPayment.objects.filter(Q(key=key) | Q(data__refunds__contains=[key])).first()
        return self._outcome(row) if row is not None else None

    def transactions(self, since: datetime) -> Iterable[Transaction]:
        taken = SimulatedPayment.objects.filter(state__in=(Status.CAPTURED, Status.REFUNDED)).order_by("reference")
        return [Transaction(row.reference, row.key, row.amount) for row in taken.iterator()]

    def event(self, body: bytes, headers: Mapping[str, str]) -> Event:
        try:
            webhook().verify(body, dict(headers), json_parse=False)
            return Event.parse(body, lambda data: data["object"])
        except (ValueError, WebhookVerificationError) as error:
            raise Forged from error

    def lookup(self, reference: str) -> Outcome:
        row = SimulatedPayment.objects.filter(reference=reference).first()
        if row is None:
            raise Gone(f"no object {reference}")
        return self._outcome(row)

    @transaction.atomic
    def pick(self, reference: str, code: str, *, approved: bool | None = None) -> bool:
        """The customer, at the gateway, gives one of CARDS; False while the bank still asks back.

        approved: the answer to the bank's question, once it was asked.
        """
        row, card = self._row(reference), CARDS[code]
        if card.asks and approved is None:
            return False
        declined = card.refuses == "setup" or approved is False
        self._become(
            row, Status.DECLINED if declined else Status.DONE, 0, card=code, token=f"pm_{code}_{uuid4().hex[:16]}"
        )
        return True

    def _pay(self, prefix: str, key: str, token: str, amount: int, state: str) -> Outcome:
        code = token.split("_")[1] if token.startswith("pm_") else ""
        stored = SimulatedPayment.objects.filter(data__token=token, state=Status.DONE).first()
        if stored is None or "forgotten" in stored.data:
            raise Gone("no such card")
        declined = CARDS[code].refuses == "money"
        return self._once(prefix, key, Status.DECLINED if declined else state, 0 if declined else amount)

    def _once(self, prefix: str, key: str, state: str, amount: int = 0, data: dict[str, str] | None = None) -> Outcome:
        values = {"reference": f"{prefix}_{uuid4().hex}", "state": state, "amount": amount, "data": data or {}}
        row, _created = SimulatedPayment.objects.get_or_create(key=key, defaults=values)
        return self._outcome(row)

    @staticmethod
    def _row(reference: str) -> SimulatedPayment:
        row = SimulatedPayment.objects.select_for_update().filter(reference=reference).first()
        if row is None:
            raise Gone(f"no object {reference}")
        return row

    def _become(self, row: SimulatedPayment, state: str, amount: int, **data: object) -> Outcome:
        row.state, row.amount, row.data = state, amount, {**row.data, **data}
        SimulatedPayment.objects.filter(pk=row.pk).update(state=state, amount=amount, data=row.data)
        return self._outcome(row)

    @staticmethod
    def _outcome(row: SimulatedPayment) -> Outcome:
        card = CARDS.get(row.data["card"]) if row.state == Status.DONE else None
        stored = card and StoredCard(row.data["token"], card.brand, card.last4, card.expires_on)
        problem = DECLINED if row.state == Status.DECLINED else ""
        secret = f"{row.reference}_secret" if row.state == Status.OPEN else ""
        return Outcome(row.reference, row.state, row.amount, secret, stored or None, problem)
