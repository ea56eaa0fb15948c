"""Index of the app's sweeps, in the order in which a day needs them."""

from billing.alerts import tasks as alerts
from billing.contracts import tasks as contracts
from billing.coupons import tasks as coupons
from billing.dues import tasks as dues
from billing.invoices import tasks as invoices
from billing.passports import tasks as passports
from billing.payments import tasks as payments
from core.schedule import Sweep

SWEEPS: tuple[Sweep, ...] = (
    *contracts.SWEEPS,
    *invoices.SWEEPS,
    *passports.SWEEPS,
    *coupons.SWEEPS,
    *dues.SWEEPS,
    *payments.SWEEPS,
    *alerts.SWEEPS,
)
