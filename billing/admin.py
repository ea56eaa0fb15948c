"""Index of the app's admin."""

from billing.adjustments.admin import AdjustmentAdmin, OverchargeAdmin
from billing.alerts.admin import AlertFiringAdmin, BudgetAdmin, PriceAlertAdmin
from billing.contracts.admin import ContractAdmin, QuotaAdmin, StandingAdmin
from billing.coupons.admin import CouponAdmin, CouponBatchAdmin
from billing.credits.admin import OutageAdmin, SlaClaimAdmin, SlaGradeAdmin
from billing.dues.admin import DueStepAdmin
from billing.inbox.admin import GatewayEventAdmin
from billing.invoices.admin import InvoiceAdmin
from billing.invoices.run_admin import BillingRunAdmin
from billing.means.admin import HybridMeansAdmin, MeansAdmin, MeansRequestAdmin, MergeAdmin
from billing.other_services.admin import OtherServiceAdmin
from billing.papers.admin import BundleAdmin, CreditNoteAdmin, DocumentAdmin, IssuerAdmin, ReceiptAdmin
from billing.passports.admin import PassportAdmin, PassportOfferAdmin
from billing.payments.admin import CardAdmin, CardHoldAdmin, CardSetupAdmin, PaymentAttemptAdmin
from billing.postings.admin import PostingAdmin
from billing.prices.admin import ItemAdmin, PriceAdmin, TaxRateAdmin
from billing.quotas.admin import QuotaRequestAdmin
from billing.reconciliation.admin import DifferenceAdmin, ReconciliationAdmin
from billing.refunds.admin import RefundAdmin
from billing.revisions.admin import PriceNoticeAdmin
from billing.transfers.admin import BankTransferAdmin, TransferMatchAdmin

__all__ = [
    "AdjustmentAdmin",
    "AlertFiringAdmin",
    "BankTransferAdmin",
    "BillingRunAdmin",
    "BudgetAdmin",
    "BundleAdmin",
    "CardAdmin",
    "CardHoldAdmin",
    "CardSetupAdmin",
    "ContractAdmin",
    "CouponAdmin",
    "CouponBatchAdmin",
    "CreditNoteAdmin",
    "DifferenceAdmin",
    "DocumentAdmin",
    "DueStepAdmin",
    "GatewayEventAdmin",
    "HybridMeansAdmin",
    "InvoiceAdmin",
    "IssuerAdmin",
    "ItemAdmin",
    "MeansAdmin",
    "MeansRequestAdmin",
    "MergeAdmin",
    "OtherServiceAdmin",
    "OutageAdmin",
    "OverchargeAdmin",
    "PassportAdmin",
    "PassportOfferAdmin",
    "PaymentAttemptAdmin",
    "PostingAdmin",
    "PriceAdmin",
    "PriceAlertAdmin",
    "PriceNoticeAdmin",
    "QuotaAdmin",
    "QuotaRequestAdmin",
    "ReceiptAdmin",
    "ReconciliationAdmin",
    "RefundAdmin",
    "SlaClaimAdmin",
    "SlaGradeAdmin",
    "StandingAdmin",
    "TaxRateAdmin",
    "TransferMatchAdmin",
]
