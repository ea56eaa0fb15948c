"""Index of the app's admin."""

from billing.alerts.admin import AlertFiringAdmin, BudgetAdmin, PriceAlertAdmin
from billing.contracts.admin import ContractAdmin, QuotaAdmin, StandingAdmin
from billing.invoices.admin import BillingRunAdmin, InvoiceAdmin, IssuerAdmin
from billing.payments.admin import CardAdmin, CardSetupAdmin
from billing.prices.admin import ItemAdmin, PriceAdmin, TaxRateAdmin

__all__ = [
    "AlertFiringAdmin",
    "BillingRunAdmin",
    "BudgetAdmin",
    "CardAdmin",
    "CardSetupAdmin",
    "ContractAdmin",
    "InvoiceAdmin",
    "IssuerAdmin",
    "ItemAdmin",
    "PriceAdmin",
    "PriceAlertAdmin",
    "QuotaAdmin",
    "StandingAdmin",
    "TaxRateAdmin",
]
