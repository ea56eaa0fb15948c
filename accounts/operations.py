"""Index of the app's performers."""

from accounts.bulk import operations as bulk
from accounts.notices import operations as notices
from core.operations.performing import Performer

PERFORMERS: dict[str, Performer] = {**notices.PERFORMERS, **bulk.PERFORMERS}
