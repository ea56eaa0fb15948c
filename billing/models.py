"""Index of the app's models."""

from billing.contracts.models import Contract, Link, Quota, Standing
from billing.coupons.models import Coupon, CouponBatch, CouponTries, CouponUse
from billing.credit_notes.models import CreditApplication, CreditNote, CreditNoteLine, CreditNoteTax
from billing.credits.models import Outage, SlaClaim, SlaGrade
from billing.invoices.models import (
    BillingRun,
    Counter,
    Invoice,
    InvoiceDocument,
    InvoiceLine,
    InvoiceTax,
    Issuer,
)
from billing.meters.models import Count, Span
from billing.passports.models import Passport, PassportOffer
from billing.payments.models import Card, CardSetup, PaymentAttempt, SimulatedPayment
from billing.postings.models import Posting
from billing.prices.models import Item, Price, TaxRate

__all__ = [
    "BillingRun",
    "Card",
    "CardSetup",
    "Contract",
    "Count",
    "Counter",
    "Coupon",
    "CouponBatch",
    "CouponTries",
    "CouponUse",
    "CreditApplication",
    "CreditNote",
    "CreditNoteLine",
    "CreditNoteTax",
    "Invoice",
    "InvoiceDocument",
    "InvoiceLine",
    "InvoiceTax",
    "Issuer",
    "Item",
    "Link",
    "Outage",
    "Passport",
    "PassportOffer",
    "PaymentAttempt",
    "Posting",
    "Price",
    "Quota",
    "SimulatedPayment",
    "SlaClaim",
    "SlaGrade",
    "Span",
    "Standing",
    "TaxRate",
]
