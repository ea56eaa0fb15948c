"""Index of the app's performers."""

from billing.alerts import operations as alerts
from billing.papers import operations as papers
from billing.payments import operations as payments
from core.operations.performing import Performer

PERFORMERS: dict[str, Performer] = {**alerts.PERFORMERS, **papers.PERFORMERS, **payments.PERFORMERS}
