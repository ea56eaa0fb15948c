"""Index of the app's admin."""

from billing.contracts.admin import ContractAdmin, QuotaAdmin, StandingAdmin
from billing.coupons.admin import CouponAdmin, CouponBatchAdmin
from billing.credits.admin import OutageAdmin, SlaClaimAdmin, SlaGradeAdmin
from billing.invoices.admin import BillingRunAdmin, InvoiceAdmin, IssuerAdmin
from billing.passports.admin import PassportAdmin, PassportOfferAdmin
from billing.payments.admin import CardAdmin, CardSetupAdmin
from billing.prices.admin import ItemAdmin, PriceAdmin, TaxRateAdmin

__all__ = [
    "BillingRunAdmin",
    "CardAdmin",
    "CardSetupAdmin",
    "ContractAdmin",
    "CouponAdmin",
    "CouponBatchAdmin",
    "InvoiceAdmin",
    "IssuerAdmin",
    "ItemAdmin",
    "OutageAdmin",
    "PassportAdmin",
    "PassportOfferAdmin",
    "PriceAdmin",
    "QuotaAdmin",
    "SlaClaimAdmin",
    "SlaGradeAdmin",
    "StandingAdmin",
    "TaxRateAdmin",
]
