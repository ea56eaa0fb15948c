"""Index of the app's performers."""

from billing.payments import operations as payments
from core.operations.performing import Performer

PERFORMERS: dict[str, Performer] = {**payments.PERFORMERS}
