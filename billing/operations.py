"""Index of the app's performers."""

from billing.alerts import operations as alerts
from billing.inbox import operations as inbox
from billing.invoices import operations as invoices
from billing.papers import operations as papers
from billing.payments import holds_operations as holds
from billing.payments import operations as payments
from billing.reconciliation import operations as reconciliation
from billing.refunds import operations as refunds
from core.operations.performing import Performer

PERFORMERS: dict[str, Performer] = {
    **alerts.PERFORMERS,
    **holds.PERFORMERS,
    **inbox.PERFORMERS,
    **invoices.PERFORMERS,
    **papers.PERFORMERS,
    **payments.PERFORMERS,
    **reconciliation.PERFORMERS,
    **refunds.PERFORMERS,
}
