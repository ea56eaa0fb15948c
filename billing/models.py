"""Index of the app's models."""

from billing.adjustments.models import Adjustment
from billing.alerts.models import AlertFiring, Budget, PriceAlert
from billing.contracts.models import Contract, Link, Quota, Standing
from billing.coupons.models import Coupon, CouponBatch, CouponTries, CouponUse
from billing.credit_notes.models import CreditApplication, CreditNote, CreditNoteLine, CreditNoteTax
from billing.credits.models import Outage, SlaClaim, SlaGrade
from billing.dues.models import DueStep, Means
from billing.invoices.models import BillingRun, Counter, Invoice, InvoiceDocument, InvoiceLine, InvoiceTax, Issuer
from billing.means.models import MeansRequest
from billing.meters.models import Count, Span
from billing.passports.models import Passport, PassportOffer
from billing.payments.models import Card, CardHold, CardSetup, PaymentAttempt, SimulatedPayment
from billing.postings.models import Posting
from billing.prices.models import Item, Price, TaxRate
from billing.transfers.models import BankTransfer, Refund, TransferMatch

__all__ = [
    "Adjustment",
    "AlertFiring",
    "BankTransfer",
    "BillingRun",
    "Budget",
    "Card",
    "CardHold",
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
    "DueStep",
    "Invoice",
    "InvoiceDocument",
    "InvoiceLine",
    "InvoiceTax",
    "Issuer",
    "Item",
    "Link",
    "Means",
    "MeansRequest",
    "Outage",
    "Passport",
    "PassportOffer",
    "PaymentAttempt",
    "Posting",
    "Price",
    "PriceAlert",
    "Quota",
    "Refund",
    "SimulatedPayment",
    "SlaClaim",
    "SlaGrade",
    "Span",
    "Standing",
    "TaxRate",
    "TransferMatch",
]
