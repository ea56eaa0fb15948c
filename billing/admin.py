"""Index of the app's admin."""

from billing.alerts.admin import AlertFiringAdmin, BudgetAdmin, PriceAlertAdmin
from billing.contracts.admin import ContractAdmin, QuotaAdmin, StandingAdmin
from billing.coupons.admin import CouponAdmin, CouponBatchAdmin
from billing.credits.admin import OutageAdmin, SlaClaimAdmin, SlaGradeAdmin
from billing.dues.admin import DueStepAdmin
from billing.invoices.admin import BillingRunAdmin, InvoiceAdmin, IssuerAdmin
from billing.passports.admin import PassportAdmin, PassportOfferAdmin
from billing.payments.admin import CardAdmin, CardHoldAdmin, CardSetupAdmin
from billing.postings.admin import PostingAdmin
from billing.prices.admin import ItemAdmin, PriceAdmin, TaxRateAdmin

__all__ = [
    "AlertFiringAdmin",
    "BillingRunAdmin",
    "BudgetAdmin",
    "CardAdmin",
    "CardHoldAdmin",
    "CardSetupAdmin",
    "ContractAdmin",
    "CouponAdmin",
    "CouponBatchAdmin",
    "DueStepAdmin",
    "InvoiceAdmin",
    "IssuerAdmin",
    "ItemAdmin",
    "OutageAdmin",
    "PassportAdmin",
    "PassportOfferAdmin",
    "PostingAdmin",
    "PriceAdmin",
    "PriceAlertAdmin",
    "QuotaAdmin",
    "SlaClaimAdmin",
    "SlaGradeAdmin",
    "StandingAdmin",
    "TaxRateAdmin",
]
