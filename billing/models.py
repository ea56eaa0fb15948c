"""Index of the app's models."""

from billing.adjustments.models import Adjustment, LateMark, Overcharge
from billing.alerts.models import AlertFiring, Budget, PriceAlert
from billing.contracts.models import Contract, Link, Quota, Standing
from billing.coupons.models import Coupon, CouponBatch, CouponTries, CouponUse
from billing.credit_notes.models import CreditApplication, CreditNote, CreditNoteLine, CreditNoteTax
from billing.credits.models import Outage, SlaClaim, SlaGrade
from billing.dues.models import DueStep, Means
from billing.inbox.models import GatewayEvent
from billing.invoices.models import BillingRun, Counter, Invoice, InvoiceLine, InvoiceTax, Issuer
from billing.means.models import HybridMeans, MeansRequest, Merge
from billing.meters.models import Count, Event, Span
from billing.other_services.models import OtherService
from billing.papers.models import Bundle, BundlePart, Document, Receipt
from billing.passports.models import Passport, PassportOffer
from billing.payments.models import Card, CardHold, CardSetup, PaymentAttempt, SimulatedPayment
from billing.postings.models import Posting
from billing.prices.models import Item, Price, TaxRate
from billing.quotas.models import QuotaRequest
from billing.reconciliation.models import Difference, Reconciliation
from billing.refunds.models import Refund
from billing.revisions.models import PriceNotice
from billing.transfers.models import BankTransfer, TransferMatch

__all__ = [
    "Adjustment",
    "AlertFiring",
    "BankTransfer",
    "BillingRun",
    "Budget",
    "Bundle",
    "BundlePart",
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
    "Difference",
    "Document",
    "DueStep",
    "Event",
    "GatewayEvent",
    "HybridMeans",
    "Invoice",
    "InvoiceLine",
    "InvoiceTax",
    "Issuer",
    "Item",
    "LateMark",
    "Link",
    "Means",
    "MeansRequest",
    "Merge",
    "OtherService",
    "Outage",
    "Overcharge",
    "Passport",
    "PassportOffer",
    "PaymentAttempt",
    "Posting",
    "Price",
    "PriceAlert",
    "PriceNotice",
    "Quota",
    "QuotaRequest",
    "Receipt",
    "Reconciliation",
    "Refund",
    "SimulatedPayment",
    "SlaClaim",
    "SlaGrade",
    "Span",
    "Standing",
    "TaxRate",
    "TransferMatch",
]
