"""Index of the app's sweeps, in the order in which a day needs them."""

from billing.adjustments import tasks as adjustments
from billing.alerts import tasks as alerts
from billing.contracts import tasks as contracts
from billing.coupons import tasks as coupons
from billing.dues import tasks as dues
from billing.inbox import tasks as inbox
from billing.invoices import tasks as invoices
from billing.meters import tasks as meters
from billing.papers import tasks as papers
from billing.passports import tasks as passports
from billing.payments import holds_tasks as holds
from billing.payments import tasks as payments
from billing.reconciliation import tasks as reconciliation
from billing.revisions import tasks as revisions
from core.schedule import Sweep

SWEEPS: tuple[Sweep, ...] = (
    *meters.SWEEPS,
    *contracts.SWEEPS,
    *adjustments.SWEEPS,
    *invoices.SWEEPS,
    *passports.SWEEPS,
    *coupons.SWEEPS,
    *payments.SWEEPS,
    *dues.SWEEPS,
    *holds.SWEEPS,
    *papers.SWEEPS,
    *inbox.SWEEPS,
    *reconciliation.SWEEPS,
    *alerts.SWEEPS,
    *revisions.SWEEPS,
)
