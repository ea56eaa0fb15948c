"""Stripe: PaymentIntents with manual capture, SetupIntents, payments without the customer present.

Yen have no decimals, so amounts go as they are. Each object carries our key in its metadata: with it an outcome that
was lost on the way is found again, also after the day for which Stripe remembers idempotency keys. What can't be (a
capture after a release or above the hold) is refused before Stripe is asked to do it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import stripe
from django.conf import settings
from django.utils.translation import gettext_noop

from billing.payments.drivers import Browser, Event, Forged, Outcome, Status, StoredCard, Transaction
from billing.payments.drivers import stripe_browser as page
from billing.payments.drivers.simulated import DECLINED
from core.calendar import Month
from core.operations import Gone, Quota, Rejected, Retryable

Data = dict[str, Any]
TIMEOUT_SECONDS = 20.0
PAGE = 100
CLOCKS_DIFFER_SECONDS = 300
ASKS = gettext_noop("The bank wants to ask the owner of the card. Register the card again.")
EXPIRED = gettext_noop("The card has expired.")
NO_FUNDS = gettext_noop("The card has not enough funds or has reached its limit.")
PROBLEMS = {
    "authentication_required": ASKS,
    "setup_intent_authentication_failure": gettext_noop("The bank could not confirm that it was you."),
    "expired_card": EXPIRED,
    "insufficient_funds": NO_FUNDS,
}
PAYMENT_STATES = {
    "requires_capture": Status.HELD,
    "succeeded": Status.CAPTURED,
    "canceled": Status.RELEASED,
    "requires_payment_method": Status.DECLINED,
    "requires_action": Status.DECLINED,  # nobody is there to answer the bank
}
BRANDS = {
    "visa": "Visa", "mastercard": "Mastercard", "jcb": "JCB", "amex": "American Express", "diners": "Diners Club",
}  # fmt: skip


@contextmanager
def translated() -> Iterator[None]:
    """Stripe's errors as ours; whatever is no clear answer is an unknown outcome."""
    try:
        yield
    except stripe.RateLimitError as error:
        raise Quota("Stripe asks us to slow down") from error
    except (stripe.CardError, stripe.IdempotencyError) as error:
        raise Rejected(f"Stripe refused it: {error.code}") from error
    except stripe.InvalidRequestError as error:
        if error.http_status == 404 or error.code == "resource_missing":
            raise Gone("Stripe does not know it") from error
        raise Rejected(f"Stripe refused it: {error.code}") from error
    except stripe.StripeError as error:
        raise Retryable(f"Stripe did not answer clearly: {type(error).__name__}") from error


class Stripe:
    """See `billing.payments.drivers.Gateway`. A stored card's token is "customer:payment method"."""

    template = "billing/cards/stripe.html"

    def __init__(self) -> None:
        self.browser: Browser | None = page.browser()
        addresses: Any = {"api": settings.STRIPE_API} if settings.STRIPE_API else {}
        http = stripe.RequestsClient(timeout=TIMEOUT_SECONDS)
        # The outbox repeats, with the same key; the library must not.
        client = stripe.StripeClient(
            settings.STRIPE_SECRET_KEY, base_addresses=addresses, max_network_retries=0, http_client=http
        )
        self.api = client.v1

    @translated()
    def create_setup(self, key: str, customer: str) -> Outcome:
        labels = {"organisation": customer}
        owner = self.api.customers.create({"metadata": labels}, {"idempotency_key": f"{key}-customer"})
        params: Any = {"customer": owner.id, "usage": "off_session", "payment_method_types": ["card"]}
        params["metadata"] = {**labels, "key": key}
        return self._setup(self.api.setup_intents.create(params, {"idempotency_key": key}).to_dict())

    def hold(self, key: str, token: str, amount: int) -> Outcome:
        return self._pay(key, token, amount, "manual")

    def charge(self, key: str, token: str, amount: int) -> Outcome:
        return self._pay(key, token, amount, "automatic")

    @translated()
    def capture(self, key: str, reference: str, amount: int) -> Outcome:
        found = self._intent(reference)
        if found["status"] == "succeeded" and taken(found) == amount:
            return self._payment(found)
        if found["status"] != "requires_capture" or not 0 < amount <= found["amount"]:
            raise Rejected("nothing of that amount is held")
        self.api.payment_intents.update(reference, {"metadata": {"captured": str(amount)}})
        done = self.api.payment_intents.capture(reference, {"amount_to_capture": amount}, {"idempotency_key": key})
        return self._payment(done.to_dict())

    @translated()
    def release(self, key: str, reference: str) -> Outcome:
        found = self._intent(reference)
        if found["status"] == "canceled":
            return self._payment(found)
        if found["status"] != "requires_capture":
            raise Rejected("nothing is held")
        return self._payment(self.api.payment_intents.cancel(reference, {}, {"idempotency_key": key}).to_dict())

    @translated()
    def refund(self, key: str, reference: str, amount: int) -> Outcome:
        found = self._intent(reference)
        given = self._given_back(found) if found["status"] == "succeeded" else {}
        if key in given:
            return self._payment(found)
        if found["status"] != "succeeded" or not 0 < amount <= taken(found) - sum(given.values()):
            raise Rejected("nothing of that amount was captured")
        params: Any = {"payment_intent": reference, "amount": amount, "metadata": {"key": key}}
        if failed(self.api.refunds.create(params, {"idempotency_key": key}).to_dict()):
            raise Rejected("the bank did not take it back")
        return self._payment(self._intent(reference))

    @translated()
    def forget(self, key: str, token: str) -> None:
        method = token.partition(":")[2]
        if self.api.payment_methods.retrieve(method).customer is not None:
            self.api.payment_methods.detach(method, {}, {"idempotency_key": key})

    @translated()
    def lookup(self, reference: str) -> Outcome:
        if reference.startswith("seti_"):
            return self._setup(self.api.setup_intents.retrieve(reference).to_dict())
        return self._payment(self._intent(reference))

    @translated()
    def find(self, key: str, since: datetime) -> Outcome | None:
        """Stripe's search is up to a minute behind, so the list is read: newest first, back to `since`."""
        readers: tuple[tuple[Any, Callable[[Data], Outcome | None]], ...] = (
            (self.api.payment_intents, self._payment),
            (self.api.setup_intents, self._setup),
            (self.api.refunds, self._of_refund),
        )
        for service, read in readers:
            for data in newest(service, since):
                if data["metadata"].get("key") == key:
                    return read(data)
        return None

    @translated()
    def transactions(self, since: datetime) -> Iterable[Transaction]:
        refunds = list(newest(self.api.refunds, since))
        intents = {data["id"]: data for data in newest(self.api.payment_intents, since)}
        older = {refund["payment_intent"] for refund in refunds} - intents.keys() - {None}
        by_charge = defaultdict(list)
        for refund in refunds:
            by_charge[refund["charge"]].append(refund)
        found = [(data, given_back(data, by_charge[charge_of(data)])) for data in intents.values()]
        found += [(data, self._given_back(data)) for data in map(self._intent, sorted(older))]
        return [
            Transaction(data["id"], data["metadata"].get("key", ""), taken(data) - sum(given.values()))
            for data, given in found
            if data["status"] == "succeeded"
        ]

    def event(self, body: bytes, headers: Mapping[str, str]) -> Event:
        signature, secret = headers.get("Stripe-Signature", ""), settings.STRIPE_WEBHOOK_SECRET
        if not secret:  # anybody can sign with an empty one
            raise Forged
        try:
            stripe.WebhookSignature.verify_header(body.decode(), signature, secret, CLOCKS_DIFFER_SECONDS)
            return Event.parse(body, lambda data: data["data"]["object"])
        except (ValueError, stripe.SignatureVerificationError) as error:
            raise Forged from error

    def _pay(self, key: str, token: str, amount: int, capture: str) -> Outcome:
        customer, _colon, method = token.partition(":")
        params: Any = {
            "amount": amount,
            "currency": "jpy",
            "customer": customer,
            "payment_method": method,
            "payment_method_types": ["card"],
            "capture_method": capture,
            "confirm": True,
            "off_session": True,
            "metadata": {"key": key},
        }
        with translated():
            try:
                made = self.api.payment_intents.create(params, {"idempotency_key": key})
                return self._payment(made.to_dict())
            except stripe.CardError as error:
                return self._declined(error)

    def _declined(self, error: stripe.CardError) -> Outcome:
        """The bank's no is an outcome; the error names the payment, or at least its charge."""
        answer: Any = error.json_body or {}
        body: Data = answer.get("error", {})
        reference = (body.get("payment_intent") or {}).get("id", "")
        if not reference and body.get("charge"):
            reference = str(self.api.charges.retrieve(body["charge"]).payment_intent)
        return Outcome(reference, Status.DECLINED, problem=problem_of(body))

    def _intent(self, reference: str) -> Data:
        found: Data = self.api.payment_intents.retrieve(reference).to_dict()
        return found

    def _payment(self, data: Data) -> Outcome:
        status: str = PAYMENT_STATES.get(data["status"], Status.OPEN)
        amount = 0
        if status == Status.HELD:
            amount = data["amount"]
        elif status == Status.CAPTURED:
            amount = taken(data) - sum(self._given_back(data).values())
            status = Status.CAPTURED if amount else Status.REFUNDED
        problem = ""
        if status == Status.DECLINED:
            problem = ASKS if data["status"] == "requires_action" else problem_of(data.get("last_payment_error"))
        return Outcome(data["id"], status, amount, problem=problem)

    def _given_back(self, intent: Data) -> dict[str, int]:
        rows = self.api.refunds.list({"payment_intent": intent["id"], "limit": PAGE}).auto_paging_iter()
        return given_back(intent, [row.to_dict() for row in rows])

    def _of_refund(self, refund: Data) -> Outcome | None:
        return None if failed(refund) else self._payment(self._intent(refund["payment_intent"]))

    def _setup(self, data: Data) -> Outcome:
        if data["status"] == "succeeded":
            return Outcome(data["id"], Status.DONE, card=self._card(data))
        error = data.get("last_setup_error")
        if data["status"] == "canceled" or (error and data["status"] == "requires_payment_method"):
            return Outcome(data["id"], Status.DECLINED, problem=problem_of(error))
        return Outcome(data["id"], Status.OPEN, client_secret=data["client_secret"])

    def _card(self, setup: Data) -> StoredCard:
        card = self.api.payment_methods.retrieve(setup["payment_method"]).to_dict()["card"]
        expires_on: date = Month(card["exp_year"], card["exp_month"]).last_day
        brand = BRANDS.get(card["brand"], str(card["brand"]).title())
        return StoredCard(f"{setup['customer']}:{setup['payment_method']}", brand, card["last4"], expires_on)


def taken(data: Data) -> int:
    """Yen captured, before refunds."""
    return int(data.get("amount_received") or data["metadata"].get("captured") or data["amount"])


def given_back(intent: Data, refunds: Iterable[Data]) -> dict[str, int]:
    """Yen given back of a payment, by our keys; what somebody gave back by hand by Stripe's own id.

    The part of a hold that was not captured is listed like a refund too, but is none.
    """
    released, found = intent["amount"] - taken(intent), {}
    for refund in refunds:
        key = refund["metadata"].get("key")
        if failed(refund):
            continue
        if key is None and refund["amount"] == released:
            released = 0
            continue
        found[key or refund["id"]] = refund["amount"]
    return found


def charge_of(intent: Data) -> str:
    """The id of the charge of a payment; "" before there is one."""
    charge: Any = intent.get("latest_charge") or ""
    return charge if isinstance(charge, str) else str(charge["id"])


def newest(service: Any, since: datetime) -> Iterator[Data]:
    """The objects of a list of Stripe's, the newest first, back to `since`."""
    for row in service.list({"limit": PAGE}).auto_paging_iter():
        data: Data = row.to_dict()
        if data["created"] < since.timestamp() - CLOCKS_DIFFER_SECONDS:
            return
        yield data


def failed(refund: Data) -> bool:
    """Whether the bank did not take a refund, so that the money is still with us."""
    return refund["status"] in ("failed", "canceled")


def problem_of(error: Data | None) -> str:
    """Why a card was declined, in a sentence of ours; the bank's own reasons are not for the customer."""
    error = error or {}
    return PROBLEMS.get(error.get("decline_code") or "", PROBLEMS.get(error.get("code") or "", DECLINED))
