"""Index of the app's admin."""

from billing.alerts.admin import AlertFiringAdmin, BudgetAdmin, PriceAlertAdmin
from billing.contracts.admin import ContractAdmin, QuotaAdmin, StandingAdmin
from billing.coupons.admin import CouponAdmin, CouponBatchAdmin
from billing.credits.admin import OutageAdmin, SlaClaimAdmin, SlaGradeAdmin
from billing.dues.admin import DueStepAdmin
from billing.invoices.admin import BillingRunAdmin, InvoiceAdmin, IssuerAdmin
from billing.means.admin import MeansAdmin, MeansRequestAdmin
from billing.passports.admin import PassportAdmin, PassportOfferAdmin
from billing.payments.admin import CardAdmin, CardSetupAdmin
from billing.postings.admin import PostingAdmin
from billing.prices.admin import ItemAdmin, PriceAdmin, TaxRateAdmin
from billing.transfers.admin import BankTransferAdmin, TransferMatchAdmin

__all__ = [
    "AlertFiringAdmin",
    "BankTransferAdmin",
    "BillingRunAdmin",
    "BudgetAdmin",
    "CardAdmin",
    "CardSetupAdmin",
    "ContractAdmin",
    "CouponAdmin",
    "CouponBatchAdmin",
    "DueStepAdmin",
    "InvoiceAdmin",
    "IssuerAdmin",
    "ItemAdmin",
    "MeansAdmin",
    "MeansRequestAdmin",
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
    "TransferMatchAdmin",
]
